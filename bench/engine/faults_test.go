package engine_test

import (
	"crypto/tls"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/target/faultrelay"
)

// Every third connection fails at one point or another. Each is in one class, as
// often as the relay made it so, and the others are not touched.
func TestEveryThirdConnectionFails(t *testing.T) {
	for _, tt := range []struct {
		fault   faultrelay.Fault
		class   bench.ErrorClass
		phases  []bench.Phase
		served  bool // the server's handshake was completed
		request bool // of clients that make one
	}{
		{fault: faultrelay.Fault{Kind: faultrelay.Reset, At: faultrelay.AtAccept}, class: bench.ClassReset, phases: []bench.Phase{bench.Connect, bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.Reset}, class: bench.ClassReset, phases: []bench.Phase{bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.Reset, At: faultrelay.InFlight}, class: bench.ClassReset, phases: []bench.Phase{bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.Reset, At: faultrelay.AtRequest}, class: bench.ClassReset, phases: []bench.Phase{bench.Request, bench.TTFB}, served: true, request: true},
		{fault: faultrelay.Fault{Kind: faultrelay.HalfClose}, class: bench.ClassReset, phases: []bench.Phase{bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.HalfClose, At: faultrelay.InFlight}, class: bench.ClassReset, phases: []bench.Phase{bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.HalfClose, At: faultrelay.AtRequest}, class: bench.ClassReset, phases: []bench.Phase{bench.TTFB}, served: true, request: true},
		{fault: faultrelay.Fault{Kind: faultrelay.Garbage, At: faultrelay.AtAccept}, class: bench.ClassNotTLS, phases: []bench.Phase{bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.Garbage}, class: bench.ClassNotTLS, phases: []bench.Phase{bench.TLSPhase}},
	} {
		for _, w := range ways() {
			if tt.request && !w.requests() {
				continue
			}
			t.Run(fmt.Sprintf("%s at %q/%s", tt.fault.Kind, tt.fault.At, w), func(t *testing.T) {
				t.Parallel()
				const count = 18
				f := trial{way: w, plan: planned(faultrelay.Every(3, tt.fault)), count: count, rounds: few, workers: 2, timeout: patient}.run(t)
				struck := f.relay.Struck[tt.fault.Kind]
				var served int64
				if tt.served {
					served = struck
				}
				f.check(t, 0, served)
				f.complete(t, count)
				if got := f.seen.of(tt.class); struck != f.relay.Accepted/3 || got != struck {
					t.Errorf("%d are %s: %v and %v; the relay struck %d of %d", got, tt.class, f.seen.measured, f.seen.primed, struck, f.relay.Accepted)
				}
				for at := range f.seen.measured {
					if at != (place{}) && (at.class != tt.class || !slices.Contains(tt.phases, at.phase)) {
						t.Errorf("some are %s in phase %s", at.class, at.phase)
					}
				}
			})
		}
	}
}

// A server that stalls for less than the timeout, or drips, is slow and nothing
// else; the time that it took is seen.
func TestSlowServerIsNoFailure(t *testing.T) {
	const pause = 30 * time.Millisecond
	for _, fault := range []faultrelay.Fault{
		{Kind: faultrelay.Stall, At: faultrelay.AtAccept, For: pause},
		{Kind: faultrelay.Stall, For: pause},
		{Kind: faultrelay.Stall, At: faultrelay.InFlight, For: pause},
		{Kind: faultrelay.Drip, For: pause / 10, Piece: 100}, // and more than ten of them
	} {
		for _, w := range ways() {
			t.Run(fmt.Sprintf("%s at %q/%s", fault.Kind, fault.At, w), func(t *testing.T) {
				t.Parallel()
				const count = 12
				f := trial{way: w, plan: planned(faultrelay.Every(3, fault)), count: count, rounds: few, workers: 2, timeout: patient}.run(t)
				f.check(t, 0, 0)
				f.complete(t, count)
				if n := f.relay.Struck[fault.Kind]; n != f.relay.Accepted/3 || sum(f.seen.measured) != f.seen.measured[place{}] {
					t.Errorf("the relay struck %d of %d; %v", n, f.relay.Accepted, f.seen.measured)
				}
				full := f.result.Arms[0]
				if slowest, ok := full.Phases[bench.TLSPhase].Stat("max"); !ok || slowest < pause*9/10 {
					t.Errorf("the slowest handshake took %v, the relay waited %v", slowest, pause)
				}
			})
		}
	}
}

// A connection that is accepted and never answered, at whatever point, costs its
// timeout and is counted as what it is.
func TestSilentConnectionsTimeOut(t *testing.T) {
	for _, tt := range []struct {
		at      faultrelay.Point
		class   bench.ErrorClass
		phases  []bench.Phase
		request bool
	}{
		{at: faultrelay.AtAccept, class: bench.ClassHandshakeTimeout, phases: []bench.Phase{bench.TLSPhase}},
		{at: faultrelay.InFlight, class: bench.ClassHandshakeTimeout, phases: []bench.Phase{bench.TLSPhase}},
		{at: faultrelay.AtRequest, class: bench.ClassHTTPTimeout, phases: []bench.Phase{bench.Request, bench.TTFB}, request: true},
	} {
		for _, w := range ways() {
			if tt.request && !w.requests() {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s", tt.at, w), func(t *testing.T) {
				t.Parallel()
				const count = 24
				fault := faultrelay.Fault{Kind: faultrelay.Silence, At: tt.at}
				f := trial{way: w, plan: planned(faultrelay.Every(40, fault)), count: count, rounds: few, workers: 2, timeout: costly}.run(t)
				struck := f.relay.Struck[faultrelay.Silence]
				var served int64
				if tt.request {
					served = struck
				}
				f.check(t, 0, served)
				f.complete(t, count)
				if got := f.seen.of(tt.class); struck == 0 || got != struck {
					t.Errorf("%d are %s: %v and %v; the relay was silent to %d", got, tt.class, f.seen.measured, f.seen.primed, struck)
				}
				for at := range f.seen.measured {
					if at != (place{}) && !slices.Contains(tt.phases, at.phase) {
						t.Errorf("some are %s in phase %s", at.class, at.phase)
					}
				}
			})
		}
	}
}

// A timed run ends on time although some connections are never answered: none is
// begun after its block's time, those in flight are waited for, and all count.
func TestTimedRunEndsOnTime(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			const lasts = bench.MinRounds * bench.MinBlock
			f := trial{way: w, lasts: lasts, workers: 2, timeout: costly, plan: planned(func(n int64) faultrelay.Fault {
				if n == 10 || n == 20 {
					return faultrelay.Fault{Kind: faultrelay.Silence}
				}
				return faultrelay.Fault{}
			})}.run(t)
			f.check(t, 0, 0)
			r := f.result
			if r.Ended != bench.Complete || len(r.Rounds) != bench.MinRounds || r.Completed() == 0 {
				t.Errorf("it ended %q after %d rounds, with %d completed", r.Ended, len(r.Rounds), r.Completed())
			}
			if n, struck := f.seen.of(bench.ClassHandshakeTimeout), f.relay.Struck[faultrelay.Silence]; struck != 2 || n != struck {
				t.Errorf("%d timeouts, the relay was silent to %d of %d", n, struck, f.relay.Accepted)
			}
			for i, arm := range r.Plan.Arms {
				for j, round := range r.Rounds {
					// A busy machine may take a while from the look at the clock
					// to the attempt, but not half of a timeout.
					b, _ := round.Block(arm.Name)
					if last := f.seen.latest[stretch{i, j + 1}] - b.Start; last > bench.MinBlock+costly/2 {
						t.Errorf("round %d, %s: an attempt began after %v", j+1, arm.Name, last)
					}
				}
			}
		})
	}
}

// A server that never answers anybody is given up after a few timeouts, however
// much was asked for.
func TestSilentServerIsGivenUp(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			const workers = 3
			fault := faultrelay.Fault{Kind: faultrelay.Silence, At: faultrelay.AtAccept}
			f := trial{way: w, plan: planned(faultrelay.Always(fault)), count: 100_000, workers: workers, timeout: 500 * time.Millisecond}.run(t)
			f.check(t, 0, 0)
			r := f.result
			if r.Ended != bench.GaveUp || r.LastFailure == nil || r.LastFailure.Class != bench.ClassHandshakeTimeout {
				t.Errorf("it ended %q, %v", r.Ended, r.LastFailure)
			}
			// Two timeouts in a row are enough, and whoever is in its third then.
			if n := f.relay.Accepted; n > 3*workers || n != f.relay.Struck[faultrelay.Silence] || n != f.seen.of(bench.ClassHandshakeTimeout) {
				t.Errorf("the relay was silent to %d of %d connections; %v", f.relay.Struck[faultrelay.Silence], n, f.seen.measured)
			}
		})
	}
}

// A server that dies and comes back costs what failed meanwhile, and not the run.
func TestServerThatComesBack(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			const count, workers, away = 60, 2, 5
			f := trial{
				way: w, count: count, workers: workers, timeout: patient,
				plan: func(r *faultrelay.Relay, n int64) faultrelay.Fault {
					if n == 30 {
						r.Refuse()
					}
					return faultrelay.Fault{}
				},
				failed: func(r *faultrelay.Relay, failure bench.Failure, n int64) {
					if failure.Class == bench.ClassConnectRefused && n == away {
						if err := r.Listen(); err != nil {
							t.Error(err)
						}
					}
				},
			}.run(t)
			f.complete(t, count)
			f.checkAway(t, away, workers)
		})
	}
}

// A run among faults of all sorts leaves nothing behind, and what it keeps does
// not grow with the failures.
func TestFaultsLeaveNothingBehind(t *testing.T) {
	sorts := []faultrelay.Fault{
		{Kind: faultrelay.Reset, At: faultrelay.AtAccept}, {},
		{Kind: faultrelay.Reset}, {},
		{Kind: faultrelay.HalfClose, At: faultrelay.InFlight}, {},
		{Kind: faultrelay.Garbage}, {},
		{Kind: faultrelay.Reset, At: faultrelay.AtRequest}, {},
		{Kind: faultrelay.Stall, At: faultrelay.InFlight, For: time.Millisecond}, {},
	}
	run := func(t *testing.T, w way, count int64) {
		f := trial{way: w, count: count, workers: 4, timeout: patient, plan: planned(func(n int64) faultrelay.Fault {
			return sorts[n%int64(len(sorts))]
		})}.run(t)
		f.complete(t, count)
	}
	for _, w := range ways() {
		if w.version != tls.VersionTLS13 {
			continue
		}
		t.Run(w.String(), func(t *testing.T) {
			run(t, w, 24) // what is made once
			goroutines, heap := settled(0)
			run(t, w, 144)
			after, grown := settled(goroutines)
			if after > goroutines {
				t.Errorf("%d goroutines, before it were %d:\n%s", after, goroutines, stacks())
			}
			if most := heap + 1<<20; grown > most {
				t.Errorf("%d kB of heap, before it were %d", grown>>10, heap>>10)
			}
		})
	}
}

// settled waits for goroutines that are about to end, until there are no more
// than so many, or for a while.
func settled(most int) (goroutines int, heap uint64) {
	for range 500 {
		if goroutines = runtime.NumGoroutine(); goroutines <= most {
			break
		}
		if most == 0 {
			time.Sleep(100 * time.Millisecond)
			goroutines = runtime.NumGoroutine()
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return goroutines, m.HeapAlloc
}

func stacks() string {
	text := make([]byte, 1<<16)
	return string(text[:runtime.Stack(text, true)])
}
