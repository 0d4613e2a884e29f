package compare

import (
	"fmt"
	"math"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// pace is by how much slower this machine was in the one run than in the other,
// as log ratios: by the handshakes that it makes with itself before each block.
type pace struct {
	time, cpu float64
}

// paceBetween is zero where a run has no such readings.
func paceBetween(base, next *bench.Result) pace {
	return pace{
		time: slower(base, next, func(p bench.Pace) float64 { return float64(p.Handshake) }),
		cpu:  slower(base, next, func(p bench.Pace) float64 { return float64(p.CPU) }),
	}
}

func slower(base, next *bench.Result, of func(bench.Pace) float64) float64 {
	var middles [2]float64
	for i, r := range []*bench.Result{base, next} {
		var all []float64
		for _, round := range r.Rounds {
			for _, b := range round.Blocks {
				if b.Pace != nil && of(*b.Pace) > 0 {
					all = append(all, math.Log(of(*b.Pace)))
				}
			}
		}
		m := middle(all)
		if m == nil {
			return 0
		}
		middles[i] = *m
	}
	return middles[1] - middles[0]
}

// explains is how much of a metric's change, as log ratios, the machine may
// account for: from the lowest to the highest, zero among them. Only work waits
// for a machine: of a time, no more than the CPU time that a handshake takes can
// have been stretched. CPU time goes with either: where a neighbour takes its
// turns, clocks do not agree on whose they were.
func (p pace) explains(base *bench.Stats, m bench.Metric) (lowest, highest float64) {
	switch {
	case m.Name == "client_cpu" || m.Name == "server_cpu":
		return min(0, p.time, p.cpu), max(0, p.time, p.cpu)
	case m.Unit == bench.PerSecond:
		return min(0, -p.time), max(0, -p.time)
	case m.Unit != bench.Nanoseconds:
		return 0, 0
	}
	by := p.time
	if value, ok := m.Of(base); ok && base.ClientCPU != nil && value > 0 {
		work := *base.ClientCPU
		if base.ServerCPU != nil {
			work += *base.ServerCPU
		}
		by = math.Log1p(min(1, work/value) * math.Expm1(p.time))
	}
	return min(0, by), max(0, by)
}

// allow widens what one run a side shows by what the machine may account for:
// its own change cannot be told from the server's.
func (p pace) allow(c *Comparison, base *bench.Result) {
	m, known := bench.MetricByName(c.Metric)
	a, measured := base.Arm(c.Arm)
	if !known || !measured || c.Change == nil || !c.invertible() {
		return
	}
	lowest, highest := p.explains(&a.Stats, m)
	shift := c.shift()
	was := shift.Interval
	shift.Interval.Low -= highest
	shift.Interval.High -= lowest
	if excludesZero(was) && !excludesZero(shift.Interval) {
		shift.P = 1
	}
	shift.Detectable += max(highest, -lowest)
	c.fill(shift)
}

func excludesZero(i stats.Interval) bool { return i.Low > 0 || i.High < 0 }

// toldFrom is the least change of pace that is worth a word.
const toldFrom = 0.03

// doubt says that the machine changed, or "".
func (p pace) doubt() string {
	by := p.time
	if math.Abs(p.cpu) > math.Abs(by) {
		by = p.cpu
	}
	if math.Abs(by) < toldFrom {
		return ""
	}
	word := "slower"
	if by < 0 {
		by, word = -by, "faster"
	}
	return fmt.Sprintf("this machine itself was %.0f %% %s in the new run, by handshakes with itself: times and CPU are not told from that, and their intervals were widened by it",
		100*math.Expm1(by), word)
}
