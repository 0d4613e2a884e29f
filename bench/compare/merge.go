package compare

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"unicode"

	"tlsbench/bench"
	"tlsbench/bench/saved"
)

// Merge makes one result of several runs of the same plan, in the order in which
// they were started: see saved.Merge. A Clash names by field what makes plans
// differ, or the run that is there twice. What else tells the runs apart, such as
// the machine, becomes warnings.
//
// Runs may have other numbers of rounds, and so be of other lengths: a shard is
// a part. But a round counts as one whatever its length, so their warm-ups must
// be the same and their blocks alike: as planned, none more than half as long
// again as another. Where the same length was asked for and a run lowered its
// rounds to fit its machine's pace, its longer blocks are a warning instead.
//
// The unit of inference stays the round. What the rounds of one run share is not
// seen; to see it, give the runs themselves to Between.
func Merge(all []*bench.Result) (*bench.Result, error) {
	if len(all) < 2 {
		return nil, errors.New("there is nothing to merge: want at least two results")
	}
	parts := unlike(all)
	uneven, blockDoubts := unevenBlocks(all)
	if parts = append(parts, uneven...); len(parts) > 0 {
		return nil, &Clash{"these are results of different plans: ", ": only runs of the same plan make one result", parts}
	}
	if err := distinct(all); err != nil {
		return nil, err
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *bench.Result) int { return a.Started.Compare(b.Started) })
	return saved.Merge(all, append(runDoubts(all), blockDoubts...)...)
}

// unlike says by field in what plans differ from the first one's. It is stricter
// than Differences: of runs that are compared some differences may be meant, but
// of runs that are merged nobody would see them any more.
func unlike(all []*bench.Result) []clashPart {
	first := all[0].Plan
	var parts []clashPart
	for i, r := range all {
		differences := planDifferences(first, r.Plan, slices.Concat(mergeFields(), fields()))
		if x, y := lengthFlag(first), lengthFlag(r.Plan); x != y {
			differences = append(differences, fmt.Sprintf("length: by %s, and by %s", x, y))
		}
		if x, y := first.Warmup, r.Plan.Warmup; x != y {
			differences = append(differences, fmt.Sprintf("--warmup %v, and %v", x, y))
		}
		if x, y := first.Confidence, r.Plan.Confidence; x != y {
			differences = append(differences, fmt.Sprintf("confidence: %v, and %v", x, y))
		}
		if len(differences) == 0 {
			continue
		}
		text := ": " + strings.Join(differences, "; ")
		if at := slices.IndexFunc(parts, func(p clashPart) bool { return p.text == text }); at >= 0 {
			parts[at].results = append(parts[at].results, i)
			continue
		}
		parts = append(parts, clashPart{[]int{0, i}, against, text})
	}
	return parts
}

const against = " against "

// mergeFields are those in which runs may be compared and not merged.
func mergeFields() []field {
	given := map[bool]string{false: "none", true: "one"}
	return []field{
		{"target", func(a bench.Arm) string { return a.Target.URL }},
		{"way to the target", func(a bench.Arm) string { return way(a.Net) }},
		{"--timeout", func(a bench.Arm) string { return a.Timeout.String() }},
		{"--keylog", func(a bench.Arm) string { return given[a.TLS.KeyLog != ""] }},
	}
}

func lengthFlag(p bench.Plan) string {
	if p.Count > 0 {
		return "-n"
	}
	return "-d"
}

// runDoubts tell by field what differs between the runs of one plan.
func runDoubts(all []*bench.Result) []bench.Warning {
	var found []bench.Warning
	add := func(arm string, differences ...string) {
		for _, text := range differences {
			w := bench.Warning{Code: bench.WarnRunsDiffer, Arm: arm, Text: "the runs differ in " + text}
			if !slices.Contains(found, w) {
				found = append(found, w)
			}
		}
	}
	first := all[0]
	for _, r := range all[1:] {
		add("", unequal("tool", first.Tool, r.Tool)...)
		add("", unequal("environment", first.Env, r.Env)...)
		x, y := clockKinds(first.Clocks), clockKinds(r.Clocks)
		add("", unequal("CPU clock", x, y)...)
	}
	for _, arm := range first.Plan.Arms {
		var known *bench.Facts
		for _, r := range all {
			switch a, ok := r.Arm(arm.Name); {
			case !ok || a.Facts == nil:
			case known == nil:
				known = a.Facts
			default:
				add(arm.Name, unequal("connection", steady(arm, *known), steady(arm, *a.Facts))...)
			}
		}
	}
	return found
}

// clockKinds leaves out numbers: a process has another one in each run.
func clockKinds(c bench.ClockNames) bench.ClockNames {
	kind := func(name string) string {
		name = strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return -1
			}
			return r
		}, name)
		if name == "" {
			return "none"
		}
		return strings.TrimSpace(name)
	}
	return bench.ClockNames{Client: kind(c.Client), Server: kind(c.Server)}
}

// steady leaves out what of a local server is another in each run: the port, and
// how many bytes its fresh certificates take.
func steady(arm bench.Arm, f bench.Facts) bench.Facts {
	if arm.Target.Local() {
		f.CertSize = 0
	}
	if host, _, err := net.SplitHostPort(f.Remote); err == nil {
		f.Remote = host
	}
	return f
}
