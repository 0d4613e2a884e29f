package compare

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"time"

	"tlsbench/bench"
)

// Sweep is arms that differ in a number: workers=1, 2, 4 …, rtt=5ms, 50ms. They
// share every coordinate but that one and the compared one.
type Sweep struct {
	Dimension string
	// Values are those of the dimension, ascending as numbers.
	Values []string
	// Compared are the values of the plan's compared dimension, in the plan's
	// order; a single "" where that is the swept dimension itself, or where
	// the arms have none.
	Compared []string
	// Shared are the coordinates that all arms share.
	Shared []bench.Coord

	arms map[[2]string]bench.Arm // by value and compared value
}

// Arm gives the arm at a value of the dimension and of the compared one, false
// where the plan left it out.
func (s Sweep) Arm(value, compared string) (bench.Arm, bool) {
	arm, ok := s.arms[[2]string{value, compared}]
	return arm, ok
}

// Arms are all arms, by value and then as they are compared.
func (s Sweep) Arms() []bench.Arm {
	var all []bench.Arm
	for _, v := range s.Values {
		for _, c := range s.Compared {
			if arm, ok := s.Arm(v, c); ok {
				all = append(all, arm)
			}
		}
	}
	return all
}

// Number is a value of the dimension as a number: nanoseconds where the values
// are durations.
func (s Sweep) Number(value string) float64 { return numbersOf(s.Values)[value] }

// byLoad reports whether what is swept is the load: how much is asked of the
// server at a time.
func (s Sweep) byLoad() bool {
	arms := s.Arms()
	load := func(a bench.Arm) bench.Load {
		a.Load.Share = 0 // of what is asked for, and not how much that is
		return a.Load
	}
	return slices.ContainsFunc(arms, func(a bench.Arm) bool { return load(a) != load(arms[0]) })
}

// Sweeps finds the plan's numeric dimension, and gives a sweep of it for each
// combination of all other coordinates. Of several such dimensions it is one
// that changes the load, else the one with the most values, else the first: the
// others tell the sweeps apart. An arm is in one sweep at most; a number that
// has one value only is none.
func Sweeps(p bench.Plan) []Sweep {
	dimension := ""
	var best []Sweep
	for _, d := range numericDimensions(p) {
		found := sweepsAlong(p, d)
		if len(found) > 0 && (dimension == "" || better(found, best)) {
			dimension, best = d, found
		}
	}
	return best
}

func better(a, b []Sweep) bool {
	byLoad := func(all []Sweep) bool { return slices.ContainsFunc(all, Sweep.byLoad) }
	longest := func(all []Sweep) (n int) {
		for _, s := range all {
			n = max(n, len(s.Values))
		}
		return n
	}
	if x, y := byLoad(a), byLoad(b); x != y {
		return x
	}
	return longest(a) > longest(b)
}

// numericDimensions are those in which all values that the plan has are numbers
// of one sort. A TLS version is a name that looks like a number.
func numericDimensions(p bench.Plan) []string {
	var all []string
	values := map[string][]string{}
	for _, arm := range p.Arms {
		for _, c := range arm.Coords {
			if _, ok := values[c.Dimension]; !ok {
				all = append(all, c.Dimension)
			}
			values[c.Dimension] = append(values[c.Dimension], c.Value)
		}
	}
	return slices.DeleteFunc(all, func(d string) bool {
		_, numeric := ascending(values[d])
		return d == "tls" || !numeric
	})
}

func sweepsAlong(p bench.Plan, dimension string) []Sweep {
	var all []Sweep
	for _, arm := range p.Arms {
		value := arm.Coord(dimension)
		if value == "" {
			continue
		}
		compared := ""
		var shared []bench.Coord
		for _, c := range arm.Coords {
			switch {
			case c.Dimension == dimension:
			case c.Dimension == p.Compare:
				compared = c.Value
			default:
				shared = append(shared, c)
			}
		}
		i := slices.IndexFunc(all, func(s Sweep) bool { return sameCoords(s.Shared, shared) })
		if i < 0 {
			i = len(all)
			all = append(all, Sweep{Dimension: dimension, Shared: shared, arms: map[[2]string]bench.Arm{}})
		}
		s := &all[i]
		if !slices.Contains(s.Values, value) {
			s.Values = append(s.Values, value)
		}
		if !slices.Contains(s.Compared, compared) {
			s.Compared = append(s.Compared, compared)
		}
		s.arms[[2]string{value, compared}] = arm
	}
	for i := range all {
		all[i].Values, _ = ascending(all[i].Values)
	}
	return slices.DeleteFunc(all, func(s Sweep) bool { return len(s.Values) < 2 })
}

// sameCoords compares them in any order.
func sameCoords(a, b []bench.Coord) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(c bench.Coord) bool { return !slices.Contains(b, c) })
}

var leadingNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?`)

// ascending sorts distinct values as numbers, false where they are not numbers
// of one unit, or durations.
func ascending(values []string) ([]string, bool) {
	numbers := numbersOf(values)
	if numbers == nil {
		return nil, false
	}
	sorted := slices.Clone(values)
	slices.SortStableFunc(sorted, func(a, b string) int { return cmp.Compare(numbers[a], numbers[b]) })
	return slices.Compact(sorted), true
}

// numbersOf reads values that are numbers of one unit, or durations, nil where
// they are not.
func numbersOf(values []string) map[string]float64 {
	numbers := map[string]float64{}
	durations, units := true, map[string]bool{}
	for _, v := range values {
		digits := leadingNumber.FindString(v)
		if digits == "" {
			return nil
		}
		d, err := time.ParseDuration(v)
		durations = durations && err == nil
		numbers[v] = float64(d)
		units[v[len(digits):]] = true
	}
	if durations {
		return numbers
	}
	if len(units) > 1 {
		return nil
	}
	for v := range numbers {
		n, err := strconv.ParseFloat(leadingNumber.FindString(v), 64)
		if err != nil { // out of range
			return nil
		}
		numbers[v] = n
	}
	return numbers
}
