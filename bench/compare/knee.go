package compare

import (
	"math"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// Knee is the load beyond which more load costs more than it brings: from there
// on the median of total grows by a larger factor than the rate.
//
// It is where the power, rate by response time, has its peak. As long as a
// server has room, more load raises the rate and leaves the response time alone,
// and the power rises; once it has none, the response time rises and the rate
// does not, and the power falls. The peak is where their relative slopes are
// equal. No scale has to be chosen for it, as it has to be for a knee that is
// the point of the strongest bend (Kneedle, Satopää et al. 2011): that one moves
// with the range of the sweep.
//
// Of the loads whose power cannot be told from the peak's it is the highest. It
// is a knee only where the lowest load and the highest one are both below the
// peak, by the signed-rank test over rounds at the plan's confidence. So noise
// has none, nor has a curve that still rises at its end or falls from its
// beginning. The response time is the median of total: a round has too few
// samples for a p99 of its own.
//
// Sources: Kleinrock, Power and Deterministic Rules of Thumb for Probabilistic
// Problems in Computer Communications, ICC 1979, on power and its peak; Jain,
// The Art of Computer Systems Performance Analysis, 1991, section 3.3, on knee
// capacity.
type Knee struct {
	// Dimension is the swept one.
	Dimension string
	// Arm is the one at the knee, Next the one with the next higher load.
	Arm, Next bench.Arm
	// Rate, P50 and P99 are the factors by which handshakes a second and the
	// percentiles of total change from Arm to Next; P99 is 0 where either has
	// too few samples.
	Rate, P50, P99 float64
	// Of says whose limit it is.
	Of LoadLimit
}

// LoadLimit is what a load ran into, as far as that is known.
type LoadLimit string

// The limits. None is called the server's: that neither the client nor the
// cores it shares were the limit does not show what was.
const (
	OpenLimit   LoadLimit = ""
	ClientLimit LoadLimit = "client"
	SharedLimit LoadLimit = "shared-cores"
)

// limitOf is what any of the arms ran into on this side.
func limitOf(r *bench.Result, arms ...bench.Arm) LoadLimit {
	limit := OpenLimit
	for _, arm := range arms {
		if _, bound := r.ClientBound(arm.Name); bound {
			return ClientLimit
		}
		if r.CoresShared(arm.Name) {
			limit = SharedLimit
		}
	}
	return limit
}

// fewestForKnee is a point on either side of the peak.
const fewestForKnee = 3

// KneeOf finds the knee of a sweep at one value of the compared dimension, false
// where the data show none, or where what is swept is not the load.
func KneeOf(r *bench.Result, s Sweep, compared string) (Knee, bool) {
	if !s.byLoad() {
		return Knee{}, false
	}
	var loads []loadPower
	for _, v := range s.Values {
		if arm, ok := s.Arm(v, compared); ok {
			if p, ok := powerOf(r, arm); ok {
				loads = append(loads, p)
			}
		}
	}
	if len(loads) < fewestForKnee {
		return Knee{}, false
	}
	peak := loads[0]
	for _, p := range loads {
		if p.typical > peak.typical {
			peak = p
		}
	}
	below := func(p loadPower) bool { return p.below(peak, r.Plan.Confidence) }
	last := len(loads) - 1
	if !below(loads[0]) || !below(loads[last]) {
		return Knee{}, false
	}
	at := last - 1
	for below(loads[at]) {
		at-- // ends at the peak, which is not below itself
	}
	k, ok := kneeAt(r, loads[at].arm, loads[at+1].arm)
	k.Dimension = s.Dimension
	return k, ok
}

func kneeAt(r *bench.Result, at, next bench.Arm) (Knee, bool) {
	a, okAt := r.Arm(at.Name)
	b, okNext := r.Arm(next.Name)
	if !okAt || !okNext {
		return Knee{}, false
	}
	factor := func(metric string) float64 {
		m, _ := bench.MetricByName(metric)
		from, okFrom := m.Of(&a.Stats)
		to, okTo := m.Of(&b.Stats)
		if !okFrom || !okTo || from <= 0 {
			return 0
		}
		return to / from
	}
	total := bench.Total.String()
	k := Knee{Arm: at, Next: next, Rate: factor("rate"), P50: factor(total + ".p50"), P99: factor(total + ".p99"), Of: limitOf(r, at, next)}
	return k, k.Rate > 0 && k.P50 > 0
}

// loadPower is the logarithm of an arm's power, by round.
type loadPower struct {
	arm     bench.Arm
	rounds  []float64 // NaN where the round cannot tell
	typical float64
}

func powerOf(r *bench.Result, arm bench.Arm) (loadPower, bool) {
	p := loadPower{arm: arm}
	var known []float64
	for i := range r.Rounds {
		power := math.NaN()
		if b, ok := r.Rounds[i].Block(arm.Name); ok && !b.Cut && !b.Mixed && b.Rate != nil && *b.Rate > 0 && b.Medians[bench.Total] > 0 {
			power = math.Log(*b.Rate / b.Medians[bench.Total].Seconds())
			known = append(known, power)
		}
		p.rounds = append(p.rounds, power)
	}
	s, err := stats.Summarize(known)
	p.typical = s.Median
	return p, err == nil && len(known) > 0
}

// below reports whether the power is detectably lower than another one.
func (p loadPower) below(other loadPower, confidence float64) bool {
	var diffs []float64
	for i, v := range p.rounds {
		if d := v - other.rounds[i]; !math.IsNaN(d) {
			diffs = append(diffs, d)
		}
	}
	shift, err := stats.SignedRank(diffs, confidence)
	return err == nil && shift.Interval.High < 0
}

// Knees are those of all sweeps of a result, also of one along the compared
// dimension.
func Knees(r *bench.Result) []Knee {
	var all []Knee
	for _, s := range Sweeps(r.Plan) {
		for _, c := range s.Compared {
			if k, ok := KneeOf(r, s, c); ok {
				all = append(all, k)
			}
		}
	}
	return all
}
