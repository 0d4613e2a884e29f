// Package chart draws charts, as SVG for pages and in block characters for
// terminals. It knows positions, lines and words, and nothing of what they
// mean; colours are left to the page, by class names.
package chart

import (
	"math"
	"slices"
)

// Scale maps values to positions: From to 0 and To to 1, linearly or, where Log
// is set, by their logarithms. From is below To, and above 0 where Log is set.
type Scale struct {
	From, To float64
	Log      bool
}

// At is the position of a value. What lies outside is put at the nearer end.
func (s Scale) At(v float64) float64 {
	from, to := s.From, s.To
	if s.Log {
		if v <= 0 {
			return 0
		}
		v, from, to = math.Log(v), math.Log(from), math.Log(to)
	}
	at := (v - from) / (to - from)
	if !(to > from) || math.IsNaN(at) {
		return 0
	}
	return min(1, max(0, at))
}

// Value is the value at a position between 0 and 1.
func (s Scale) Value(at float64) float64 {
	if s.Log {
		return s.From * math.Pow(s.To/s.From, at)
	}
	return s.From + at*(s.To-s.From)
}

// Ticks are round values inside the scale, at most that many: 1, 2 or 5 times a
// power of ten and, on a logarithmic scale that spans decades, as many of them
// as there is room for.
func (s Scale) Ticks(most int) []float64 {
	if !(s.To > s.From) || math.IsInf(s.To, 0) || most < 1 {
		return nil
	}
	if s.Log && s.From > 0 {
		for _, steps := range [][]float64{{1, 2, 5}, {1, 3}, {1}} {
			if found := s.decades(steps, 1); len(found) >= 2 && len(found) <= most {
				return found
			}
		}
		for every := 2; every < 640; every++ {
			if found := s.decades([]float64{1}, every); len(found) >= 2 && len(found) <= most {
				return found
			}
		}
	}
	return s.steps(most)
}

// decades are the given multiples of every so many powers of ten.
func (s Scale) decades(multiples []float64, every int) []float64 {
	var all []float64
	for e := int(math.Floor(math.Log10(s.From))); math.Pow10(e) <= s.To; e++ {
		if e%every != 0 {
			continue
		}
		for _, m := range multiples {
			if v := m * math.Pow10(e); v >= s.From && v <= s.To {
				all = append(all, v)
			}
		}
	}
	return all
}

// steps are multiples of the smallest round step of which there are few enough.
func (s Scale) steps(most int) []float64 {
	step := math.Pow10(int(math.Floor(math.Log10((s.To - s.From) / float64(most)))))
	for _, factor := range []float64{1, 2, 5, 10, 20} {
		first, last := math.Ceil(s.From/(factor*step)), math.Floor(s.To/(factor*step))
		if n := int(last-first) + 1; n <= most {
			var all []float64
			for i := range n {
				all = append(all, (first+float64(i))*factor*step)
			}
			return all
		}
	}
	return nil
}

// Around is a scale that holds all values, with a little room at both ends of a
// logarithmic one. Values that a logarithmic scale cannot show are passed over.
// It is false where there is nothing to show.
func Around(log bool, values ...float64) (Scale, bool) {
	values = slices.DeleteFunc(slices.Clone(values), func(v float64) bool {
		return math.IsNaN(v) || math.IsInf(v, 0) || log && v <= 0
	})
	if len(values) == 0 {
		return Scale{}, false
	}
	s := Scale{slices.Min(values), slices.Max(values), log}
	switch {
	case log:
		const room = 1.05
		s.From, s.To = s.From/room, s.To*room
	case s.From == s.To:
		s.From, s.To = s.From-1, s.To+1
	}
	return s, true
}
