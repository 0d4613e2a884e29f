package compare

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/caret"
	"tlsbench/bench/hist"
)

// groups is a plan with the arms of "full,session-id,ticket,psk".
func groups() bench.Plan {
	p := bench.Plan{Compare: "session", Rounds: 10, Confidence: 0.95}
	for _, group := range [][]string{{"1.2", "full", "session-id", "ticket"}, {"1.3", "full", "psk"}} {
		for _, want := range group[1:] {
			arm := bench.NewArm(bench.Coord{Dimension: "tls", Value: group[0]}, bench.Coord{Dimension: "session", Value: want})
			arm.Want = bench.Want(want)
			p.Arms = append(p.Arms, arm)
		}
	}
	return p
}

// pairPlan has a full and a resumed arm.
func pairPlan(change func(*bench.Arm)) bench.Plan {
	p := bench.Plan{Compare: "session", Rounds: 10, Confidence: 0.95}
	for _, want := range []bench.Want{bench.WantFull, bench.WantResumed} {
		arm := bench.NewArm(bench.Coord{Dimension: "session", Value: string(want)})
		arm.Want = want
		change(&arm)
		p.Arms = append(p.Arms, arm)
	}
	return p
}

func TestCheckArms(t *testing.T) {
	for text, want := range map[string]string{
		"tls.p50(tls=1.2,session=ticket) < 1s":    "tls=1.2,session=ticket",
		"tls.p50(session=ticket) < 1s":            "tls=1.2,session=ticket",
		"tls.p50(ticket) < 1s":                    "tls=1.2,session=ticket",
		"tls.p50(tls=1.2, ticket) < 1s":           "tls=1.2,session=ticket",
		"tls.p50(ticket 1.2) < 1s":                "tls=1.2,session=ticket",
		"tls.p50(1.3,full) < 1s":                  "tls=1.3,session=full",
		"tls.p50(session=full , tls=1.3) < 1s":    "tls=1.3,session=full",
		"errors < 1":                              "tls=1.2,session=full tls=1.2,session=session-id tls=1.2,session=ticket tls=1.3,session=full tls=1.3,session=psk",
		"errors(psk) < 1":                         "tls=1.3,session=psk",
		"saving(tls.p50, ticket) > 0":             "tls=1.2,session=ticket",
		"saving(tls.p50,tls=1.3,session=psk) > 0": "tls=1.3,session=psk",
		"saving(tls.p50, 1.3 psk) > 0":            "tls=1.3,session=psk",

		"tls.p50 < 1s":                    "column 1: of which arm? Write tls.p50(1.2 full), tls.p50(session-id), tls.p50(ticket), tls.p50(1.3 full) or tls.p50(psk)",
		"tls.p50(full) < 1s":              `column 9: "full" fits 2 arms: want tls=1.2,session=full or tls=1.3,session=full`,
		"tls.p50(1.2) < 1s":               `column 9: "1.2" fits 3 arms: want tls=1.2,session=full, tls=1.2,session=session-id or tls=1.2,session=ticket`,
		"tls.p50(1.2 psk) < 1s":           `column 9: no arm is all of "1.2 psk": want 1.2 full, session-id, ticket, 1.3 full or psk`,
		"tls.p50(1.2,  pks) < 1s":         `column 15: no arm is "pks": did you mean psk?`,
		"1s > tls.p50(session=tiket)":     `column 14: no arm is "session=tiket": did you mean session=ticket?`,
		"tls.p50(elephant) < 1s":          `column 9: no arm is "elephant": want 1.2 full, session-id`,
		"errors(elephant) < 1":            `column 8: no arm is "elephant"`,
		"errors(psk,psk,ps) < 1":          `column 16: no arm is "ps": did you mean psk?`,
		"saving(tls.p50) > 0":             "column 1: of which arm? Write saving(tls.p50, session-id), saving(tls.p50, ticket) or saving(tls.p50, psk)",
		"0 < saving(tls.p50, 1.3,full)":   "column 21: 1.3 full saves nothing: it is not compared, others are with it",
		"saving(resumed_ratio, psk) >= 0": "column 1: resumed_ratio is not compared between psk and 1.3 full",
	} {
		a := mustParseCheck(t, text)
		got := ""
		if places, err := a.bind(groups()); err != nil {
			got = err.Error()
			if e := (*caret.Error)(nil); !errors.As(err, &e) {
				t.Errorf("%s: %T", text, err)
			}
		} else {
			got = strings.Join(fullNames(places[a.operands()[0]].arms), " ")
		}
		if got != want && !(strings.HasPrefix(want, "column") && strings.HasPrefix(got, want)) {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// spaced is a plan whose values hold what separates coordinates.
func spaced() bench.Plan {
	p := bench.Plan{Compare: "session", Rounds: 10, Confidence: 0.95}
	for _, target := range []string{"new build", "old build", "a,b", "new"} {
		for _, want := range []bench.Want{bench.WantFull, bench.WantResumed} {
			arm := bench.NewArm(bench.Coord{Dimension: "target", Value: target}, bench.Coord{Dimension: "session", Value: string(want)})
			arm.Want = want
			p.Arms = append(p.Arms, arm)
		}
	}
	return p
}

func TestCheckArmsWithSeparators(t *testing.T) {
	for text, want := range map[string]string{
		"tls.p50(target=new build,session=full) < 1s":     "target=new build,session=full",
		"tls.p50(session=full,target=new build) < 1s":     "target=new build,session=full",
		"tls.p50(session=full, target=a,b) < 1s":          "target=a,b,session=full",
		"tls.p50(new build full) < 1s":                    "target=new build,session=full",
		"tls.p50(resumed, a,b) < 1s":                      "target=a,b,session=resumed",
		"tls.p50(new full) < 1s":                          "target=new,session=full",
		"saving(tls.p50, session=resumed target=new) > 0": "target=new,session=resumed",

		"tls.p50 < 1s":                    "column 1: of which arm? Write tls.p50(new build full), tls.p50(new build resumed), tls.p50(old build full)",
		"tls.p50(xyz) < 1s":               `column 9: no arm is "xyz": want new build full, new build resumed`,
		"tls.p50(full,target=nwe) < 1s":   `column 14: no arm is "target=nwe": did you mean target=new?`,
		"tls.p50(new build xyz) < 1s":     `column 19: no arm is "xyz"`,
		"tls.p50(new building full) < 1s": `column 13: no arm is "building"`,
	} {
		got := ""
		a := mustParseCheck(t, text)
		if places, err := a.bind(spaced()); err != nil {
			got = err.Error()
		} else {
			got = strings.Join(fullNames(places[a.operands()[0]].arms), " ")
		}
		if got != want && !(strings.HasPrefix(want, "column") && strings.HasPrefix(got, want)) {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// A number says little without its dimension, but that of a TLS version.
func TestCheckLabels(t *testing.T) {
	p := bench.Plan{Compare: "session"}
	for _, workers := range []string{"1", "4"} {
		for _, verify := range []string{"on", "off"} {
			for _, version := range []string{"1.2", "1.3"} {
				p.Arms = append(p.Arms, bench.NewArm(bench.Coord{Dimension: "workers", Value: workers}, bench.Coord{Dimension: "verify", Value: verify},
					bench.Coord{Dimension: "tls", Value: version}, bench.Coord{Dimension: "session", Value: "full"}))
			}
		}
	}
	for _, arm := range p.Arms {
		text := label(p, arm)
		if found, _, problem := armOf(p, text); problem != "" || found.Name != arm.Name {
			t.Errorf("%s: %s", text, problem)
		}
	}
	if got, want := label(p, p.Arms[0]), "workers=1 verify=on 1.2 full"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	p.Arms = p.Arms[:5:5]
	if got, want := label(p, p.Arms[4]), "workers=4"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A wrong check is refused before anything is measured.
func TestCheckBind(t *testing.T) {
	bare := pairPlan(func(a *bench.Arm) {})
	request := pairPlan(func(a *bench.Arm) { a.HTTP.Method, a.Net.ResolveEach = "GET", true })
	one := pairPlan(func(a *bench.Arm) {})
	one.Arms = one.Arms[:1]
	for _, tt := range []struct {
		name string
		plan bench.Plan
		text string
		want string
	}{
		{"bare", bare, "ttfb.p50(full) < 1s", "column 1: ttfb.p50 is never measured here: no request is made, handshakes only"},
		{"bare", bare, "1s > saving(request.p50) * 2s", "column 6: request.p50 is never measured here"},
		{"bare", bare, "dns.p50(full) < 1s", "column 1: dns.p50 is never measured here: the name is looked up once, before the run; add --dns each"},
		{"bare", bare, "tls.p50 < 1s", "column 1: of which arm? Write tls.p50(full) or tls.p50(resumed)"},
		{"bare", bare, "saving(tls.p50) > 0", ""},
		{"request", request, "ttfb.p50(full) + dns.p50(resumed) < 1s", ""},
		{"one arm", one, "tls.p50 < 1s", ""},
		{"one arm", one, "tls.p50(full) < 1s", ""},
		{"one arm", one, "tls.p50(resumed) < 1s", `column 9: no arm is "resumed": want full`},
		{"one arm", one, "saving(tls.p50) > 0", "column 1: nothing is saved here: the plan compares no arms"},
		{"no coordinates", bench.Plan{Arms: []bench.Arm{bench.NewArm()}}, "tls.p50 < 1s", ""},
	} {
		got := ""
		if err := mustParseCheck(t, tt.text).Bind(tt.plan); err != nil {
			got = err.Error()
		}
		if (got == "") != (tt.want == "") || !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %s\ngot  %s\nwant %s", tt.name, tt.text, got, tt.want)
		}
	}
}

// Many arms are not all listed.
func TestCheckListsFewArms(t *testing.T) {
	var p bench.Plan
	for i := range 12 {
		p.Arms = append(p.Arms, bench.NewArm(bench.Coord{Dimension: "x", Value: strings.Repeat("x", i+1)}))
	}
	err := mustParseCheck(t, "tls.p50 < 1s").Bind(p)
	if err == nil || !strings.HasSuffix(err.Error(), "tls.p50(xxxxxxxx) or one of 4 others") {
		t.Error(err)
	}
}

// measured is a result with a value for every figure.
func measured(t *testing.T, m made) *bench.Result {
	t.Helper()
	m.change = func(_ int, b *bench.Block) { b.Histograms = nil } // tails take long to compare
	r := m.result(t)
	r.Plan.Count = 2000
	for i := range r.Arms {
		a := &r.Arms[i]
		cpu, rate, in, ratio := 310e3, 400.0, 2387.0, float64(i)
		if i == 1 {
			cpu, in = 155e3, 1457
		}
		p50, p95 := time.Duration(1002000), time.Duration(1182000)
		if i == 1 {
			p50, p95 = p50/2, p95/2
		}
		phase := a.Phases[bench.TLSPhase]
		phase.P50, phase.P95 = &p50, &p95
		a.Phases[bench.TLSPhase] = phase
		a.ServerCPU, a.Rate, a.BytesIn, a.ResumedRatio = &cpu, &rate, &in, &ratio
	}
	return r
}

func TestCheckVerdicts(t *testing.T) {
	fails := func(n int64) func(*bench.Result) {
		return func(r *bench.Result) {
			a := &r.Arms[1]
			a.Attempts += n
			a.Errors = map[bench.ErrorClass]int64{bench.ClassReset: n}
		}
	}
	falls := func(n int64) func(*bench.Result) {
		return func(r *bench.Result) {
			a := &r.Arms[1]
			a.Kinds = map[bench.Kind]int64{bench.PSK: a.Attempts - n, bench.Full: n}
			share := float64(a.Attempts-n) / float64(a.Attempts)
			a.ResumedRatio = &share
		}
	}
	few := func(n int64) func(*bench.Result) {
		return func(r *bench.Result) {
			for i := range r.Arms {
				kind := bench.Full
				if i == 1 {
					kind = bench.PSK
				}
				h := hist.New()
				for range n {
					h.Record(time.Millisecond)
				}
				r.Arms[i].Stats = statsOf(t, h, kind)
			}
		}
	}
	type verdicts map[string]string // the check, and its verdict with what Why contains
	for _, tt := range []struct {
		name   string
		rounds int
		change func(*bench.Result)
		want   verdicts
	}{
		{"all is well", 10, func(*bench.Result) {}, verdicts{
			"tls.p50(full) < 2ms":                                             "pass: 1.00 ms (full)",
			"tls.p50(full) > 2ms":                                             "fail: 1.00 ms (full)",
			"2ms > tls.p50(full)":                                             "pass: 1.00 ms (full)",
			"tls.p50(resumed) < tls.p50(full)":                                "pass: 501 µs (resumed), 1.00 ms (full)",
			"tls.p95(full) - tls.p50(full) < 1ms":                             "pass: 180 µs against 1 ms: tls.p95 1.18 ms (full), tls.p50 1.00 ms (full)",
			"server_cpu(resumed) <= 0.5 * server_cpu(full)":                   "pass: 155 µs against 155 µs: 155 µs (resumed), 310 µs (full)",
			"server_cpu(resumed) < 0.5 * server_cpu(full)":                    "fail: 155 µs against 155 µs: 155 µs (resumed), 310 µs (full)",
			"server_cpu(resumed) / server_cpu(full) == 0.5":                   "pass: 0.500 against 0.500: 155 µs (resumed), 310 µs (full)",
			"resumed_ratio(resumed) >= 99%":                                   "pass: 100 % (resumed)",
			"resumed_ratio(full) != 0":                                        "fail: 0 % (full)",
			"rate(full) >= 400/s":                                             "pass: 400/s (full)",
			"bytes_in(resumed) <= 1.4KiB":                                     "fail: 1457 B (resumed)",
			"errors == 0":                                                     "pass: 0 of 4000 attempts",
			"errors(full) == 0":                                               "pass: 0 of 2000 attempts (full)",
			"fallbacks == 0":                                                  "pass: 0 of 4000 handshakes",
			"completed == attempts":                                           "pass: completed 4000 of 4000 attempts, attempts 4000 of 4000 attempts",
			"errors <= 1% * attempts(full)":                                   "pass: 0 against 20: errors 0 of 4000 attempts, attempts 2000 of 2000 attempts (full)",
			"errors / errors == 1":                                            "inconclusive: errors is 0, by which nothing can be divided",
			"saving(tls.p50) >= 40%":                                          "pass: ",
			"saving(tls.p50) <= 40%":                                          "fail: ",
			"saving(tls.p50, resumed) >= 0.4":                                 "pass: ",
			"saving(client_cpu) > 0":                                          "pass: ",
			"saving(rate) >= 0":                                               "inconclusive: saving(rate) is not known: ",
			"saving(server_cpu) >= 0":                                         "inconclusive: saving(server_cpu) is not known: 0 of 10 rounds can be compared, and it takes 6: raise -n",
			"tls.p999(full) < 2s":                                             "inconclusive: tls.p999(full) is not known: p999 takes 10000 handshakes of the wanted kind, and full has 2000: raise -n",
			"bytes_out(full) < 2kB":                                           "inconclusive: bytes_out(full) is not known: full has no value",
			"wait.p50(full) < 2s":                                             "inconclusive: wait.p50(full) is not known: full has no sample of phase wait",
			"wait.max(full) - wait.p50(full) < 2s":                            "has no sample of phase wait; wait.p50(full) is not known",
			"tls.p50(resumd) < 2s":                                            `inconclusive: no arm is "resumd": did you mean resumed?`,
			"999999999999999 * 999999999999999 * errors(full) > 1":            "fail: ",
			"rate(full) * " + strings.Repeat("1000000000 * ", 40) + "1 > 1/s": "inconclusive: the values are too large to be compared",
		}},
		{"with errors", 10, fails(3), verdicts{
			"errors == 0":               "fail: 3 of 4003 attempts",
			"errors(full) == 0":         "pass: 0 of 2000 attempts (full)",
			"errors(resumed) < 3":       "fail: 3 of 2003 attempts (resumed)",
			"errors / attempts <= 0.1%": "pass: 0.0749 % against 0.100 %: errors 3 of 4003 attempts, attempts 4003",
			"completed != attempts":     "pass: ",
		}},
		{"with fallbacks", 10, falls(25), verdicts{
			"fallbacks == 0":                     "fail: 25 of 4000 handshakes",
			"resumed_ratio(resumed) >= 99%":      "fail: 98.8 % (resumed)",
			"resumed_ratio(resumed) >= 98.75%":   "pass: 98.8 % (resumed)",
			"resumed_ratio(resumed) >= 98.7501%": "fail: 98.7500 % (resumed)",
		}},
		{"mixed", 10, func(r *bench.Result) { r.Arms[1].Mixed = true }, verdicts{
			"server_cpu(resumed) < 1s":                      "inconclusive: server_cpu(resumed) is not known: more than 1 % of the attempts of resumed failed or fell back",
			"rate(resumed) > 1/s":                           "inconclusive: rate(resumed)",
			"server_cpu(resumed) <= 0.5 * server_cpu(full)": "inconclusive: server_cpu(resumed)",
			"server_cpu(full) < 1s":                         "pass: 310 µs (full)",
			"tls.p50(resumed) < 1s":                         "pass: 501 µs (resumed)",
			"bytes_in(resumed) < 1MB":                       "pass: 1457 B (resumed)",
		}},
		{"no CPU", 10, func(r *bench.Result) { r.Arms[0].ServerCPU, r.Arms[0].ClientCPU = nil, nil }, verdicts{
			"server_cpu(full) < 1s":   "inconclusive: server_cpu(full) is not known: the CPU of the server was not measured: give --server-pid",
			"client_cpu(full) < 1s":   "the CPU of the client was not measured: this system has no clock for it",
			"saving(server_cpu) > 0":  "inconclusive: saving(server_cpu) is not known: the CPU of the server was not measured",
			"server_cpu(full) < 1s*2": "inconclusive: server_cpu(full) is not known",
		}},
		{"a clock that stood still", 10, func(r *bench.Result) {
			r.Clocks.Server, r.Arms[0].ServerCPU, r.Plan.Count = "process 7", nil, 0
		}, verdicts{
			"server_cpu(full) < 1s": "the clock of the server (process 7) did not move, or could not be read: raise -d",
		}},
		{"too few rounds", 5, func(*bench.Result) {}, verdicts{
			"saving(tls.p50) > 0": "inconclusive: saving(tls.p50) is not known: 5 rounds can be compared, and it takes 6: raise --rounds",
		}},
		{"too few rounds ran", 5, func(r *bench.Result) { r.Plan.Rounds = 10; r.Partial = true }, verdicts{
			"saving(tls.p50) > 0":   "inconclusive: saving(tls.p50) is not known: 5 of 5 rounds can be compared, and it takes 6: raise -n",
			"tls.p50(resumed) < 1s": "pass: 501 µs (resumed)",
		}},
		{"19 attempts", 6, few(19), verdicts{
			"errors == 0":              "inconclusive: 0 of 38 attempts, but full has 19 attempts, and a check takes 20 to pass: raise -n",
			"fallbacks(resumed) == 0":  "inconclusive: 0 of 19 handshakes (resumed), but resumed has 19 handshakes",
			"errors > 0":               "fail: 0 of 38 attempts",
			"tls.max(full) < 2ms":      "inconclusive: 1 ms (full), but full has 19 samples of tls, and a check takes 20 to pass: raise -n",
			"tls.max(full) < 1us":      "fail: 1 ms (full)",
			"tls.p50(full) < 2ms":      "inconclusive: tls.p50(full) is not known: p50 takes 20 handshakes of the wanted kind, and full has 19: raise -n",
			"error_ratio(full) <= 1%":  "inconclusive: 0 % (full), but full has 19 attempts",
			"saving(error_ratio) >= 0": "inconclusive: 0 % (resumed), ",
		}},
		{"20 attempts", 6, few(20), verdicts{
			"errors == 0":         "pass: 0 of 40 attempts",
			"tls.p50(full) < 2ms": "pass: 1 ms (full)",
			"tls.p90(full) < 2ms": "inconclusive: tls.p90(full) is not known: p90 takes 100 handshakes",
			"tls.p99(full) < 2ms": "inconclusive: tls.p99(full) is not known: p99 takes 1000 handshakes",
		}},
		{"few of many", 6, func(r *bench.Result) {
			few(20)(r)
			r.Arms[1].Attempts = 1000
		}, verdicts{
			"errors <= 50%*attempts":   "fail: ",
			"resumed_ratio(full) == 0": "inconclusive: ",
			"fallbacks == 0":           "pass: 0 of 40 handshakes",
		}},
		{"one violates", 6, func(r *bench.Result) { few(5)(r); fails(1)(r) }, verdicts{
			"errors == 0":           "fail: 1 of 11 attempts",
			"tls.mean(resumed)<5ms": "inconclusive: 1 ms (resumed), but resumed has 5 samples of tls",
		}},
		{"none succeeded", 6, func(r *bench.Result) { fail(&r.Arms[1]); r.Arms[1].Stats.Phases = nil }, verdicts{
			"tls.p50(resumed) < 1s":      "inconclusive: tls.p50(resumed) is not known: not one handshake of resumed succeeded",
			"fallbacks(resumed) == 0":    "inconclusive: 0 of 0 handshakes (resumed), but resumed has 0 handshakes, and a check takes 20 to pass",
			"errors(resumed) >= 1":       "pass: 1200 of 1200 attempts (resumed)",
			"saving(tls.p50) > 0":        "inconclusive: saving(tls.p50) is not known: not one handshake of resumed succeeded",
			"error_ratio(resumed) <= 1%": "pass: 0 % (resumed)",
		}},
		{"none as wanted", 6, func(r *bench.Result) {
			a := &r.Arms[1]
			a.Phases, a.BytesIn, a.Kinds = nil, nil, map[bench.Kind]int64{bench.Full: a.Attempts}
		}, verdicts{
			"tls.p50(resumed) < 1s":    "inconclusive: tls.p50(resumed) is not known: no handshake of resumed was of the wanted kind",
			"bytes_in(resumed) < 1MB":  "inconclusive: bytes_in(resumed) is not known: no handshake of resumed was of the wanted kind",
			"fallbacks == 0":           "fail: 1200 of 2400 handshakes",
			"fallbacks(resumed) <= 1%": "fail: 1200 of 1200 handshakes (resumed)",
		}},
		{"nothing ran", 1, func(r *bench.Result) {
			r.Arms[1].Stats = bench.Stats{}
		}, verdicts{
			"tls.p50(resumed) < 1s": "inconclusive: tls.p50(resumed) is not known: resumed made no attempt",
			"errors == 0":           "inconclusive: 0 of 200 attempts, but resumed has 0 attempts",
		}},
		{"an arm is missing", 6, func(r *bench.Result) { r.Arms = r.Arms[:1] }, verdicts{
			"tls.p50(resumed) < 1s": "inconclusive: tls.p50(resumed) is not known: resumed was not run",
			"saving(tls.p50) > 0":   "inconclusive: saving(tls.p50) is not known: resumed was not run",
			"errors == 0":           "inconclusive: 0 of 1200 attempts, but resumed was not run",
			"attempts < 10":         "fail: 1200 of 1200 attempts",
		}},
		{"no histograms", 10, func(*bench.Result) {}, verdicts{
			"saving(tls.p99) > 0": "inconclusive: saving(tls.p99) is not known: the comparison is inconclusive: raise -n",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := measured(t, made{rounds: tt.rounds, full: time.Millisecond, resumed: time.Millisecond / 2, noise: 0.1})
			tt.change(r)
			within := Within(r)
			for text, want := range tt.want {
				c := mustParseCheck(t, text).Check(r, within)
				got := string(c.Verdict) + ": " + c.Why
				if !strings.Contains(got, want) {
					t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
				}
				if c.Expr != text || c.Verdict != CheckInconclusive && (c.Value == nil || c.Bound == nil) {
					t.Errorf("%+v", c)
				}
			}
		})
	}
}

// What is read by a program: base units, null for what is not known.
func TestCheckValues(t *testing.T) {
	r := measured(t, made{rounds: 10, full: time.Millisecond, resumed: time.Millisecond / 2})
	for _, tt := range []struct {
		text         string
		value, bound float64 // NaN for null
		unit         bench.Unit
	}{
		{"server_cpu(resumed) <= 0.5 * server_cpu(full)", 155e3, 155e3, bench.Nanoseconds},
		{"server_cpu(resumed) <= 1ms", 155e3, 1e6, bench.Nanoseconds},
		{"resumed_ratio(resumed) >= 99%", 1, 0.99, bench.Fraction},
		{"resumed_ratio(resumed) >= 0.99", 1, 0.99, bench.Fraction},
		{"0 <= rate(full)", 0, 400, bench.PerSecond},
		{"bytes_in(resumed) < 1MB", 1457, 1e6, bench.Bytes},
		{"errors / attempts <= 1%", 0, 0.01, bench.Fraction},
		{"errors == 0", 0, 0, ""},
		{"tls.p999(full) < 2ms", math.NaN(), 2e6, bench.Nanoseconds},
		{"2ms > tls.p999(full)", 2e6, math.NaN(), bench.Nanoseconds},
		{"errors < 2 * (attempts / errors)", 0, math.NaN(), ""},
	} {
		c := mustParseCheck(t, tt.text).Check(r, nil)
		same := func(got *float64, want float64) bool {
			if math.IsNaN(want) {
				return got == nil
			}
			return got != nil && *got == want
		}
		if !same(c.Value, tt.value) || !same(c.Bound, tt.bound) || c.Unit != tt.unit {
			t.Errorf("%s: %+v", tt.text, c)
		}
	}
}

// The point estimate decides; its interval is told. A saving is above 0 where
// the arm is the better one, whichever way the metric gets better.
func TestCheckSaving(t *testing.T) {
	r := measured(t, made{rounds: 10, full: time.Millisecond, resumed: time.Millisecond / 2})
	low, high := -0.5, 0.25
	within := []Comparison{
		{Arm: "session=resumed", Metric: "tls.p50", Better: bench.LowerIsBetter, Change: &low, CI: &[2]float64{-0.6, -0.35}, Confidence: 0.951, Verdict: Better},
		{Arm: "session=resumed", Metric: "rate", Better: bench.HigherIsBetter, Change: &high, CI: &[2]float64{-0.1, 0.4}, Confidence: 0.951, Verdict: Same},
		{Arm: "session=resumed", Metric: "bytes_in", Better: bench.LowerIsBetter, Change: &low, Verdict: Better},
		{Arm: "session=resumed", Metric: "server_cpu", Better: bench.LowerIsBetter, Change: &low, Verdict: Inconclusive, Rounds: 10},
	}
	for text, want := range map[string]string{
		"saving(tls.p50) >= 40%":   "pass: 50 % (resumed), 95 % interval 35 % to 60 %",
		"saving(tls.p50) > 50%":    "fail: 50 % (resumed), 95 % interval 35 % to 60 %",
		"saving(rate) >= 20%":      "pass: 25 % (resumed), 95 % interval -10 % to 40 %",
		"saving(bytes_in) >= 1/2":  "pass: 50 % (resumed)",
		"saving(server_cpu) >= 0":  "inconclusive: saving(server_cpu) is not known: the comparison is inconclusive: raise -n",
		"saving(client_cpu) > 0":   "inconclusive: saving(client_cpu) is not known: resumed was not compared with full",
		"saving(tls.p50) == -0.5":  "fail: ",
		"-saving(tls.p50) == -0.5": "pass: -50 % against -50 %: 50 % (resumed)",
	} {
		c := mustParseCheck(t, text).Check(r, within)
		if got := string(c.Verdict) + ": " + c.Why; !strings.HasPrefix(got, want) {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestCheckShow(t *testing.T) {
	for _, tt := range []struct {
		v      float64
		unit   bench.Unit
		digits int
		want   string
	}{
		{0, bench.Nanoseconds, 3, "0 ns"}, {1.25, bench.Nanoseconds, 3, "1.25 ns"}, {999.6, bench.Nanoseconds, 3, "1.00 µs"},
		{1432567, bench.Nanoseconds, 3, "1.43 ms"}, {1432567, bench.Nanoseconds, 5, "1.4326 ms"}, {-2.5e9, bench.Nanoseconds, 3, "-2.50 s"},
		{7200e9, bench.Nanoseconds, 3, "7200 s"}, {0.98958, bench.Fraction, 3, "99.0 %"}, {0.0002, bench.Fraction, 3, "0.0200 %"},
		{4420, "", 3, "4420"}, {4420.5, "", 3, "4420"}, {1e-9, "", 3, "0.00000000100"}, {1457, bench.Bytes, 3, "1457 B"}, {399.55, bench.PerSecond, 4, "399.6/s"},
	} {
		if got := show(tt.v, tt.unit, tt.digits); got != tt.want {
			t.Errorf("%v %s: %q, want %q", tt.v, tt.unit, got, tt.want)
		}
	}
	if got := digitsApart(2e6, 2000400); got != 5 {
		t.Errorf("%d figures", got)
	}
}

func TestCheckAll(t *testing.T) {
	r := made{rounds: 10, full: time.Millisecond, resumed: time.Millisecond / 2}.result(t)
	checks, err := CheckAll(r, "saving(tls.p50) >= 40%", "tls.p50(full) < 1us", "server_cpu(full) < 1ms")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []CheckVerdict{CheckPass, CheckFail, CheckInconclusive} {
		if checks[i].Verdict != want {
			t.Errorf("%s: %s, want %s", checks[i].Expr, checks[i].Verdict, want)
		}
	}
	for _, wrong := range []string{"tls.p50(full) < 2", "tls.p50(nobody) < 2ms", "what"} {
		if _, err := CheckAll(r, "errors == 0", wrong); err == nil || !strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	if checks, err := CheckAll(r); err != nil || len(checks) > 0 {
		t.Errorf("no condition: %v, %v", checks, err)
	}
}

func TestOutcomeErr(t *testing.T) {
	if err := (Outcome{}).Err(); err != nil {
		t.Error(err)
	}
	if err := (Outcome{Exit: Failed, Reasons: []string{"a", "b"}}).Err(); err == nil || err.Error() != "a; b" {
		t.Error(err)
	}
}
