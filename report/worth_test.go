package report

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// worthText is what a report says of the worth of the only pair, on one line.
func worthText(t *testing.T, d *Document, w compare.Worth) string {
	t.Helper()
	own := *d
	own.Worth = []compare.Worth{w}
	var b strings.Builder
	for _, p := range own.worth(0) {
		if err := p.text(&b, 200); err != nil {
			t.Fatal(err)
		}
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(b.String(), nbsp, " ")), " ")
}

func TestWorthInWords(t *testing.T) {
	d := NewDocument(loadResult(t), compare.Capacity{Rate: 5000, Resumed: 0.7})
	p := func(v float64) *float64 { return &v }
	for _, tt := range []struct {
		name   string
		change func(*compare.Worth)
		want   []string
		never  []string
	}{
		{"as measured", func(*compare.Worth) {},
			[]string{"Each resumption saves 434 µs (95 % CI 385 µs to 498 µs) in TLS", "It saves", "1 064 bytes to the client; it costs 152 bytes to the server.", "5 000/s, 70 % 6.19 0.457", "A server core is saved for each 10 934/s at 70 %."},
			[]string{"No difference"}},
		{"costs time", func(w *compare.Worth) {
			w.Time.Saved, w.Time.CI, w.Time.Verdict = p(-434e3), &[2]float64{-498e3, -385e3}, compare.Worse
		}, []string{"Each resumption costs 434 µs (95 % CI 385 µs to 498 µs) in TLS"}, []string{"saves 434"}},
		{"costs time, in parts", func(w *compare.Worth) {
			w.Time.Saved, w.Time.CI, w.Time.Verdict = p(-434e3), &[2]float64{-498e3, -385e3}, compare.Worse
			w.Time.RoundTrips, w.Time.OfRoundTrips, w.Time.OfClient, w.Time.OfRest = p(-1), p(-500e3), p(-34e3), p(100e3)
		}, []string{"in TLS: 500 µs for 1 round trip more, 34.0 µs of the client's own work, −100 µs of the rest"}, nil},
		{"no difference in time", func(w *compare.Worth) {
			w.Time = compare.TimeWorth{SavedTime: compare.SavedTime{Verdict: compare.Same, Detectable: p(108e3)}}
		}, []string{"Each resumption saves 423 µs (95 % CI 389 µs to 542 µs) of client CPU", "No difference was found in the time in TLS (108 µs would have been seen)."}, []string{"in TLS:"}},
		{"no difference in server CPU", func(w *compare.Worth) {
			w.ServerCPU = compare.SavedTime{Full: w.ServerCPU.Full, Verdict: compare.Same, Detectable: p(70e3)}
			w.Loads[0].ServerCores = &compare.Cores{Without: 6.21}
			w.Loads[0].CoreEvery = nil
		}, []string{"found in server CPU (70.0 µs would have been seen)", "6.21 ~"}, []string{"of server CPU", "A server core"}},
		{"server CPU that costs", func(w *compare.Worth) {
			w.ServerCPU.Saved, w.ServerCPU.CI = p(-131e3), &[2]float64{-190e3, -73e3}
			w.Loads[0].ServerCores.Saved, w.Loads[0].ServerCores.CI = p(-0.459), &[2]float64{-0.666, -0.257}
		}, []string{"it costs 131 µs (73.0 µs to 190 µs) of server CPU", "costs 0.459 [0.257, 0.666]"}, nil},
		{"no clock", func(w *compare.Worth) {
			w.ServerCPU = compare.SavedTime{Verdict: compare.Inconclusive, Why: "no \x1b[2Jclock"}
			w.Loads[0].ServerCores, w.Loads[0].WhyNoCores = nil, w.ServerCPU.Why
		}, []string{"Server cores are not known: no"}, []string{"of server CPU", "server cores ", "\x1b"}},
		{"round trips", func(w *compare.Worth) {
			w.Time.RoundTrips, w.Time.OfRoundTrips, w.Time.OfClient, w.Time.OfRest = p(1), p(100e3), p(358e3), p(-23.9e3)
		}, []string{"100 µs for 1 round trip, 358 µs of the client's own work, −23.9 µs of the rest"}, []string{"told apart"}},
		{"a round trip in some", func(w *compare.Worth) {
			w.Time.RoundTrips, w.Time.OfRoundTrips, w.Time.OfRest = p(0.25), p(25e3), p(51e3)
		}, []string{"25.0 µs for 0.25 round trips, "}, nil},
		{"no round trip", func(w *compare.Worth) {
			w.Time.RoundTrips, w.Time.OfRoundTrips, w.Time.OfRest = p(0), p(0), p(76e3)
		}, []string{"in TLS: no round trip, 358 µs"}, []string{"0 ns"}},
		{"no difference in the client's work", func(w *compare.Worth) {
			w.Time.RoundTrips, w.Time.OfRoundTrips, w.Time.OfClient, w.Time.OfRest = p(0), p(0), nil, nil
		}, []string{"in TLS: no round trip, 434 µs of the client's own work and the rest (the server's work, queues), not told apart."}, []string{"0 ns"}},
		{"a round trip, and no difference in the client's work", func(w *compare.Worth) {
			w.Time.RoundTrips, w.Time.OfRoundTrips, w.Time.OfClient, w.Time.OfRest = p(-1), p(-100e3), nil, nil
		}, []string{"in TLS: −100 µs for 1 round trip more, 534 µs of the client's own work and the rest"}, nil},
		{"round trips beyond a proxy", func(w *compare.Worth) {
			w.Time.RoundTrips, w.Time.OfRoundTrips, w.Time.OfRest, w.Time.WhyNoRTT = p(1), nil, nil, "a round trip beyond the proxy is not measured"
		}, []string{"358 µs of the client's own work, 75.6 µs of round trips and the rest (the server's work, queues), not told apart.", "What round trips save is not known: a round trip beyond the proxy is not measured."}, []string{"for 1 round trip"}},
		{"round trips that were not counted", func(w *compare.Worth) {
			w.Time.RoundTrips, w.Time.OfRoundTrips, w.Time.OfRest = nil, nil, nil
		}, []string{"358 µs of the client's own work, 75.6 µs of round trips and the rest (the server's work, queues), not told apart."}, nil},
		{"nothing told apart", func(w *compare.Worth) {
			w.Time.RoundTrips, w.Time.OfRoundTrips, w.Time.OfClient, w.Time.OfRest = nil, nil, nil, nil
		}, []string{"498 µs) in TLS. It"}, []string{"told apart"}},
		{"tickets that never pay", func(w *compare.Worth) {
			w.Tickets = &compare.TicketWorth{Full: 5000, Resumed: 5000, Never: true}
		}, []string{"never save as many bytes as they take"}, []string{"resumed on"}},
		{"nothing known", func(w *compare.Worth) { *w = compare.Worth{Loads: w.Loads[:0]} }, nil, []string{"worth"}},
	} {
		w := compare.WorthOf(d.Result, d.Comparisons, compare.Capacity{Rate: 5000, Resumed: 0.7})[0]
		tt.change(&w)
		text := worthText(t, d, w)
		for _, want := range tt.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in: %s", tt.name, want, text)
			}
		}
		for _, never := range tt.never {
			if strings.Contains(text, never) {
				t.Errorf("%s: %q in: %s", tt.name, never, text)
			}
		}
	}
}

// The same worth stands in every output that tells it.
func TestWorthIsForTheLoadThatWasAskedFor(t *testing.T) {
	d := NewDocument(loadResult(t), compare.Capacity{Rate: 0.25, Resumed: 1})
	for format, want := range map[string]string{"text": "0.250/s, 100 %", "markdown": "0.250/s, 100 %", "json": `"rate": 0.25`} {
		text := strings.ReplaceAll(output(t, format, d), nbsp, " ")
		if !strings.Contains(text, want) || strings.Contains(text, "1 000/s, 50 %") {
			t.Errorf("%s: no %q in:\n%s", format, want, text)
		}
	}
}

// Where resumption is not what is compared, nothing is said of its worth.
func TestNoWorthWithoutResumption(t *testing.T) {
	for _, name := range []string{"by-tls", "by-workers", "by-target", "one-group-6"} {
		if text := output(t, "text", manyDocuments(t)[name]); strings.Contains(text, worthTitle) {
			t.Errorf("%s:\n%s", name, text)
		}
	}
	var b bytes.Buffer
	if err := (JSON{}).Write(&b, manyDocuments(t)["by-tls"]); err != nil || !strings.Contains(b.String(), "\n \"worth\": [],") {
		t.Errorf("JSON has no empty list (%v)", err)
	}
}

func TestFigures(t *testing.T) {
	for v, want := range map[float64]string{0: "0.00", 0.00012: "0.00012", 0.0653: "0.065", 0.3: "0.300", 1.237: "1.24", 17.46: "17.5", 123.4: "123"} {
		if got := fine(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
	for v, want := range map[float64]string{0: "0 B", 999: "999 B", 1000: "1.00 kB", 76e3: "76.0 kB", 4.2e6: "4.20 MB", 1e9: "1.00 GB", 2e13: "20.0 TB", math.MaxInt32: "2.15 GB"} {
		if got := strings.ReplaceAll(byteText(v), nbsp, " "); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
	for v, want := range map[float64]string{1: "1", 2: "2", 1.5: "1.50", 0.999: "1", 1.004: "1", 0.25: "0.25"} {
		if got := value(v, bench.Count); got != want {
			t.Errorf("%v round trips: %q, want %q", v, got, want)
		}
	}
}
