package report

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tlsbench/bench"
	"tlsbench/bench/arrival"
	"tlsbench/bench/compare"
)

// opened makes an open loop of what ran as a closed one. A server with four
// processors completes no more than it can, and what else falls due is dropped.
func opened(t *testing.T, arms []bench.Arm, load func(bench.Arm) bench.Load, edit func(*bench.Result)) *Document {
	return manyDocument(t, "session", arms, nil, func(r *bench.Result) {
		for i := range r.Plan.Arms {
			r.Plan.Arms[i].Load = load(r.Plan.Arms[i])
		}
		for i := range r.Rounds {
			for j := range r.Rounds[i].Blocks {
				b := &r.Rounds[i].Blocks[j]
				openStats(r.Plan, b.Arm, &b.Stats, 1, []float64{1, 1.02, 0.97, 1.01, 0.99, 1.03, 0.98}[(3*i+j)%7])
			}
		}
		for i := range r.Arms {
			openStats(r.Plan, r.Arms[i].Name, &r.Arms[i].Stats, int64(len(r.Rounds)), 1)
		}
		if edit != nil {
			edit(r)
		}
	})
}

func openStats(p bench.Plan, name string, s *bench.Stats, rounds int64, noise float64) {
	arm, _ := p.Arm(name)
	load := arm.Load
	capacity := processors / cost(arm).Seconds() / 2
	a := &bench.Arrivals{Rate: load.Rate, Share: load.Share, Due: s.Attempts, Peak: 3}
	slower := 1.0
	if load.Storm > 0 {
		peak := 1.75
		a.Storms, a.ServerPeak, a.Peak = rounds, &peak, int64(load.Storm)
		s.Took = time.Duration(noise * float64(s.Completed()) / capacity * 1e9)
		slower = float64(load.Storm) / 50
		s.Mixed = load.Share > 0
	} else {
		wanted, _ := a.Wanted()
		if wanted > capacity {
			begun := capacity / wanted
			a.Due = int64(float64(s.Attempts) / begun)
			a.Dropped, a.Late, a.Peak = a.Due-s.Attempts, 2*rounds, int64(load.MaxInFlight)
			slower = float64(load.MaxInFlight) / processors
		}
		a.Window = time.Duration(float64(a.Due) / wanted * 1e9)
		s.Took = a.Window
		s.Mixed = load.Share > 0
	}
	rate := math.Round(float64(s.Completed()) / s.Took.Seconds())
	s.Rate, s.Arrivals = &rate, a
	stretch := func(d time.Duration, by float64) time.Duration { return time.Duration(float64(d) * by * noise) }
	for _, phase := range []bench.Phase{bench.TLSPhase, bench.Total} {
		if m, ok := s.Medians[phase]; ok {
			s.Medians[phase] = stretch(m, slower)
		}
		h := s.Phases[phase]
		for _, at := range []**time.Duration{&h.Min, &h.Mean, &h.P50, &h.P90, &h.P95, &h.P99, &h.P999, &h.Max} {
			if *at != nil {
				v := stretch(**at, slower)
				*at = &v
			}
		}
		s.Phases[phase] = h
	}
	s.Histograms = nil
	for phase, of := range map[bench.Phase]bench.Phase{bench.Lag: bench.Connect, bench.Service: bench.Total} {
		s.Phases[phase], s.Medians[phase] = s.Phases[of], s.Medians[of]
	}
}

func rate(perSecond float64, inFlight int) func(bench.Arm) bench.Load {
	return func(bench.Arm) bench.Load {
		return bench.Load{Rate: perSecond, Arrivals: arrival.Constant, MaxInFlight: inFlight}
	}
}

func openDocuments(t *testing.T) map[string]*Document {
	const both = "session=full,resumed"
	byCoord := func(arm bench.Arm) bench.Load {
		for _, c := range arm.Coords {
			switch c.Dimension {
			case "rate":
				perSecond, _ := bench.ParseRate(c.Value)
				return rate(perSecond, 64)(arm)
			case "storm":
				var n int
				fmt.Sscan(c.Value, &n)
				return bench.Load{Storm: n}
			}
		}
		return bench.Load{}
	}
	storm := func(bench.Arm) bench.Load { return bench.Load{Storm: 171} }
	return map[string]*Document{
		"as-wanted": opened(t, cross(both), rate(500, 1000), nil),
		"drops":     opened(t, cross(both), rate(6000, 32), nil),
		"mix": opened(t, cross(both), func(arm bench.Arm) bench.Load {
			l := rate(900, 1000)(arm)
			l.Arrivals, l.Share = arrival.Poisson, 0.3
			if arm.Want.Resumes() {
				l.Share = 0.7
			}
			return l
		}, nil),
		"storm": opened(t, cross(both), storm, func(r *bench.Result) { r.Plan.Count = 0 }),
		"storm-mix": opened(t, cross(both), func(arm bench.Arm) bench.Load { return bench.Load{Storm: 200, Share: 0.5} },
			func(r *bench.Result) { r.Plan.Count = 0 }),
		"ramp":   opened(t, cross("rate=100/s,1000/s,4000/s,12000/s", both), byCoord, func(r *bench.Result) { r.Plan.Ramp = true }),
		"storms": opened(t, cross("storm=10,100,1000", both), byCoord, func(r *bench.Result) { r.Plan.Count = 0 }),
	}
}

func TestOpenLoopsAreAsGolden(t *testing.T) {
	for name, d := range openDocuments(t) {
		for _, width := range []int{80, 160} {
			var b bytes.Buffer
			if err := (Text{Width: width}).Write(&b, d); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
					t.Errorf("%s at %d columns: a line of %d: %s", name, width, n, line)
				}
			}
			golden(t, fmt.Sprintf("open-%s-%d.txt", name, width), b.Bytes())
		}
		golden(t, "open-"+name+".markdown", []byte(output(t, "markdown", d)))
		if page := output(t, "html", d); !strings.Contains(page, `class="p-lag"`) {
			t.Errorf("%s: the page shows no lag", name)
		}
		for _, format := range []string{"csv", "gobench", "openmetrics", "json"} {
			text := output(t, format, d)
			for _, want := range map[bool][]string{true: {"connected"}, false: {"begun"}}[strings.Contains(name, "storm")] {
				if format != "json" && !strings.Contains(text, want) {
					t.Errorf("%s as %s: no %s", name, format, want)
				}
			}
			if format == "json" && !strings.Contains(text, `"arrivals": {`) {
				t.Errorf("%s as json: no arrivals", name)
			}
		}
	}
	golden(t, "open-ramp-plot-120.txt", []byte(plotOf(t, openDocuments(t)["ramp"], 120)))
}

// What is asked for is never told of a closed loop.
func TestLoadsInWords(t *testing.T) {
	for want, l := range map[string]bench.Load{
		"1 worker":  {Workers: 1},
		"4 workers": {Workers: 4},
		"500/s, constant, up to 1" + nbsp + "000 in flight": {Rate: 500, Arrivals: arrival.Constant, MaxInFlight: 1000},
		"0.500/s, poisson, up to 1 in flight":               {Rate: 0.5, Arrivals: arrival.Poisson, MaxInFlight: 1},
		"storm of 1 connection":                             {Storm: 1},
		"70" + nbsp + "% of a storm of 200 connections":     {Storm: 200, Share: 0.7},
	} {
		if got := LoadText(l); got != want {
			t.Errorf("%+v: %q, want %q", l, got, want)
		}
	}
}

// A search tells the rates that it found, and nothing of its blocks together.
func TestSearchIsAsGolden(t *testing.T) {
	d := opened(t, cross("session=full,resumed"), rate(500, 1000), func(r *bench.Result) {
		r.Plan.FindMax = "tls.p99 < 20ms"
	})
	if len(d.Comparisons)+len(d.Worth) > 0 || len(d.MaxRates) != 2 {
		t.Errorf("%d comparisons, %d of worth, %d rates", len(d.Comparisons), len(d.Worth), len(d.MaxRates))
	}
	found := 1234.0
	d.MaxRates = []compare.MaxRate{
		{Arm: "session=full", Rate: &found, CI: &[2]float64{1100, 1400}, Confidence: 0.97, Searches: 6, Blocks: 41, Limit: compare.LimitClient,
			Why: "1 200/s began in time, of 1 300/s", ClientBound: true},
		{Arm: "session=resumed", Searches: 0, Blocks: 12, Limit: compare.LimitErrors, Why: "5 of 90 attempts failed"},
	}
	for _, width := range []int{80, 160} {
		var b bytes.Buffer
		if err := (Text{Width: width}).Write(&b, d); err != nil {
			t.Fatal(err)
		}
		golden(t, fmt.Sprintf("open-search-%d.txt", width), b.Bytes())
	}
	golden(t, "open-search.markdown", []byte(output(t, "markdown", d)))
	for format, want := range map[string]string{
		"json":        `"limit": "client"`,
		"openmetrics": `condition="tls.p99 < 20ms"`,
		"html":        "the client was the limit there",
	} {
		if text := output(t, format, d); !strings.Contains(text, want) {
			t.Errorf("%s lacks %s", format, want)
		}
	}
	if page := output(t, "html", d); strings.Contains(page, `id="phases"`) || strings.Contains(page, `id="cost"`) {
		t.Error("the page tells phases of blocks at other rates")
	}
}

// A storm's time is the same figure in the table as for checks and in JSON.
func TestStormsHaveOneTime(t *testing.T) {
	d := openDocuments(t)["storm"]
	metric, _ := bench.MetricByName("connected")
	r := d.Result
	for i := range r.Arms {
		r.Arms[i].Took += time.Duration(i+1) * time.Second // one storm took long
	}
	text := output(t, "text", d)
	for i := range r.Arms {
		v, ok := metric.Of(&r.Arms[i].Stats)
		if !ok || !strings.Contains(text, nanoseconds(v)) {
			t.Errorf("%s: no %s (%v) in\n%s", r.Arms[i].Name, nanoseconds(v), ok, text)
		}
	}
}
