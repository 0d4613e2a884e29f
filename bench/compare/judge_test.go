package compare

import (
	"slices"
	"strings"
	"testing"

	"tlsbench/bench"
)

// change is a comparison of 20 rounds.
func change(metric string, estimate, low, high, p float64) Comparison {
	detectable := 0.01
	c := Comparison{
		Arm: "session=full", Baseline: "session=full", Metric: metric, Unit: bench.Nanoseconds, Better: bench.LowerIsBetter,
		Change: &estimate, CI: &[2]float64{low, high}, Confidence: 0.95, P: &p, Detectable: &detectable, Rounds: 20,
	}
	c.Verdict = c.verdict()
	return c
}

func allow(t *testing.T, texts ...string) Allowance {
	t.Helper()
	a, err := ParseAllowance(texts...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Each of the three conditions alone, and each two of them, pass.
func TestJudgeWantsAllThreeConditions(t *testing.T) {
	for name, tt := range map[string]struct {
		c         Comparison
		regressed bool
	}{
		"all three":                                    {change("tls.p50", 0.10, 0.06, 0.14, 1e-6), true},
		"significance without size":                    {change("tls.p50", 0.03, 0.02, 0.04, 1e-6), false},
		"size without significance":                    {change("tls.p50", 0.10, -0.04, 0.24, 0.2), false},
		"size and interval without significance":       {change("tls.p50", 0.10, 0.06, 0.14, 0.06), false},
		"an interval that reaches below the allowance": {change("tls.p50", 0.10, 0.04, 0.16, 1e-6), false},
		"an interval that touches the allowance":       {change("tls.p50", 0.10, 0.05, 0.15, 1e-6), false},
		"an estimate of just what is allowed":          {change("tls.p50", 0.05, 0.05, 0.05, 0), false},
		"better":                                       {change("tls.p50", -0.10, -0.14, -0.06, 1e-6), false},
		"not gated":                                    {change("rate", 0.10, 0.06, 0.14, 1e-6), false},
	} {
		all := []Comparison{tt.c}
		Judge(all, allow(t, "5%"), 0.95)
		if all[0].Regressed != tt.regressed || len(Regressions(all)) > 0 != tt.regressed {
			t.Errorf("%s: regressed is %v", name, all[0].Regressed)
		}
		if gated := name != "not gated"; (all[0].Allowed != nil) != gated || (all[0].PAdjusted != nil) != gated {
			t.Errorf("%s: allowed %v, adjusted %v", name, all[0].Allowed, all[0].PAdjusted)
		}
	}
}

func TestJudgeKnowsWhichWayIsBetter(t *testing.T) {
	for _, tt := range []struct{ estimate, low, high float64 }{{-0.10, -0.14, -0.06}, {0.10, 0.06, 0.14}} {
		c := change("rate", tt.estimate, tt.low, tt.high, 1e-6)
		c.Better = bench.HigherIsBetter
		all := []Comparison{c}
		Judge(all, allow(t, "rate=5%"), 0.95)
		if all[0].Regressed != (tt.estimate < 0) {
			t.Errorf("a change of %v: regressed is %v", tt.estimate, all[0].Regressed)
		}
	}
}

// A p value that is small alone is not among many.
func TestJudgeTakesAllTogether(t *testing.T) {
	var all []Comparison
	for range 9 {
		all = append(all, change("tls.p50", 0, -0.01, 0.01, 0.9))
	}
	all = append(all, change("client_cpu", 0.10, 0.06, 0.14, 0.006))
	Judge(all, allow(t, "5%"), 0.95)
	if got := all[9]; got.Regressed || *got.PAdjusted != 0.06 {
		t.Errorf("one of ten: regressed %v, p %v", got.Regressed, *got.PAdjusted)
	}
	Judge(all, allow(t, "client_cpu=5%"), 0.95)
	if got := all[9]; !got.Regressed || *got.PAdjusted != 0.006 {
		t.Errorf("alone: regressed %v, p %v", got.Regressed, *got.PAdjusted)
	}
	if all[0].Allowed != nil || all[0].PAdjusted != nil {
		t.Error("what was gated before still is")
	}
}

func unknown(metric string) Comparison {
	return Comparison{Arm: "session=full", Baseline: "session=full", Metric: metric, Verdict: Inconclusive, Rounds: 3}
}

// What looks quiet for want of rounds is inconclusive, and a comparison of which
// nothing is told neither fails nor costs the others anything.
func TestJudgeOfTooFewRounds(t *testing.T) {
	fewer := func(c Comparison, rounds int) Comparison {
		c.Rounds = rounds
		return c
	}
	quiet := change("tls.p50", 0, -0.01, 0.01, 0.9)
	for name, tt := range map[string]struct {
		all          []Comparison
		inconclusive bool
	}{
		"enough rounds": {[]Comparison{fewer(quiet, 4)}, false},
		"too many for so few rounds": {
			[]Comparison{fewer(quiet, 4), fewer(quiet, 4), fewer(quiet, 4), fewer(quiet, 4)}, true,
		},
		"one with rounds enough": {
			[]Comparison{fewer(quiet, 4), fewer(quiet, 4), fewer(quiet, 4), fewer(quiet, 20)}, false,
		},
		"others of which nothing is told": {
			[]Comparison{fewer(quiet, 4), unknown("client_cpu"), unknown("server_cpu"), unknown("total.p50")}, false,
		},
	} {
		Judge(tt.all, allow(t, "5%"), 0.95)
		if got := tt.all[0].Verdict == Inconclusive; got != tt.inconclusive {
			t.Errorf("%s: %s", name, tt.all[0].Verdict)
		}
	}
	byNoise := []Comparison{fewer(quiet, 1), fewer(quiet, 1), fewer(quiet, 1), fewer(quiet, 1)}
	byNoise[0].ByNoise = true
	Judge(byNoise, allow(t, "5%"), 0.95)
	if byNoise[1].Verdict != Same {
		t.Error("noise that is known is not enough")
	}
	paired := []Comparison{fewer(quiet, 6), fewer(quiet, 6)}
	for i := range paired {
		paired[i].Baseline = "session=other"
	}
	Judge(paired, allow(t, "5%"), 0.95)
	if paired[0].Verdict != Inconclusive {
		t.Error("six pairs can tell one comparison, not two together")
	}
	told := []Comparison{change("tls.p50", 0.1, 0.06, 0.14, 0.03), unknown("client_cpu"), unknown("server_cpu")}
	told[0].Rounds = 4
	Judge(told, allow(t, "5%"), 0.95)
	if !told[0].Regressed || told[0].Verdict != Worse || told[1].Regressed || told[1].PAdjusted != nil {
		t.Errorf("%+v", told)
	}
}

func TestOutcomeOfFindings(t *testing.T) {
	regressed := change("tls.p50", 0.10, 0.06, 0.14, 1e-6)
	share := 0.05
	regressed.Regressed, regressed.Allowed = true, &share
	unsure := unknown("tls.p50")
	unsure.Allowed = &share
	for name, tt := range map[string]struct {
		before Exit
		f      Findings
		exit   Exit
		reason string
	}{
		"nothing":                         {Passed, Findings{Strict: true}, Passed, ""},
		"a regression":                    {Passed, Findings{Judged: []Comparison{regressed}}, Failed, "regression: tls.p50 of session=full changed by +10.0% (95 % CI +6.0 to +14.0), allowed are 5.0%"},
		"not carried out":                 {NotRun, Findings{Judged: []Comparison{regressed}}, NotRun, ""},
		"interrupted":                     {Interrupted, Findings{Judged: []Comparison{regressed}}, Interrupted, ""},
		"inconclusive":                    {Passed, Findings{Judged: []Comparison{unsure}}, Passed, ""},
		"inconclusive, strictly":          {Passed, Findings{Judged: []Comparison{unsure}, Strict: true}, Unsure, "inconclusive: tls.p50"},
		"not gated, strictly":             {Passed, Findings{Judged: []Comparison{unknown("rate")}, Strict: true}, Passed, ""},
		"untold":                          {Passed, Findings{Untold: []string{"why"}}, Passed, ""},
		"untold, strictly":                {Passed, Findings{Untold: []string{"why"}, Strict: true}, Unsure, "inconclusive: why"},
		"inconclusive beside a failure":   {Passed, Findings{Judged: []Comparison{unsure, regressed}, Strict: true}, Failed, "regression"},
		"a failed check":                  {Passed, Findings{Checks: []Check{{Verdict: CheckFail, Expr: "x", Why: "y"}}}, Failed, "check failed: x: y"},
		"an inconclusive check, strictly": {Passed, Findings{Checks: []Check{{Verdict: CheckInconclusive}}, Strict: true}, Unsure, "check inconclusive"},
	} {
		o := Outcome{Exit: tt.before}
		o.Judge(tt.f)
		if o.Exit != tt.exit || !strings.HasPrefix(strings.Join(o.Reasons, "\n"), tt.reason) || tt.reason == "" && len(o.Reasons) > 0 {
			t.Errorf("%s: exit %d, reasons %q", name, o.Exit, o.Reasons)
		}
	}
}

func TestParseAllowance(t *testing.T) {
	for _, tt := range []struct {
		texts  []string
		metric string
		share  float64
		ok     bool
	}{
		{[]string{"5%"}, "tls.p50", 0.05, true},
		{[]string{"0.05"}, "error_ratio", 0.05, true},
		{[]string{"5%"}, "rate", 0, false},
		{[]string{"5%", "tls.p50=3%"}, "tls.p50", 0.03, true},
		{[]string{"tls.p50=3%, rate = 10 %"}, "rate", 0.1, true},
		{[]string{"tls.p50=3%"}, "client_cpu", 0, false},
		{[]string{"saving(tls.p50)=2%"}, "saving(tls.p50)", 0.02, true},
		{nil, "tls.p50", 0, false},
	} {
		a := allow(t, tt.texts...)
		if share, ok := a.Of(tt.metric); ok != tt.ok || share != tt.share {
			t.Errorf("%q of %s: %v, %v", tt.texts, tt.metric, share, ok)
		}
		if a.IsZero() != (len(tt.texts) == 0) {
			t.Errorf("%q: IsZero is %v", tt.texts, a.IsZero())
		}
	}
	for _, text := range []string{"", "five", "-1%", "5%%", "NaN", "Inf", "2000%", "tls.p51=5%", "=5%", "tls.p50=", "saving(tls.p50=3%", "5%,", "saving(=1%"} {
		if _, err := ParseAllowance(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestUncompared(t *testing.T) {
	all := []Comparison{change("tls.p50", 0, 0, 0, 1)}
	got := allow(t, "5%", "tls.p50=3%,server_cpu=10%,saving(rate)=1%").Uncompared(all)
	if !slices.EqualFunc(got, []string{"max-regress saving(rate)=1%", "max-regress server_cpu=10%"}, func(c Check, expr string) bool {
		return c.Expr == expr && c.Verdict == CheckInconclusive && c.Value == nil && c.Why != ""
	}) {
		t.Errorf("got %+v", got)
	}
}
