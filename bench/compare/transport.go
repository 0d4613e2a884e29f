package compare

import (
	"slices"
	"strings"

	"tlsbench/bench"
)

// TimeMetric is the metric in which the time of an arm and of its baseline is
// compared: that of the TLS handshake, unless the two do not mean the same by it.
// Over QUIC it holds what connect is over TCP, and with 0-RTT the request does
// not wait for its end. Then it is that of the total.
func TimeMetric(arm, base bench.Arm) string {
	phase := bench.TLSPhase
	if arm.QUIC() != base.QUIC() || (arm.Want == bench.WantEarlyData) != (base.Want == bench.WantEarlyData) {
		phase = bench.Total
	}
	return phase.String() + ".p50"
}

// sameMeaning reports whether a metric means the same for both arms. Of TCP and QUIC,
// whose handshakes have other parts and whose packets are padded, only what
// speaks of attempts as a whole does.
func sameMeaning(metric string, arm, base bench.Arm) bool {
	if arm.QUIC() == base.QUIC() {
		return true
	}
	if slices.Contains([]string{"bytes_in", "bytes_out", "ticket_bytes", "round_trips"}, metric) {
		return false
	}
	phase, _, _ := strings.Cut(metric, ".")
	return !slices.ContainsFunc([]bench.Phase{
		bench.Connect, bench.Proxy, bench.StartTLS, bench.TLSPhase, bench.Wait, bench.Local, bench.Request, bench.TTFB,
	}, func(p bench.Phase) bool { return p.String() == phase })
}
