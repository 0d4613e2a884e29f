package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tlsbench/bench"
)

// labels shortens arm names to the coordinates in which the plan's arms differ.
func labels(p bench.Plan) map[string]string { return labelsAmong(p, p.Arms) }

// labelsAmong shortens arm names to the compared coordinate and those in which
// these arms differ. Arms that would share a label keep their names.
func labelsAmong(p bench.Plan, arms []bench.Arm) map[string]string {
	varying := append(varyingAmong(arms), p.Compare)
	short := map[string]string{}
	times := map[string]int{}
	for _, arm := range arms {
		short[arm.Name] = coordsText(arm, varying)
		times[short[arm.Name]]++
	}
	for name, label := range short {
		if label == "" || times[label] > 1 {
			short[name] = name
		}
	}
	return short
}

// varyingAmong are the dimensions in which the arms differ, in their order.
func varyingAmong(arms []bench.Arm) []string {
	var all []string
	values := map[string]map[string]bool{}
	for _, arm := range arms {
		for _, c := range arm.Coords {
			if values[c.Dimension] == nil {
				values[c.Dimension] = map[string]bool{}
				all = append(all, c.Dimension)
			}
			values[c.Dimension][c.Value] = true
		}
	}
	return slices.DeleteFunc(all, func(d string) bool {
		return len(values[d]) < 2 && !slices.ContainsFunc(arms, func(a bench.Arm) bool { return a.Coord(d) == "" })
	})
}

// coordsText writes the arm's coordinates in some dimensions.
func coordsText(arm bench.Arm, dimensions []string) string {
	var parts []string
	for _, c := range arm.Coords {
		if slices.Contains(dimensions, c.Dimension) {
			parts = append(parts, shortCoord(c))
		}
	}
	return strings.Join(parts, " ")
}

// shortCoord is a coordinate as part of a label: the value alone where that
// says enough.
func shortCoord(c bench.Coord) string {
	first, _ := utf8.DecodeRuneInString(c.Value)
	switch {
	case c.Dimension == "session":
		return c.Value // 0rtt too
	case c.Dimension == "tls":
		return "TLS" + nbsp + c.Value
	case isWorkers(c):
		return strings.Replace(phrase(c), " ", nbsp, 1)
	case isRate(c):
		return c.Value
	case unicode.IsLetter(first) && !slices.Contains([]string{"on", "off", "yes", "no", "true", "false", "none", "default"}, c.Value):
		return c.Value
	default:
		return c.Dimension + nbsp + c.Value
	}
}

// phrase is a coordinate in a sentence: "with 4 workers".
func phrase(c bench.Coord) string {
	if isWorkers(c) {
		n, _ := strconv.Atoi(c.Value)
		return plural(n, "worker")
	}
	switch {
	case c.Dimension == "session" || c.Dimension == "tls":
		return shortCoord(c)
	case isRate(c):
		return "a rate of " + c.Value
	case c.Dimension == "storm":
		return "a storm of " + c.Value
	}
	return c.Dimension + " " + c.Value
}

// isRate: the unit says what it is.
func isRate(c bench.Coord) bool {
	_, err := bench.ParseRate(c.Value)
	return c.Dimension == "rate" && err == nil
}

func isWorkers(c bench.Coord) bool {
	_, err := strconv.Atoi(c.Value)
	return c.Dimension == "workers" && err == nil
}

// described is what is said of handshakes before the noun, and after it: what
// they are made with, and under which load.
type described struct{ before, with, under string }

// describe tells an arm's handshakes by its coordinates in some dimensions.
func describe(arm bench.Arm, dimensions []string) described {
	var before, with, under []string
	for _, c := range arm.Coords {
		switch {
		case !slices.Contains(dimensions, c.Dimension):
		case c.Dimension == "session" || c.Dimension == "tls":
			before = append(before, phrase(c))
		case isRate(c):
			under = append(under, "at "+phrase(c))
		case c.Dimension == "storm":
			under = append(under, "in "+phrase(c))
		default:
			with = append(with, phrase(c))
		}
	}
	return described{strings.Join(before, " "), strings.Join(with, ", "), strings.Join(under, " ")}
}

// noun puts a noun between: "resumed handshakes with 4 workers".
func (d described) noun(noun string) string {
	if d.before != "" {
		noun = d.before + " " + noun
	}
	if d.with != "" {
		noun += " with " + d.with
	}
	if d.under != "" {
		noun += " " + d.under
	}
	return noun
}

// pronoun stands for handshakes that were just named: "full ones".
func (d described) pronoun() string {
	if d.before != "" {
		return d.noun("ones")
	}
	return d.noun("those")
}

// few lists some of many.
func few(all []string, most int, what string) string {
	if len(all) <= most+1 { // "and 1 more" is no shorter
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %s more %s", strings.Join(all[:most], ", "), grouped(len(all)-most), what)
}

// distinct are the values that of gives, each once.
func distinct[T any](all []T, of func(T) string) []string {
	var values []string
	for _, v := range all {
		if text := of(v); !slices.Contains(values, text) {
			values = append(values, text)
		}
	}
	return values
}
