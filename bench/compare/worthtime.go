package compare

import "math"

// TimeWorth takes the time that is saved in TLS apart, or tells what is saved of
// the total. Where all parts are known
// they add up to what is saved, to the nanosecond:
//
// Round trips are those that were observed to be fewer, each as long as a TCP
// connect takes at the median. That is the network's round trip alone, since the
// server's kernel answers it; both arms measured it in alternation, so it is the
// mean of the two. Through a proxy a connect leads no further than there, and
// the round trips beyond it have no known length. The client's own work is what its median time outside of
// reads (the phase local) became shorter by. The rest is the server's work,
// queues in the network and on either machine, and that medians of parts do not
// quite make the median of the whole.
//
// A part is nil where it was not measured, where no difference was found in it
// (which is not to say that there is none), or where none was found in the time
// in TLS. What is left over is then not divided, and the rest is nil as well.
type TimeWorth struct {
	SavedTime
	// Metric is the one that it is of, where that is not tls.p50: see
	// TimeMetric.
	Metric string `json:"metric,omitempty"`
	// RoundTrips is how many fewer a resumed handshake takes, RTT how long one
	// is.
	RoundTrips *float64 `json:"round_trips"`
	RTT        *float64 `json:"rtt_ns"`
	// WhyNoRTT is why that is not known though connects were timed, "" otherwise.
	WhyNoRTT string `json:"why_no_rtt,omitempty"`
	// ClientVerdict is of the comparison of the client's own work.
	ClientVerdict Verdict `json:"client_verdict"`

	OfRoundTrips *float64 `json:"of_round_trips_ns"`
	OfClient     *float64 `json:"of_client_ns"`
	OfRest       *float64 `json:"of_rest_ns"`
}

func (p *pairOf) timeWorth() TimeWorth {
	metric := TimeMetric(p.arm, p.base)
	t := TimeWorth{SavedTime: p.savedTime(metric)}
	if metric != TimeMetric(p.base, p.base) {
		t.Metric = metric
		return t // of which nobody knows the parts
	}
	full, okFull := p.value("round_trips", p.base)
	resumed, okResumed := p.value("round_trips", p.arm)
	if okFull && okResumed {
		fewer := full - resumed
		t.RoundTrips = &fewer
	}
	before, okBefore := p.value("connect.p50", p.base)
	after, okAfter := p.value("connect.p50", p.arm)
	switch {
	case p.base.Net.Proxy != "" || p.arm.Net.Proxy != "":
		t.WhyNoRTT = "a round trip beyond the proxy is not measured"
	case okBefore && okAfter:
		rtt := math.Round((before + after) / 2)
		t.RTT = &rtt
	}
	local := p.savedTime("local.p50")
	t.ClientVerdict = local.Verdict
	if t.Saved == nil {
		return t
	}
	switch trips := t.RoundTrips; {
	case trips == nil:
	case *trips == 0:
		t.OfRoundTrips = new(float64) // however long one is
	case t.RTT != nil:
		of := math.Round(*trips**t.RTT) + 0 // not −0
		t.OfRoundTrips = &of
	}
	t.OfClient = local.Saved
	if t.OfRoundTrips != nil && t.OfClient != nil {
		rest := *t.Saved - *t.OfRoundTrips - *t.OfClient
		t.OfRest = &rest
	}
	return t
}
