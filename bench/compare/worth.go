package compare

import (
	"math"
	"slices"

	"tlsbench/bench"
)

// Worth is what an arm that resumes saves against the full handshakes that it
// is compared with. Whatever it holds follows from what was observed; what was
// not measured is nil, with the reason where there is something to do about it.
//
// A saving is the paired estimate of a comparison as a part of the baseline's
// value, and so is its interval, with the comparison's confidence. It is below
// zero where resumption costs more. It is nil, and so are all figures that would
// follow from it, unless the comparison found a difference.
type Worth struct {
	Arm      string `json:"arm"`
	Baseline string `json:"baseline"`
	// Time is the median time in TLS.
	Time TimeWorth `json:"tls"`
	// ClientCPU and ServerCPU are CPU time of a connection with what follows its
	// handshake in the run, such as one request.
	ClientCPU SavedTime `json:"client_cpu"`
	ServerCPU SavedTime `json:"server_cpu"`
	// BytesIn is what a handshake sends to the client, BytesOut to the server.
	BytesIn  SavedBytes `json:"bytes_in"`
	BytesOut SavedBytes `json:"bytes_out"`
	// Tickets is nil where they are part of the handshake (TLS 1.2), where there
	// are none, or where nobody waited for them.
	Tickets *TicketWorth `json:"tickets"`
	// Loads is what the above comes to under each load.
	Loads []LoadWorth `json:"loads"`
}

// SavedTime is how much less time a resumed handshake takes.
type SavedTime struct {
	// Full is what a full handshake takes.
	Full  *float64    `json:"full_ns"`
	Saved *float64    `json:"saved_ns"`
	CI    *[2]float64 `json:"ci_ns"`
	// Detectable is the saving that four of five such runs would have seen.
	Detectable *float64 `json:"detectable_ns"`
	Verdict    Verdict  `json:"verdict"`
	// Why is why the verdict is inconclusive, "" otherwise.
	Why string `json:"why,omitempty"`
}

// SavedBytes is how many bytes less a resumed handshake takes.
type SavedBytes struct {
	Full       *float64    `json:"full"`
	Saved      *float64    `json:"saved"`
	CI         *[2]float64 `json:"ci"`
	Detectable *float64    `json:"detectable"`
	Verdict    Verdict     `json:"verdict"`
	Why        string      `json:"why,omitempty"`
}

// The dimension along which resumption is compared, in every plan.
const sessionDimension = "session"

// HasWorth reports whether a plan compares resumption with full handshakes.
func HasWorth(p bench.Plan) bool {
	for i := range p.Arms {
		if _, ok := fullBaseline(p, i); ok {
			return true
		}
	}
	return false
}

func fullBaseline(p bench.Plan, i int) (bench.Arm, bool) {
	base, ok := p.Baseline(i)
	return base, ok && p.Compare == sessionDimension && base.Want == bench.WantFull && p.Arms[i].Want.Resumes()
}

// WorthOf gives what resumption is worth in each arm that a full one is the
// baseline of. all are the result's comparisons. Without a load it is told for
// DefaultCapacities.
func WorthOf(r *bench.Result, all []Comparison, loads ...Capacity) []Worth {
	if len(loads) == 0 {
		loads = DefaultCapacities()
	}
	known := quantities()
	var worths []Worth
	for i, arm := range r.Plan.Arms {
		base, ok := fullBaseline(r.Plan, i)
		if !ok {
			continue
		}
		p := pairOf{evaluation{result: r, within: all}, known, arm, base}
		w := Worth{
			Arm: arm.Name, Baseline: base.Name, Time: p.timeWorth(),
			ClientCPU: p.savedTime("client_cpu"), ServerCPU: p.savedTime("server_cpu"),
			BytesIn: p.savedBytes("bytes_in"), BytesOut: p.savedBytes("bytes_out"),
		}
		if base.Target.RTT > 0 && w.ServerCPU.Why == "" {
			// Fewer flights are fewer to delay: the saving would be of both.
			w.ServerCPU = SavedTime{Verdict: Inconclusive,
				Why: "the CPU of the server includes the work of simulating round trips: measure it without rtt"}
		}
		w.Tickets = p.tickets(w.BytesIn, w.BytesOut)
		for _, load := range loads {
			w.Loads = append(w.Loads, w.under(load))
		}
		worths = append(worths, w)
	}
	return worths
}

// pairOf is an arm and its baseline.
type pairOf struct {
	evaluation
	known     []quantity
	arm, base bench.Arm
}

// saved gives the saving in a metric, or why it is not known.
func (p *pairOf) saved(metric string) SavedBytes {
	c, why := p.compared(metric)
	if why != "" {
		return SavedBytes{Verdict: Inconclusive, Why: why}
	}
	of := func(fraction float64) float64 { return negated(fraction * c.BaselineValue) }
	s := SavedBytes{Full: &c.BaselineValue, Verdict: c.Verdict}
	if c.Detectable != nil {
		least := *c.Detectable * c.BaselineValue
		s.Detectable = &least
	}
	if c.Verdict == Better || c.Verdict == Worse {
		saved := of(*c.Change)
		s.Saved, s.CI = &saved, &[2]float64{of(c.CI[1]), of(c.CI[0])}
	}
	return s
}

// savedBytes are means, in thousandths.
func (p *pairOf) savedBytes(metric string) SavedBytes {
	s := p.saved(metric)
	s.round(1000)
	return s
}

// savedTime is in whole nanoseconds, so that parts of it add up.
func (p *pairOf) savedTime(metric string) SavedTime {
	s := p.saved(metric)
	s.round(1)
	return SavedTime(s)
}

// round keeps so many parts of a unit.
func (s *SavedBytes) round(parts float64) {
	all := []*float64{s.Full, s.Saved, s.Detectable}
	if s.CI != nil {
		all = append(all, &s.CI[0], &s.CI[1])
	}
	for _, v := range all {
		if v != nil {
			*v = math.Round(*v*parts) / parts
		}
	}
}

// compared finds the comparison of a metric, or says why there is none to rely
// on.
func (p *pairOf) compared(metric string) (Comparison, string) {
	q := p.quantity(metric)
	for _, arm := range []bench.Arm{p.base, p.arm} {
		if _, why := p.metric(q, arm); why != "" {
			return Comparison{}, why
		}
	}
	if c, ok := Find(p.within, p.arm.Name, metric); ok && c.Verdict != Inconclusive && c.Change != nil {
		return c, ""
	}
	return p.saving(&operand{what: q, saving: true}, place{arms: []bench.Arm{p.arm}, base: p.base, label: label(p.result.Plan, p.arm)})
}

func (p *pairOf) quantity(metric string) quantity {
	return p.known[slices.IndexFunc(p.known, func(q quantity) bool { return q.Name == metric })]
}

// value is a metric of an arm, false where it is not known.
func (p *pairOf) value(metric string, of bench.Arm) (float64, bool) {
	v, why := p.metric(p.quantity(metric), of)
	return v, why == ""
}
