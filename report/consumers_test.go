package report

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	prometheus "github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

// What is written for pipelines is read by what pipelines read it with: the
// parser of Prometheus, and libxml2 with a schema. Benchstat is in .ci/run.

func TestOpenMetricsIsParsedByPrometheus(t *testing.T) {
	for name, d := range documents(t) {
		if d.Result == nil {
			continue
		}
		text := output(t, "openmetrics", d)
		want, err := readOpenMetrics(text)
		if err != nil {
			t.Fatal(err)
		}
		p := textparse.NewOpenMetricsParser([]byte(text), prometheus.NewSymbolTable())
		samples := 0
	entries:
		for {
			entry, err := p.Next()
			switch {
			case errors.Is(err, io.EOF):
				break entries
			case err != nil:
				t.Fatalf("%s: %v", name, err)
			case entry != textparse.EntrySeries:
				continue
			}
			if samples == len(want) {
				t.Fatalf("%s: more than the %d samples there are", name, len(want))
			}
			_, timestamp, value := p.Series()
			var series prometheus.Labels
			p.Labels(&series)
			w := want[samples]
			got := series.Map()
			metric := got[prometheus.MetricName]
			delete(got, prometheus.MetricName)
			if metric != w.name || value != w.value || timestamp != nil || !sameLabels(got, w.labels) {
				t.Errorf("%s: sample %d is %s %v = %v, want %s %v = %v", name, samples, metric, got, value, w.name, w.labels, w.value)
			}
			samples++
		}
		if samples != len(want) || samples == 0 {
			t.Errorf("%s: %d samples, want %d", name, samples, len(want))
		}
	}
}

// sameLabels compares labels; one that is empty is as good as none.
func sameLabels(got, want map[string]string) bool {
	for _, name := range append(sorted(got), sorted(want)...) {
		if got[name] != want[name] {
			return false
		}
	}
	return true
}

func TestJUnitMeetsTheSchema(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		const why = "xmllint is not installed (Debian package libxml2-utils)"
		if os.Getenv("TLSBENCH_REQUIRE_SERVERS") == "1" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	validate := func(text string) error {
		file := filepath.Join(t.TempDir(), "report.xml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		said, err := exec.Command(xmllint, "--noout", "--nonet", "--schema", filepath.Join("testdata", "junit.xsd"), file).CombinedOutput()
		if err != nil {
			return errors.New(string(said))
		}
		return nil
	}
	for name, d := range documents(t) {
		if err := validate(output(t, "junit", d)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The schema refuses what is wrong.
	const head = `<testsuites><testsuite name="a" package="a" id="0" hostname="h" tests="1" failures="0" errors="0" time="1.000">`
	const tail = `<system-out/><system-err/></testsuite></testsuites>`
	one := func(inside string) string {
		return head + `<properties/><testcase name="n" classname="c" time="0.5">` + inside + `</testcase>` + tail
	}
	if err := validate(one("")); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{
		"<testsuites", "<other/>", head + tail, head + `<properties/><testcase name="n" time="0.5"/>` + tail,
		head + `<properties/><testcase name="n" classname="c" time="fast"/>` + tail,
		one(`<failure message="m"/>`), one(`<skipped type="t"/>`), one(`<failure type="t"/><error type="t"/>`), one(`<rerun/>`),
	} {
		if validate(wrong) == nil {
			t.Errorf("taken: %s", wrong)
		}
	}
}
