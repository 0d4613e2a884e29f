package stats

import (
	"fmt"
	"math"
)

// Spread is how far one value lies from the next, known from repeating a
// measurement of which nothing changed. With it even a single value a side can
// be compared, which no rank test can do; the price is that the noise is taken
// as normal, and as no other than it was then.
type Spread struct {
	// SD is the standard deviation of one value.
	SD float64 `json:"sd"`
	// DF is the degrees of freedom from which SD is known: the number of
	// values less one, or as many as there are where the mean was known.
	DF int `json:"df"`
}

// SpreadOf estimates the spread of values about their own mean. The error is
// ErrTooFew for fewer than two of them.
func SpreadOf(values []float64) (Spread, error) {
	if err := checkFinite(values); err != nil {
		return Spread{}, fmt.Errorf("spread: %w", err)
	}
	if len(values) < 2 {
		return Spread{}, fmt.Errorf("spread: %w: %d, where it takes 2", ErrTooFew, len(values))
	}
	s, err := Summarize(values)
	return Spread{SD: s.StdDev, DF: s.N - 1}, err
}

// SpreadAboutZero estimates the spread of values whose mean is known to be
// zero, such as changes between things that are alike. The error is ErrTooFew
// where there are none.
func SpreadAboutZero(values []float64) (Spread, error) {
	if err := checkFinite(values); err != nil {
		return Spread{}, fmt.Errorf("spread: %w", err)
	}
	if len(values) == 0 {
		return Spread{}, fmt.Errorf("spread: %w: none", ErrTooFew)
	}
	var squares float64
	for _, v := range values {
		squares += v * v
	}
	return Spread{SD: math.Sqrt(squares / float64(len(values))), DF: len(values)}, nil
}

// Check refuses what SpreadOf and SpreadAboutZero cannot have returned.
func (s Spread) Check() error {
	if !(s.SD >= 0) || math.IsInf(s.SD, 0) || s.DF < 1 {
		return fmt.Errorf("a spread of %g with %d degrees of freedom", s.SD, s.DF)
	}
	return nil
}

// Pool is the spread of values of two sources that are equally noisy. They may
// share their luck, so that no degrees of freedom are gained.
func (s Spread) Pool(o Spread) Spread {
	return Spread{SD: math.Sqrt((s.SD*s.SD + o.SD*o.SD) / 2), DF: min(s.DF, o.DF)}
}

// OfDifference is the spread of the difference between the mean of n values and
// that of m others.
func (s Spread) OfDifference(n, m int) Spread {
	return Spread{SD: s.SD * math.Sqrt(1/float64(n)+1/float64(m)), DF: s.DF}
}

// Shift is the shift from base to other, the difference of their means, with
// the interval and the p value of Student's t with this spread of a single
// value. The error is ErrTooFew where a side is empty.
func (s Spread) Shift(base, other []float64, confidence float64) (Shift, error) {
	if err := checkConfidence(confidence); err != nil {
		return Shift{}, fmt.Errorf("shift: %w", err)
	}
	if err := s.Check(); err != nil {
		return Shift{}, fmt.Errorf("shift: %w", err)
	}
	b, err := Summarize(base)
	if err != nil {
		return Shift{}, fmt.Errorf("base: %w", err)
	}
	o, err := Summarize(other)
	if err != nil {
		return Shift{}, fmt.Errorf("other: %w", err)
	}
	shift := s.OfDifference(b.N, o.N).around(o.Mean-b.Mean, confidence)
	shift.N = min(b.N, o.N)
	return shift, nil
}

// Widen gives a shift, whose own spread this is, the doubt that follows from
// it, where that is more than it has: interval and p value. Its estimate stays.
func (s Spread) Widen(shift Shift, confidence float64) Shift {
	if s.Check() != nil || checkConfidence(confidence) != nil {
		return shift
	}
	wide := s.around(shift.Estimate, confidence)
	if wide.Interval.Low < shift.Interval.Low || wide.Interval.High > shift.Interval.High {
		shift.Interval.Confidence = confidence
	}
	shift.Interval.Low = min(shift.Interval.Low, wide.Interval.Low)
	shift.Interval.High = max(shift.Interval.High, wide.Interval.High)
	shift.P = max(shift.P, wide.P)
	shift.Detectable = max(shift.Detectable, wide.Detectable)
	return shift
}

// around is a shift of which only the estimate was measured.
func (s Spread) around(estimate, confidence float64) Shift {
	half := s.SD * studentDeviate((1-confidence)/2, s.DF)
	p := 1.0
	switch {
	case s.SD > 0:
		p = 2 * studentTail(math.Abs(estimate)/s.SD, s.DF)
	case estimate != 0:
		p = 0
	}
	return Shift{
		Estimate: estimate, P: p, Detectable: s.Detectable(confidence),
		Interval: Interval{Low: estimate - half, High: estimate + half, Confidence: confidence},
	}
}

// Detectable is the smallest true value that is told from zero with 80 %
// probability where one value has this spread.
func (s Spread) Detectable(confidence float64) float64 {
	return s.SD * (studentDeviate((1-confidence)/2, s.DF) + z80)
}
