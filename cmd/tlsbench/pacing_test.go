package main

import (
	"context"
	"io"
	"runtime"
	"slices"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/arrival"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/saved"
	"tlsbench/bench/session"
	"tlsbench/bench/target/servertest"
	"tlsbench/bench/timer"
	"tlsbench/report"
	"tlsbench/report/live"
)

// BenchmarkPacing makes handshakes with nginx at half of what this client can,
// while somebody looks on, and also while a page is drawn each second, which takes
// a processor for some 20 ms. It reports how many
// begin in time of those that fall due, and the 99th percentile of their lag,
// as medians over blocks of some seconds, which have samples enough for it. Beside
// them stands by how much a timer is late that waits for the same moments before
// and after on an idle machine: no pacing can be more precise than that.
//
//	go test -run '^$' -bench Pacing -benchtime 10x ./cmd/tlsbench
func BenchmarkPacing(b *testing.B) {
	server := "1"
	if runtime.NumCPU() < 2 {
		server = ""
	}
	nginx := servertest.Nginx(b, servertest.Options{CPUs: server})
	arm := bench.NewArm(bench.Coord{Dimension: "session", Value: "full"})
	arm.Want, arm.Engine, arm.Timeout = bench.WantFull, cryptotls.Engine{}.Name(), 10*time.Second
	target, err := bench.ParseTarget("tls://" + nginx.TLS)
	if err != nil {
		b.Fatal(err)
	}
	arm.Target = target
	arm.TLS = bench.TLS{MinVersion: 0x0304, MaxVersion: 0x0304, Groups: []string{"X25519"}, Insecure: true}
	arm.Net.Close = bench.CloseReset
	arm.Session = bench.SessionPolicy{Scope: session.Shared}
	arm.Load.Workers = 4
	closed := pacedRun(b, arm, 3, 3*time.Second, false)
	block := time.Duration(2200 / *closed.Arms[0].Rate * float64(time.Second))

	for name, drawn := range map[string]bool{"watched": false, "drawn": true} {
		b.Run(name, func(b *testing.B) {
			arm := arm
			arm.Load = bench.Load{Rate: *closed.Arms[0].Rate / 2, Arrivals: arrival.Constant, MaxInFlight: 1000}
			idle := lateness(b, arm.Load.Rate)
			b.ResetTimer()
			r := pacedRun(b, arm, b.N, time.Duration(b.N)*block, drawn)
			b.StopTimer()
			var begun, lags []float64
			for _, round := range r.Rounds {
				block := &round.Blocks[0]
				made, _ := block.Arrivals.Begun()
				begun = append(begun, made/(float64(block.Arrivals.Due)/block.Arrivals.Window.Seconds()))
				if lag, ok := block.Phases[bench.Lag].Stat("p99"); ok {
					lags = append(lags, float64(lag))
				}
			}
			b.ReportMetric(middle(begun), "begun/due")
			b.ReportMetric(middle(lags), "lag-p99-ns")
			idle = append(idle, lateness(b, arm.Load.Rate)...)
			slices.Sort(idle)
			b.ReportMetric(idle[len(idle)*99/100], "idle-p99-ns")
			b.ReportMetric(*r.Arms[0].Rate, "handshakes/s")
		})
	}
}

// lateness is by how many nanoseconds a timer is late, in three seconds of that
// rate.
func lateness(b *testing.B, rate float64) (all []float64) {
	b.Helper()
	t, err := timer.New()
	if err != nil {
		b.Fatal(err)
	}
	defer t.Close()
	start := time.Now()
	for n := range int(3 * rate) {
		due := start.Add(time.Duration(float64(n) / rate * float64(time.Second)))
		if err := t.WakeAt(b.Context(), due); err != nil {
			b.Fatal(err)
		}
		all = append(all, float64(time.Since(due)))
	}
	return all
}

func middle(values []float64) float64 {
	slices.Sort(values)
	if len(values) == 0 {
		return 0
	}
	return values[len(values)/2]
}

// pacedRun runs one arm as cmd does, with a view that is drawn as often as a
// terminal's and, where that is wanted, a page each second.
func pacedRun(b *testing.B, arm bench.Arm, rounds int, d time.Duration, pages bool) *bench.Result {
	b.Helper()
	driver := bench.Driver{
		Plan: bench.Plan{
			Arms: []bench.Arm{arm}, Compare: "session", Rounds: rounds, Duration: d,
			Warmup: 300 * time.Millisecond, Seed: 1, Confidence: 0.95,
		},
		Engines: engines(), Live: &bench.Live{},
	}
	watch := live.Start(driver.Live.Progress, live.Output{W: io.Discard, Size: func() (int, int) { return 120, 40 }})
	defer watch.Stop()
	page := report.NewDocument(drawn(b))
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if !pages {
					continue
				}
				if err := (report.HTML{}).Write(io.Discard, page); err != nil {
					b.Error(err)
				}
			}
		}
	}()
	r, err := driver.Run(ctx)
	cancel()
	<-ended
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// drawn is a result to draw.
func drawn(b *testing.B) *bench.Result {
	b.Helper()
	r, err := saved.Load("../../report/testdata/result.json")
	if err != nil {
		b.Fatal(err)
	}
	return r
}
