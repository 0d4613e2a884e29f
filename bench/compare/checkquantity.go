package compare

import (
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/hist"
	"tlsbench/bench/spelling"
)

// quantity is what a name in a check stands for: a metric, another statistic of
// a phase, or a count. A count has no Of but counts; it is so many out of so
// many others.
type quantity struct {
	bench.Metric
	compared bool // between arms
	phase    bench.Phase
	stat     string // of the phase, else ""
	counts   func(bench.Want, *bench.Stats) (n, of int64)
	others   string // what a count is out of
}

// quantities lists all names.
func quantities() []quantity {
	all := counts()
	known := map[string]bool{}
	for _, m := range bench.Metrics() {
		if m.Unit == bench.Count {
			m.Unit = plainNumber
		}
		q := quantity{Metric: m, compared: true}
		if phase, stat, ok := strings.Cut(m.Name, "."); ok && q.phase.UnmarshalText([]byte(phase)) == nil {
			q.stat = stat
		}
		all = append(all, q)
		known[m.Name] = true
	}
	for _, phase := range bench.Phases() {
		for _, stat := range statNames() {
			name := phase.String() + "." + stat
			if known[name] {
				continue
			}
			of := func(s *bench.Stats) (float64, bool) {
				d, ok := s.Phases[phase].Stat(stat)
				return float64(d), ok
			}
			m := bench.Metric{Name: name, Unit: bench.Nanoseconds, Better: bench.LowerIsBetter, Of: of}
			all = append(all, quantity{Metric: m, phase: phase, stat: stat})
		}
	}
	return all
}

func counts() []quantity {
	count := func(name, others string, of func(bench.Want, *bench.Stats) (n, of int64)) quantity {
		return quantity{Metric: bench.Metric{Name: name, Unit: plainNumber}, counts: of, others: others}
	}
	return []quantity{
		count("attempts", "attempts", func(_ bench.Want, s *bench.Stats) (n, of int64) {
			return s.Attempts, s.Attempts
		}),
		count("completed", "attempts", func(_ bench.Want, s *bench.Stats) (n, of int64) {
			return s.Completed(), s.Attempts
		}),
		count("errors", "attempts", func(_ bench.Want, s *bench.Stats) (n, of int64) {
			return s.Failed(), s.Attempts
		}),
		count("fallbacks", "handshakes", func(w bench.Want, s *bench.Stats) (n, of int64) {
			return s.Completed() - s.Wanted(w), s.Completed()
		}),
	}
}

// statNames lists the statistics of a phase.
func statNames() []string {
	all := []string{"min", "mean"}
	for _, q := range hist.Quantiles() {
		all = append(all, q.Name)
	}
	return append(all, "max")
}

func quantityOf(name string) (quantity, bool) {
	all := quantities()
	i := slices.IndexFunc(all, func(q quantity) bool { return q.Name == name })
	if i < 0 {
		return quantity{}, false
	}
	return all[i], true
}

func unknownQuantity(name string) string {
	if name == "" {
		return "the name of a metric is missing"
	}
	phase, stat, _ := strings.Cut(name, ".")
	if p := bench.Phase(0); p.UnmarshalText([]byte(phase)) == nil {
		return fmt.Sprintf("phase %s has no statistic %q: want %s.p50, or another of %s", phase, stat, phase, strings.Join(statNames(), ", "))
	}
	names := []string{"saving"}
	short := []string{"saving(METRIC)", "<phase>.<stat> such as tls.p50"}
	for _, q := range quantities() {
		names = append(names, q.Name)
		if q.stat == "" {
			short = append(short, q.Name)
		}
	}
	if nearest, ok := spelling.Nearest(name, names); ok {
		return fmt.Sprintf("unknown name %q: did you mean %s?", name, nearest)
	}
	return fmt.Sprintf("unknown name %q: want one of %s", name, strings.Join(short, ", "))
}

// comparedLike names what is compared between arms: of the same phase, if q is
// of one.
func comparedLike(q quantity) []string {
	var names []string
	for _, o := range quantities() {
		if o.compared && (q.stat == "" || o.stat != "" && o.phase == q.phase) {
			names = append(names, o.Name)
		}
	}
	return names
}

// absentFrom says why an arm cannot have the figure, "" where it can.
func (q quantity) absentFrom(arm bench.Arm) string {
	open := arm.Load.Open()
	switch {
	case !open && (q.Name == "begun" || q.Name == "drop_ratio" || q.stat != "" && (q.phase == bench.Lag || q.phase == bench.Service)):
		return fmt.Sprintf("%s is never measured here: attempts fall due by no rate; add --rate", q.Name)
	case arm.Load.Storm == 0 && (q.Name == "connected" || q.Name == "server_peak_cores"):
		return fmt.Sprintf("%s is never measured here: there is no storm; add --storm", q.Name)
	case q.stat == "":
	case (q.phase == bench.Request || q.phase == bench.TTFB) && arm.HandshakeOnly():
		return fmt.Sprintf("%s is never measured here: no request is made, handshakes only", q.Name)
	case q.phase == bench.DNS && !arm.Net.ResolveEach:
		return fmt.Sprintf("%s is never measured here: the name is looked up once, before the run; add --dns each", q.Name)
	}
	return ""
}

// fewest is how many observations it takes for a check to pass.
const fewest = 20

// seen is how many observations of an arm the figure rests on, and what they
// are.
func (q quantity) seen(want bench.Want, s *bench.Stats) (n int64, what string) {
	switch {
	case q.counts != nil:
		_, of := q.counts(want, s)
		return of, q.others
	case q.stat != "":
		return s.Phases[q.phase].Count, "samples of " + q.phase.String()
	case q.Name == "error_ratio":
		return s.Attempts, "attempts"
	default:
		return s.Completed(), "handshakes"
	}
}
