package bench

import (
	"net"
	"slices"
	"time"
)

// diagnoseProxies tells what of the figures is a proxy's, where not every reader
// compares with and without one.
func diagnoseProxies(p Plan) []Warning {
	var all []Warning
	var told []string
	for _, arm := range p.Arms {
		n := arm.Net
		if n.Proxy == "" || slices.Contains(told, n.Proxy) {
			continue
		}
		told = append(told, n.Proxy)
		chosen := ""
		if n.ProxyFrom != "" {
			chosen = " ($" + n.ProxyFrom + "; --proxy none goes without)"
		}
		all = append(all, warn(WarnProxy, "connections go through the proxy %s%s: connect leads there, phase proxy from there on, and both are part of total", n.Proxy, chosen))
		if n.ProxyInsecure {
			all = append(all, warn(WarnInsecure, "the certificate of the proxy %s is not verified (--proxy-insecure)", n.Proxy))
		}
	}
	return all
}

// Linux delays an acknowledgement by 40 ms, if nothing goes out before
// (TCP_DELACK_MIN), and a proxy that leaves Nagle's algorithm on waits for it.
const (
	heldBackLeast = 38 * time.Millisecond
	heldBackMost  = 60 * time.Millisecond
)

// heldBack tells of arms that wait longer than another through the same proxy by
// about a delayed acknowledgement, in no more round trips: what seems to be saved
// there is the proxy's doing.
func (r *Result) heldBack() []Warning {
	var all []Warning
	for _, slow := range r.Plan.Arms {
		if slow.Net.Proxy == "" {
			continue
		}
		i := slices.IndexFunc(r.Plan.Arms, func(fast Arm) bool {
			return fast.Net.Proxy == slow.Net.Proxy && fast.Target.URL == slow.Target.URL && r.waitsLonger(slow, fast)
		})
		if i >= 0 {
			all = append(all, warnArm(WarnProxy, slow.Name, "in as many round trips it waits some 40 ms longer than %s: the proxy may hold small writes back until a delayed acknowledgement comes (Nagle's algorithm), which is no work of TLS", r.Plan.Arms[i].Name))
		}
	}
	return all
}

func (r *Result) waitsLonger(slow, fast Arm) bool {
	a, ok1 := r.Arm(slow.Name)
	b, ok2 := r.Arm(fast.Name)
	if !ok1 || !ok2 || a.RoundTrips == nil || b.RoundTrips == nil || *a.RoundTrips > *b.RoundTrips+0.5 {
		return false
	}
	long, ok1 := a.Medians[Wait]
	short, ok2 := b.Medians[Wait]
	return ok1 && ok2 && long-short >= heldBackLeast && long-short <= heldBackMost
}

// reachesLoopback reports whether the arm's server is on this machine, as far as
// its address tells.
func (a Arm) reachesLoopback() bool {
	host := a.Target.Host
	if a.Net.Connect != "" {
		host, _, _ = net.SplitHostPort(a.Net.Connect)
	}
	return a.Target.Local() || host == "localhost" || net.ParseIP(host).IsLoopback()
}
