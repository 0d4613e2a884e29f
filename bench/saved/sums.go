package saved

import (
	"fmt"
	"math"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// meanSum adds up whole numbers that were saved as means of so many.
type meanSum struct {
	sum, of int64
	unknown bool // a block did not measure it
}

func (m *meanSum) add(field string, mean *float64, of int64) error {
	switch {
	case of == 0:
		return nil
	case mean == nil:
		m.unknown = true
		return nil
	}
	whole := math.Round(*mean * float64(of))
	if whole > maxTotal-float64(m.sum) {
		return fmt.Errorf("%s: with the rounds before it that is more than can be measured", field)
	}
	m.sum += int64(whole)
	m.of += of
	return nil
}

// mean is the arm's, kept as saved where it does not follow from the blocks.
func (m meanSum) mean(saved *float64) *float64 {
	switch {
	case m.unknown:
		return saved
	case m.of == 0:
		return nil
	}
	return new(float64(m.sum) / float64(m.of))
}

// cpuSum adds up CPU time, which is saved per completed handshake. Up to 26
// days of it a block are found again to the nanosecond.
//
// A block without a figure leaves the arm's open: its clock may have stood
// still, which counts, or not been there, which does not; and where it
// completed nothing its time has no handshake to be saved with.
type cpuSum struct {
	meanSum
	completed int64
	hidden    bool // a block without a figure completed nothing
}

func (c *cpuSum) add(field string, each *float64, completed int64) error {
	c.completed += completed
	c.hidden = c.hidden || completed == 0
	return c.meanSum.add(field, each, completed)
}

// each is the arm's CPU per handshake, kept as saved within the bounds that the
// blocks leave, where it does not follow from them.
func (c cpuSum) each(field string, saved *float64) (*float64, error) {
	sure := cpuTime{c.sum, c.of}
	switch {
	case !c.unknown && !c.hidden:
		return sure.each(), nil
	case saved == nil && c.sum > 0 && !c.open():
		return nil, fmt.Errorf("%s: there is none, but blocks have one", field)
	case saved == nil:
		return nil, nil
	case *saved < float64(c.sum)/float64(c.completed),
		!c.hidden && (c.of == 0 || *saved > float64(c.sum)/float64(c.of)):
		return nil, fmt.Errorf("%s: %v does not follow from its blocks", field, *saved)
	}
	return saved, nil
}

// open says that neither the time nor the handshakes that it is for can be
// found again from the arm's figure.
func (c cpuSum) open() bool { return c.unknown && c.hidden }

// cpuTime is CPU time, in nanoseconds, and the completed handshakes that it is
// for.
type cpuTime struct{ spent, over int64 }

func (c *cpuTime) add(o cpuTime) {
	c.spent += o.spent
	c.over += o.over
}

// each is nil where there is none: also of a clock that did not move over
// completed handshakes, which is no clock.
func (c cpuTime) each() *float64 {
	if c.spent == 0 || c.over == 0 {
		return nil
	}
	return new(float64(c.spent) / float64(c.over))
}

// phaseSum is a phase over the blocks of an arm. The mean is off by no more
// than the blocks' own were rounded by.
type phaseSum struct {
	count    int64
	min, max time.Duration
	weighted float64 // sum of the means, each times its count
}

func (t *phaseSum) mean() float64 { return t.weighted / float64(t.count) }

func addPhases(sums map[bench.Phase]*phaseSum, phases map[bench.Phase]hist.Summary) {
	for p, s := range phases {
		t := sums[p]
		if t == nil {
			t = &phaseSum{min: *s.Min, max: *s.Max}
			sums[p] = t
		}
		t.count += s.Count
		t.min, t.max = min(t.min, *s.Min), max(t.max, *s.Max)
		t.weighted += float64(*s.Mean) * float64(s.Count)
	}
}

// fitPhases holds an arm's phases against its blocks, and takes the minimum and
// maximum from these.
func fitPhases(phases map[bench.Phase]hist.Summary, sums map[bench.Phase]*phaseSum) error {
	for _, p := range bench.Phases() {
		s, ok := phases[p]
		t, measured := sums[p]
		switch {
		case !ok && !measured:
			continue
		case !ok:
			return fmt.Errorf("%s is missing, but blocks have it", p)
		case !measured:
			return fmt.Errorf("%s.count: %d, but its blocks have none", p, s.Count)
		case s.Count != t.count:
			return fmt.Errorf("%s.count: %d, and its blocks make %d", p, s.Count, t.count)
		case s.Mean == nil:
			return fmt.Errorf("%s.mean_ns is missing", p)
		}
		// Each mean was rounded to the nanosecond, and floats are added up.
		const rounded = 2
		mean := t.mean()
		if off := math.Abs(float64(*s.Mean) - mean); off > rounded+1e-9*mean {
			return fmt.Errorf("%s.mean_ns: %d, and its blocks make %.0f", p, *s.Mean, mean)
		}
		s.Min, s.Max = &t.min, &t.max
		phases[p] = s
	}
	return nil
}
