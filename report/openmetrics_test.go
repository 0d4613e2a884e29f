package report

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The text format of OpenMetrics 1.0, as far as gauges go.
var (
	openDescriptor = regexp.MustCompile(`^# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$`)
	openSample     = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$`)
	openLabel      = regexp.MustCompile(`^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"`)
)

// openValue is one series.
type openValue struct {
	name   string
	labels map[string]string
	value  float64
}

// readOpenMetrics is strict: families apart, descriptors once and first, units
// in names, no series twice, # EOF last.
func readOpenMetrics(text string) ([]openValue, error) {
	body, ok := strings.CutSuffix(text, "# EOF\n")
	if !ok {
		return nil, fmt.Errorf("does not end in # EOF")
	}
	var all []openValue
	family, closed, series := "", map[string]bool{}, map[string]bool{}
	described := map[string]bool{}
	for line := range strings.SplitSeq(strings.TrimSuffix(body, "\n"), "\n") {
		if m := openDescriptor.FindStringSubmatch(line); m != nil {
			what, name, text := m[1], m[2], m[3]
			if name != family {
				if what != "TYPE" || closed[name] {
					return nil, fmt.Errorf("a family begins wrong: %s", line)
				}
				closed[family], family = true, name
				clear(described)
			}
			switch {
			case described[what] || described["sample"]:
				return nil, fmt.Errorf("twice or late: %s", line)
			case what == "TYPE" && text != "gauge":
				return nil, fmt.Errorf("another type: %s", line)
			case what == "UNIT" && !strings.HasSuffix(name, "_"+text):
				return nil, fmt.Errorf("the name lacks the unit: %s", line)
			case what == "HELP" && strings.ContainsAny(text, "\\\""):
				return nil, fmt.Errorf("needs escapes: %s", line)
			}
			described[what] = true
			continue
		}
		m := openSample.FindStringSubmatch(line)
		if m == nil || m[1] != family || !described["TYPE"] || !described["HELP"] {
			return nil, fmt.Errorf("no sample of %s: %q", family, line)
		}
		described["sample"] = true
		labels, err := readLabels(m[2])
		if err != nil {
			return nil, fmt.Errorf("%w: %q", err, line)
		}
		if series[m[1]+m[2]] {
			return nil, fmt.Errorf("twice: %q", line)
		}
		series[m[1]+m[2]] = true
		v, err := strconv.ParseFloat(m[3], 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("no value: %q", line)
		}
		all = append(all, openValue{m[1], labels, v})
	}
	return all, nil
}

func readLabels(text string) (map[string]string, error) {
	labels := map[string]string{}
	for text != "" {
		m := openLabel.FindStringSubmatch(text)
		if m == nil {
			return nil, fmt.Errorf("no label at %q", text)
		}
		if _, ok := labels[m[1]]; ok || strings.HasPrefix(m[1], "__") {
			return nil, fmt.Errorf("label %s again or reserved", m[1])
		}
		labels[m[1]] = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n").Replace(m[2])
		text = text[len(m[0]):]
		if text, ok := strings.CutPrefix(text, ","); ok == (text == "") {
			return nil, fmt.Errorf("a comma too many or too few before %q", text)
		}
		text = strings.TrimPrefix(text, ",")
	}
	return labels, nil
}

func TestOpenMetricsIsRead(t *testing.T) {
	for name, d := range documents(t) {
		if d.Result == nil {
			continue
		}
		text := output(t, "openmetrics", d)
		values, err := readOpenMetrics(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(text, "\x00") {
			t.Errorf("%s holds NUL, at which parsers end", name)
		}
		targets, handshakes := map[string]bool{}, 0.0
		for _, v := range values {
			if !strings.HasPrefix(v.name, "tlsbench_") {
				t.Errorf("%s: a metric is named %s", name, v.name)
			}
			if target, ok := v.labels["target"]; ok {
				targets[target] = true
			}
			if v.name == "tlsbench_handshakes" {
				handshakes += v.value
			}
			if strings.HasSuffix(v.name, "_seconds") && !strings.Contains(v.name, "timestamp") && (v.value <= 0 || v.value > 1) {
				t.Errorf("%s: %s is %v: in seconds?", name, v.name, v.value)
			}
		}
		want := map[string]bool{}
		for _, arm := range d.Result.Plan.Arms {
			want[readable(arm.Target.URL)] = true
		}
		if !maps.Equal(targets, want) {
			t.Errorf("%s: the targets are %v, want %v", name, targets, want)
		}
		if handshakes != float64(d.Result.Completed()) {
			t.Errorf("%s: %v handshakes, want %d", name, handshakes, d.Result.Completed())
		}
	}
}

// The reader that the test above relies on refuses what is wrong.
func TestOpenMetricsReaderIsStrict(t *testing.T) {
	const head = "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# HELP a_seconds Help.\n"
	if _, err := readOpenMetrics(head + "a_seconds{b=\"c\"} 1\n# EOF\n"); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{
		"", head + "a_seconds 1\n", head + "a_seconds 1\na_seconds 2\n# EOF\n", head + "b 1\n# EOF\n", head + "a_seconds x\n# EOF\n",
		head + "a_seconds{b=\"c} 1\n# EOF\n", head + "a_seconds{b=\"c\",b=\"d\"} 1\n# EOF\n", head + "a_seconds{b=\"c\",} 1\n# EOF\n",
		head + "a_seconds{b=\"\\c\"} 1\n# EOF\n", "# TYPE a gauge\n# UNIT a seconds\n# HELP a Help.\na 1\n# EOF\n",
	} {
		if _, err := readOpenMetrics(wrong); err == nil {
			t.Errorf("taken: %q", wrong)
		}
	}
}
