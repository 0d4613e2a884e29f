package compare

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/spelling"
)

// Allowance is by how much metrics may get worse, as a fraction of what they
// were; for ratios it is a difference. The zero value allows everything.
type Allowance struct {
	// Gated is for the metrics that are gated unless others are named, nil
	// where they are not.
	Gated *float64 `json:"gated"`
	// By is for single metrics.
	By map[string]float64 `json:"by,omitempty"`
}

// Gated names the metrics that one allowance for all is about: time and CPU of
// both ends at the median, bytes, and what went wrong. Tails and rates waver
// too much for that.
func Gated() []string {
	return []string{"tls.p50", "total.p50", "client_cpu", "server_cpu", "bytes_in", "resumed_ratio", "early_data_ratio", "error_ratio"}
}

func isGated(metric string) bool { return slices.Contains(Gated(), metric) }

// ParseAllowance reads "5%" for the gated metrics, "tls.p50=3%" for one, and
// several of these with commas between them.
func ParseAllowance(texts ...string) (Allowance, error) {
	var a Allowance
	for _, text := range texts {
		for part := range strings.SplitSeq(text, ",") {
			name, value, named := strings.Cut(strings.TrimSpace(part), "=")
			if !named {
				name, value = "", name
			}
			share, err := parseShare(strings.TrimSpace(value))
			if err != nil {
				return a, fmt.Errorf("%q: %w", part, err)
			}
			if !named {
				a.Gated = &share
				continue
			}
			name = strings.TrimSpace(name)
			if err := knownMetric(name); err != nil {
				return a, err
			}
			if a.By == nil {
				a.By = map[string]float64{}
			}
			if _, twice := a.By[name]; twice {
				return a, fmt.Errorf("%q: %s has an allowance already", part, name)
			}
			a.By[name] = share
		}
	}
	return a, nil
}

func parseShare(text string) (float64, error) {
	digits, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if percent {
		v /= 100
	}
	if err != nil || math.IsNaN(v) || v < 0 || v > 10 {
		return 0, fmt.Errorf("%q is no share: want a number such as 5%% or 0.05", text)
	}
	if !percent && v >= 1 {
		return 0, fmt.Errorf("%q is %.0f %%: write %s%%", text, 100*v, strings.TrimSpace(text))
	}
	return v, nil
}

func knownMetric(name string) error {
	inner, isSaving := strings.CutPrefix(name, "saving(")
	inner = strings.TrimSuffix(inner, ")")
	if _, ok := bench.MetricByName(inner); ok && (!isSaving || strings.HasSuffix(name, ")")) {
		return nil
	}
	var names []string
	for _, m := range bench.Metrics() {
		names = append(names, m.Name)
	}
	if nearest, ok := spelling.Nearest(inner, names); ok {
		return fmt.Errorf("unknown metric %q: did you mean %s?", name, nearest)
	}
	return fmt.Errorf("unknown metric %q: want one of %s, or saving(METRIC)", name, strings.Join(names, ", "))
}

// Of gives the allowance of a metric, false where it is not gated.
func (a Allowance) Of(metric string) (float64, bool) {
	if share, ok := a.By[metric]; ok {
		return share, true
	}
	if a.Gated != nil && isGated(metric) {
		return *a.Gated, true
	}
	return 0, false
}

// Uncompared are inconclusive checks, one for each metric that is gated by its
// own name and has no comparison.
func (a Allowance) Uncompared(all []Comparison) []Check {
	var checks []Check
	for _, name := range slices.Sorted(maps.Keys(a.By)) {
		if !slices.ContainsFunc(all, func(c Comparison) bool { return c.Metric == name }) {
			checks = append(checks, Check{
				Expr: fmt.Sprintf("max-regress %s=%.3g%%", name, 100*a.By[name]), Unit: unitOf(name),
				Verdict: CheckInconclusive, Why: name + " was not measured, or is not compared here",
			})
		}
	}
	return checks
}

// IsZero reports whether nothing is gated.
func (a Allowance) IsZero() bool { return a.Gated == nil && len(a.By) == 0 }
