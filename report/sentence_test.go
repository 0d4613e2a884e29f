package report

import (
	"strings"
	"testing"

	"tlsbench/bench/compare"
)

// What is gained in TLS may be lost again before the answer: the sentence of the
// gain says so.
func TestGainInTLSThatIsALossInTotal(t *testing.T) {
	change, detectable := 0.25, 0.02
	lose := func(d *Document, arm string, v compare.Verdict) {
		for i := range d.Comparisons {
			if c := &d.Comparisons[i]; c.Arm == arm && c.Metric == "total.p50" {
				c.Verdict, c.Change, c.CI, c.Detectable = v, &change, &[2]float64{0.2, 0.3}, &detectable
				return
			}
		}
		d.Comparisons = append(d.Comparisons, compare.Comparison{
			Arm: arm, Metric: "total.p50", Verdict: v, Change: &change, CI: &[2]float64{0.2, 0.3}, Detectable: &detectable,
		})
	}
	d := NewDocument(loadResult(t))
	gain, ok := compare.Find(d.Comparisons, "session=resumed", "tls.p50")
	if !ok || gain.Verdict != compare.Better {
		t.Fatalf("%+v is no gain", gain)
	}
	const loss = "But in total they take 1.25 times more time (median, 1.20 to 1.30)."
	for verdict, want := range map[compare.Verdict]bool{compare.Worse: true, compare.Same: false, compare.Better: false} {
		lose(d, gain.Arm, verdict)
		if text := strings.Join(d.sentences(), "\n"); strings.Contains(text, loss) != want {
			t.Errorf("total is %s: %s", verdict, text)
		}
	}

	many := *manyDocuments(t)["one-group-6"]
	many.Comparisons = append([]compare.Comparison(nil), many.Comparisons...)
	var arm string
	for i := range many.Comparisons {
		if c := &many.Comparisons[i]; c.Metric == "tls.p50" && arm == "" {
			arm, c.Verdict, c.Change, c.CI = c.Arm, compare.Better, new(float64), &[2]float64{-0.6, -0.4}
			*c.Change = -0.5
		}
	}
	if text := strings.Join(many.sentences(), "\n"); strings.Contains(text, "in total") {
		t.Errorf("no loss: %s", text)
	}
	lose(&many, arm, compare.Worse)
	if text := strings.Join(many.sentences(), "\n"); !strings.Contains(text, "but more time in total (") || !strings.Contains(text, ") in 1 of 5") {
		t.Errorf("the loss of one of many: %s", text)
	}
}
