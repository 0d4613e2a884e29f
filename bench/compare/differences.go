package compare

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"tlsbench/bench"
)

// Differences says by field why results are not of the same experiment: what
// they differ in would be compared together with the servers.
func Differences(base, next []*bench.Result) []string {
	first := base[0].Plan
	var all []string
	for _, r := range slices.Concat(base[1:], next) {
		for _, d := range planDifferences(first, r.Plan) {
			if !slices.Contains(all, d) {
				all = append(all, d)
			}
		}
	}
	return all
}

func planDifferences(a, b bench.Plan) []string {
	var all []string
	if x, y := armNames(a), armNames(b); !slices.Equal(x, y) {
		return []string{fmt.Sprintf("arms: %s, and %s", strings.Join(x, " "), strings.Join(y, " "))}
	}
	if a.Compare != b.Compare {
		all = append(all, fmt.Sprintf("compared dimension: %s, and %s", a.Compare, b.Compare))
	}
	for i, x := range a.Arms {
		y := b.Arms[i]
		for _, field := range []struct {
			name string
			x, y any
		}{
			{"engine", x.Engine, y.Engine},
			{"wanted kind", x.Want, y.Want},
			{"TLS options", x.TLS, y.TLS},
			{"request", request(x), request(y)},
			{"close mode", x.Net.Close, y.Net.Close},
			{"look-up of the name on each attempt", x.Net.ResolveEach, y.Net.ResolveEach},
			{"session policy", x.Session, y.Session},
			{"load", x.Load, y.Load},
		} {
			if !reflect.DeepEqual(field.x, field.y) {
				all = append(all, fmt.Sprintf("%s of %s: %+v, and %+v", field.name, x.Name, field.x, field.y))
			}
		}
	}
	return all
}

func armNames(p bench.Plan) []string {
	var all []string
	for _, arm := range p.Arms {
		all = append(all, arm.Name)
	}
	return all
}

// request is what is saved of it: headers by name.
func request(a bench.Arm) string {
	text := a.HTTP.Method
	if a.HTTP.HTTP2 {
		text += " over HTTP/2"
	}
	return strings.TrimSpace(text + " " + strings.Join(a.HTTP.HeaderNames, " "))
}

// doubts names by field what differs between the sides beside the servers, and
// what makes the comparison weak.
func doubts(base, next []*bench.Result, noiseKnown bool) []string {
	all := []string{}
	add := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	first := base[0]
	for _, r := range slices.Concat(base[1:], next) {
		for i, arm := range first.Plan.Arms {
			if i >= len(r.Plan.Arms) {
				break
			}
			other := r.Plan.Arms[i]
			if other.Target.URL != arm.Target.URL {
				add("target: %s, and %s", arm.Target.URL, other.Target.URL)
			}
			if x, y := way(arm.Net), way(other.Net); x != y {
				add("way to the target: %s, and %s", x, y)
			}
		}
		if first.Tool.Version != r.Tool.Version {
			add("tlsbench's version: %s, and %s", first.Tool.Version, r.Tool.Version)
		}
		for _, text := range environments("environment", first.Env, r.Env) {
			add("%s", text)
		}
	}
	if distinct(slices.Concat(base, next)) != nil {
		add("both sides are the same run")
	}
	for _, r := range slices.Concat(base, next) {
		if r.Partial {
			add("a result is partial (%s)", r.Ended)
		}
	}
	if len(base)+len(next) == 2 && !noiseKnown {
		add("one run a side: what the two runs do not share, such as a neighbour on the machine, passes for a change; several runs a side, noise measured beforehand (--noise), or --vs settle that")
	}
	return all
}

// way is how connections go to the target.
func way(n bench.Net) string {
	text := "its own address"
	if n.Connect != "" {
		text = n.Connect
	}
	if n.Family != 0 {
		text += fmt.Sprintf(" by IPv%d", n.Family)
	}
	return text
}

// environments names the fields in which two differ.
func environments(what string, a, b bench.Env) []string {
	var all []string
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	for field, value := range x.Fields() {
		if other := y.FieldByIndex(field.Index); field.IsExported() && !reflect.DeepEqual(value.Interface(), other.Interface()) {
			all = append(all, fmt.Sprintf("%s, %s: %v, and %v", what, field.Name, value.Interface(), other.Interface()))
		}
	}
	return all
}
