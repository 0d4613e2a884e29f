package compare

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/caret"
)

func mustParseCheck(t *testing.T, text string) *Assertion {
	t.Helper()
	a, err := ParseCheck(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return a
}

func TestParseCheck(t *testing.T) {
	for text, want := range map[string]string{
		"tls.p95(resumed) < 2ms":                                  "",
		"saving(tls.p50) >= 40%":                                  "",
		"resumed_ratio(resumed) >= 99%":                           "",
		"server_cpu(resumed) <= 0.5 * server_cpu(full)":           "",
		"errors == 0":                                             "",
		"errors==0":                                               "errors == 0",
		" errors\n!= 0\t":                                         "errors != 0",
		"tls.p50( session=resumed ) < 2 ms":                       "tls.p50(session=resumed) < 2ms",
		"tls.p50 (tls=1.2,session=ticket)>2000us":                 "tls.p50(tls=1.2,session=ticket) > 2000us",
		"saving(tls.p50,1.2 ticket) > -5 %":                       "saving(tls.p50, 1.2 ticket) > -5%",
		"saving( rate , tls=1.3,session=psk ) > 200%":             "saving(rate, tls=1.3,session=psk) > 200%",
		"tls.p50(a(b)c) < .5s":                                    "tls.p50(a(b)c) < .5s",
		"0 == errors":                                             "",
		"((errors)) <= ((1%) * attempts)":                         "errors <= 1% * attempts",
		"1 - (2 - 3) - 4 < errors":                                "1 - (2 - 3) - 4 < errors",
		"(1 + 2) * 3 / (4 * 5) < errors":                          "(1 + 2) * 3 / (4 * 5) < errors",
		"-(1+2)*--3 < errors":                                     "-(1 + 2) * --3 < errors",
		"rate(x) >= 400/s * 2":                                    "rate(x) >= 400/s * 2",
		"rate(x)/2/rate(y) > 1":                                   "rate(x) / 2 / rate(y) > 1",
		"2 /server_cpu(x) * server_cpu(y) > 1":                    "error: column 3",
		"tls.p50 - 0 > 0":                                         "",
		"fallbacks(resumed) / completed(resumed) <= 0.01":         "",
		"bytes_in(x) + 1KiB < 2kB + 1MB - 1MiB - 3B - 1 KB":       "bytes_in(x) + 1KiB < 2kB + 1MB - 1MiB - 3B - 1kB",
		"total.mean(x) < 1min - 1s - 1ms - 1us - 1µs - 1μs - 1ns": "total.mean(x) < 1min - 1s - 1ms - 1us - 1µs - 1µs - 1ns",
		"local.p999(x) < wait.max(x)":                             "",
	} {
		if want == "" {
			want = text
		}
		got := ""
		if a, err := ParseCheck(text); err != nil {
			got = "error: " + err.Error()
		} else {
			got = a.String()
		}
		if got != want && !(strings.HasPrefix(want, "error") && strings.HasPrefix(got, want)) {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// Every name can be asked for, and every metric saved.
func TestParseCheckKnowsAllNames(t *testing.T) {
	for _, m := range bench.Metrics() {
		mustParseCheck(t, m.Name+"(x) >= 0")
		mustParseCheck(t, "saving("+m.Name+") >= 0")
	}
	for _, p := range bench.Phases() {
		for _, stat := range []string{"min", "mean", "p50", "p90", "p95", "p99", "p999", "max"} {
			mustParseCheck(t, p.String()+"."+stat+" < 1s")
		}
	}
	for _, name := range []string{"errors", "attempts", "completed", "fallbacks"} {
		mustParseCheck(t, name+"(x) >= 0")
	}
}

func TestParseCheckErrors(t *testing.T) {
	for text, want := range map[string]string{
		// What is written wrongly.
		"":                                "column 1: a value is missing",
		"  ":                              "column 3: a value is missing",
		"errors":                          "column 7: a comparison is missing",
		"errors == ":                      "column 11: a value is missing",
		"errors + < 2":                    "column 10: '<' was not expected here",
		"errors * < 2":                    "column 10: '<' was not expected here",
		"-":                               "column 2: a value is missing",
		"(errors + )":                     "column 11: ')' was not expected here",
		"errors = 0":                      "column 8: = is no comparison: write ==",
		"errors =< 0":                     "column 8: = is no comparison",
		"errors ! 0":                      "column 8: '!' was not expected here",
		"errors == 0 0":                   "column 13: '0' was not expected here",
		"errors == 0, fallbacks == 0":     "column 12: ',' was not expected here",
		"0 < errors < 3":                  "column 12: a second comparison",
		"errors == @":                     "column 11: '@' was not expected here",
		"(errors == 0)":                   "column 9: a closing ) is missing here",
		"(errors":                         "column 8: a closing ) is missing here",
		"errors == 0)":                    "column 12: ')' was not expected here",
		"errors == +1":                    "column 11: '+' was not expected here",
		"errors == 1.2.3":                 `column 11: "1.2.3" is no number`,
		"errors == .":                     `column 11: "." is no number`,
		"tls.p50(x) < 9999999s":           "column 14: 9999999s is too large",
		"1 < 2":                           "column 3: nothing measured is compared",
		strings.Repeat("-", 5000) + "1<2": "column 1: a check of 5003 bytes",
		// Units.
		"tls.p50(x) < 2sec":  `column 15: unknown unit "sec": want ns, us, µs, ms, s, min, %, B`,
		"tls.p50(x) < 2e3us": `column 15: unknown unit "e3us"`,
		"tls.p50(x) < 2 Ms":  `column 16: unknown unit "Ms"`,
		// Names.
		"erors == 0":                          `column 1: unknown name "erors": did you mean errors?`,
		"0 == server-cpu(x)":                  `column 6: unknown name "server-cpu": did you mean server_cpu?`,
		"ä == 0":                              `column 1: unknown name "ä": want one of saving(METRIC), <phase>.<stat>`,
		"1ms*2 > elephants(x)":                `column 9: unknown name "elephants": want one of`,
		"tsl.p50(x) < 1ms":                    `column 1: unknown name "tsl.p50": did you mean tls.p50?`,
		"tls(x) < 1ms":                        `column 1: phase tls has no statistic "": want tls.p50, or another of min, mean, p50`,
		"tls.p42(x) < 1ms":                    `column 1: phase tls has no statistic "p42"`,
		"savings(tls.p50) > 0":                `did you mean saving?`,
		"saving >= 1%":                        "column 8: saving is that of a metric: write saving(tls.p50)",
		"saving() >= 1%":                      "column 8: the name of a metric is missing",
		"saving(2ms) >= 1%":                   `column 8: unknown name "2ms"`,
		"saving(tls.p05) >= 1%":               `column 8: phase tls has no statistic "p05"`,
		"saving(tls.p90) >= 1%":               "column 8: tls.p90 is not compared between arms: want tls.p50, tls.p95, tls.p99",
		"saving(saving(tls.p50)) >= 1%":       "column 8: a saving of a saving is no figure: want the name of a metric",
		"saving(errors) >= 1%":                "column 8: errors is not compared between arms: want client_cpu, ",
		"saving(tls.p50(resumed)) >= 1%":      "column 15: the arm of a saving follows a comma: saving(tls.p50, resumed)",
		"saving(tls.p50 resumed) >= 1%":       "column 16: a closing ) is missing here",
		"saving(tls.p50, ) >= 1%":             "column 17: the arm is missing: leave the comma out, or write saving(tls.p50, resumed)",
		"errors() == 0":                       "column 8: the arm is missing: leave the parentheses out, or write errors(resumed)",
		"errors( , ) == 0":                    "column 9: the arm is missing",
		"errors(resumed == 0":                 "column 20: a closing ) is missing here",
		"errors(resumed)(full) == 0":          "column 16: '(' was not expected here",
		"wait.p50(ä) < 1ms == wait.p50(ä)":    "column 19: a second comparison",
		"saving(tls.p50, 1.2 ticket >= 1% ":   "column 34: a closing ) is missing here",
		"saving(tls.p50, (1.2 ticket) >= 1% ": "column 36: a closing ) is missing here",
		// Dimensions.
		"tls.p50 < 2":                          "column 11: tls.p50 is a time: write 2ms",
		"2 > tls.p50(x)":                       "column 1: tls.p50(x) is a time: write 2ms",
		"tls.p50(x) > -2":                      "column 14: tls.p50(x) is a time: write -2ms",
		"tls.p50(x) + 2 < 3ms":                 "column 14: tls.p50(x) is a time: write 2ms",
		"bytes_in(x) < 2000":                   "column 15: bytes_in(x) is a number of bytes: write 2000B",
		"rate(x) > 400":                        "column 11: rate(x) is a rate: write 400/s",
		"resumed_ratio(x) >= 99":               "column 21: resumed_ratio(x) is a fraction: write 99%",
		"40 <= saving(tls.p50)":                "column 1: saving(tls.p50) is a fraction: write 40%",
		"tls.p50(x) < 40%":                     "column 12: tls.p50(x) is a time and 40% is a fraction: they cannot be compared",
		"tls.p50(x) < 2kB":                     "column 12: tls.p50(x) is a time and 2kB is a number of bytes",
		"tls.p50(x) - bytes_in(x) < 2":         "column 12: tls.p50(x) is a time and bytes_in(x) is a number of bytes: they cannot be added",
		"errors + 1/s < 2":                     "column 8: errors is a plain number and 1/s is a rate",
		"tls.p50(x) * wait.p50(x) < 1s":        "column 12: a time times a time is no figure",
		"rate(x) * 1s > 1":                     "column 9: a rate times a time is no figure",
		"1 / tls.p50(x) > 100/s":               "column 3: a plain number by a time is no figure",
		"tls.p50(x) / 0 < 1s":                  "column 14: nothing can be divided by 0",
		"tls.p50(x) / tls.p50(y) < 1s":         "column 25: tls.p50(x) / tls.p50(y) is a plain number and 1s is a time",
		"server_cpu(a) <= 0.5 + server_cpu(b)": "column 18: server_cpu(b) is a time: write 0.5ms",
	} {
		_, err := ParseCheck(text)
		var e *caret.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", text, err, want)
		}
	}
	_, err := ParseCheck("tls.p50 < 2sec")
	var e *caret.Error
	if !errors.As(err, &e) || e.Caret() != "tls.p50 < 2sec\n           ^" {
		t.Errorf("%v", err)
	}
}

// What may look odd, but has a meaning.
func TestParseCheckAllows(t *testing.T) {
	for _, text := range []string{
		"saving(rate) >= 2",    // three times the rate
		"resumed_ratio(x) < 1", // 1 is 100 %
		"resumed_ratio(x) * 100 > 99",
		"tls.p50(x) >= 0",
		"tls.p50(x) - tls.p50(y) > -1ms",
		"tls.p50(x) / 1ms < 3",
		"2ms / tls.p50(x) < 3",
		"error_ratio(x) / error_ratio(y) < 2",
		"3 * 2ms > tls.p50(x) * 2",
	} {
		mustParseCheck(t, text)
	}
}

// Units and operators have the values and the precedence that they should, to
// the last bit.
func TestCheckArithmetic(t *testing.T) {
	r := made{rounds: 1, full: time.Millisecond, resumed: time.Millisecond}.result(t)
	for text, want := range map[string]float64{
		"1ns": 1, "1us": 1e3, "1µs": 1e3, "1.1us": 1100, "1ms": 1e6, "0.3ms": 3e5, "1s": 1e9, "1min": 6e10, "0.1min": 6e9,
		"1B": 1, "1kB": 1000, "1KB": 1000, "1KiB": 1024, "1MB": 1e6, "1MiB": 1 << 20, "0.5KiB": 512,
		"29%": 0.29, "100%": 1, "0.07%": 0.0007, "400/s": 400, "12": 12, "0.25": 0.25,
		"1 + 2 * 3": 7, "(1 + 2) * 3": 9, "7 - 2 - 1": 4, "7 - (2 - 1)": 6, "12 / 3 / 2": 2, "12 / (3 / 2)": 8,
		"-2 * 3": -6, "-(2 + 3)": -5, "--2": 2, "2 - -2": 4, "2 * 3ms / 2": 3e6, "6ms / 4ms": 1.5,
	} {
		a := mustParseCheck(t, "errors >= 0")
		var err error
		if a.right, err = (&parser{text: text}).sum(); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if c := a.Check(r, nil); c.Bound == nil || *c.Bound != want {
			t.Errorf("%s: %v, want %v", text, c, want)
		}
	}
}

func FuzzParseCheck(f *testing.F) {
	for _, seed := range []string{
		"tls.p95(resumed) < 2ms", "saving(tls.p50) >= 40%", "resumed_ratio(resumed) >= 99%", "server_cpu(resumed) <= 0.5 * server_cpu(full)",
		"errors == 0", "saving(tls.p50, session=resumed) > -5 %", "-(1+2)*--3/4 != errors", "rate(full)/2 >= 400/s", "((errors)) <= 1% * attempts",
		"tls.p50(a(b)c)<.5s", "1μs>tls.max", "errors / fallbacks < 1", "(", "errors(", "0==errors-0", "tls.p50( , x ) < 1KiB",
		"tls.p50(xyz) < 1s", "tls.p50(session=full,target=new build) < 1s", "saving(tls.p50, a,b resumed) > 0",
	} {
		f.Add(seed)
	}
	var once sync.Once
	var r *bench.Result
	var within []Comparison
	f.Fuzz(func(t *testing.T, text string) {
		once.Do(func() {
			r = made{rounds: 6, full: time.Millisecond, resumed: time.Millisecond / 2}.result(t)
			within = Within(r)
		})
		a, err := ParseCheck(text)
		if err != nil {
			var e *caret.Error
			if !errors.As(err, &e) || e.Text != text || e.Column < 1 || e.Column > len([]rune(text))+1 {
				t.Fatalf("%q: %v", text, err)
			}
			_ = e.Caret()
			return
		}
		again, err := ParseCheck(a.String())
		if err != nil {
			t.Fatalf("%q is written as %q, which reads: %v", text, a, err)
		}
		if a.String() != again.String() {
			t.Fatalf("%q is written as %q, and then as %q", text, a, again)
		}
		for _, p := range []bench.Plan{r.Plan, groups(), spaced()} {
			err := a.Bind(p)
			var e *caret.Error
			if err != nil && (!errors.As(err, &e) || e.Column < 1 || e.Column > len([]rune(text))+1) {
				t.Fatalf("%q: %v", text, err)
			}
		}
		one, other := a.Check(r, within), again.Check(r, within)
		if one.Verdict != other.Verdict || one.Why != other.Why || one.Unit != other.Unit || one.Why == "" {
			t.Fatalf("%q gives %+v, and as %q %+v", text, one, a, other)
		}
		if (one.Value == nil || one.Bound == nil) && one.Verdict != CheckInconclusive {
			t.Fatalf("%q: %+v", text, one)
		}
	})
}
