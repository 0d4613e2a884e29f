package engine_test

import (
	"crypto/tls"
	"fmt"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/arrival"
	"tlsbench/bench/target/faultrelay"
)

// atRate is an open loop whose attempts fall due at regular times.
func atRate(perSecond float64, maxInFlight int) bench.Load {
	return bench.Load{Rate: perSecond, Arrivals: arrival.Constant, MaxInFlight: maxInFlight}
}

func pass(int64) faultrelay.Fault { return faultrelay.Fault{} }

// A client that is asked for more than it can make, says so: what it does not
// make is dropped or late, and counted, and the run ends.
func TestRateThatNoClientMakes(t *testing.T) {
	const rate, lasts = 200_000, 300 * time.Millisecond
	for _, w := range some() {
		for _, most := range []int{4, 400} {
			// One at a time: each keeps a processor busy with what is dropped.
			t.Run(fmt.Sprintf("%s/%d in flight", w, most), func(t *testing.T) {
				f := trial{way: w, lasts: lasts, rounds: few, load: atRate(rate, most), timeout: patient, plan: planned(pass)}.run(t)
				f.check(t, 0, 0)
				f.checkArrivals(t, int64(rate*lasts.Seconds()))
				if f.result.Ended != bench.Complete {
					t.Errorf("it ended %q", f.result.Ended)
				}
				for i := range f.result.Arms {
					a := &f.result.Arms[i]
					if a.Failed() > 0 || a.Completed() == 0 || a.Arrivals.Dropped == 0 || a.Arrivals.Peak != int64(most) {
						t.Errorf("%s: %d completed, %d failed, %d dropped, up to %d in flight", a.Name, a.Completed(), a.Failed(), a.Arrivals.Dropped, a.Arrivals.Peak)
					}
					f.checkLate(t, i)
				}
			})
		}
	}
}

// A server that takes less than it is asked for, fills the connections in flight,
// and the rest is dropped. What it took agrees with its own count.
func TestRateThatTheServerDoesNotTake(t *testing.T) {
	for _, tt := range []struct {
		name  string
		rate  float64
		most  int
		fault faultrelay.Fault
		burn  string
	}{
		{"waits", 500, 8, faultrelay.Fault{Kind: faultrelay.Stall, For: 40 * time.Millisecond}, ""},
		{"waits, one in flight", 500, 1, faultrelay.Fault{Kind: faultrelay.Stall, For: 5 * time.Millisecond}, ""},
		{"drips", 1000, 8, faultrelay.Fault{Kind: faultrelay.Drip, Piece: 300, For: 10 * time.Millisecond}, ""},
		{"works", 2000, 8, faultrelay.Fault{}, "5ms"},
	} {
		for _, w := range some() {
			t.Run(tt.name+"/"+w.String(), func(t *testing.T) {
				t.Parallel()
				const lasts = 600 * time.Millisecond
				f := trial{way: w, lasts: lasts, load: atRate(tt.rate, tt.most), burn: tt.burn, timeout: patient, plan: planned(faultrelay.Always(tt.fault))}.run(t)
				f.check(t, 0, 0)
				f.checkArrivals(t, int64(tt.rate*lasts.Seconds()))
				if f.result.Ended != bench.Complete {
					t.Errorf("it ended %q", f.result.Ended)
				}
				for i := range f.result.Arms {
					a := &f.result.Arms[i]
					if a.Failed() > 0 || a.Arrivals.Dropped == 0 || a.Arrivals.Peak != int64(tt.most) {
						t.Errorf("%s: %d failed, %d dropped, up to %d in flight", a.Name, a.Failed(), a.Arrivals.Dropped, a.Arrivals.Peak)
					}
					// Waiting for the server is the server's, not the client's.
					if service := a.Medians[bench.Service]; tt.fault.For > 0 && service < tt.fault.For*9/10 {
						t.Errorf("%s: the service took %v, the relay waited %v", a.Name, service, tt.fault.For)
					}
				}
			})
		}
	}
}

// some are two of the ways that have each engine and each version once, where
// what is tried is the loop and not the engine.
func some() []way {
	all := ways()
	return []way{all[1], all[2]}
}

// loads are the open loops in which faults are tried: 36 attempts of each arm.
func loads() map[string]trial {
	return map[string]trial{
		"rate":        {load: atRate(300, 64), count: 36, rounds: few},
		"mixed rate":  {load: atRate(300, 64), count: 36, rounds: few, mix: 0.5},
		"storm":       {load: bench.Load{Storm: 36 / few}, rounds: few},
		"mixed storm": {load: bench.Load{Storm: 72 / few}, rounds: few, mix: 0.5},
	}
}

// Faults beside successes are counted in an open loop and in a storm as in a
// closed loop: each in one class, as often as the relay made it so.
func TestOpenLoopsAmongFaults(t *testing.T) {
	for _, tt := range []struct {
		fault faultrelay.Fault
		class bench.ErrorClass // "" for none
		plan  func(int64) faultrelay.Fault
	}{
		{fault: faultrelay.Fault{Kind: faultrelay.Reset, At: faultrelay.InFlight}, class: bench.ClassReset},
		{fault: faultrelay.Fault{Kind: faultrelay.Reset, At: faultrelay.AtAccept}, class: bench.ClassReset},
		{fault: faultrelay.Fault{Kind: faultrelay.Garbage}, class: bench.ClassNotTLS},
		{fault: faultrelay.Fault{Kind: faultrelay.Stall, At: faultrelay.InFlight, For: 30 * time.Millisecond}},
	} {
		for name, tr := range loads() {
			for _, w := range some() {
				t.Run(fmt.Sprintf("%s at %q/%s/%s", tt.fault.Kind, tt.fault.At, name, w), func(t *testing.T) {
					t.Parallel()
					tr := tr
					tr.way, tr.timeout, tr.plan = w, patient, planned(faultrelay.Every(3, tt.fault))
					f := tr.run(t)
					f.check(t, 0, 0)
					f.checkArrivals(t, 0)
					f.completeOpen(t, tr.mix > 0, 36)
					struck := f.relay.Struck[tt.fault.Kind]
					failed := sum(f.seen.measured) + sum(f.seen.primed) - f.seen.measured[place{}] - f.seen.primed[place{}]
					if tt.class == "" {
						if struck != f.relay.Accepted/3 || failed != 0 {
							t.Errorf("the relay stalled %d of %d, and %d failed", struck, f.relay.Accepted, failed)
						}
						return
					}
					if got := f.seen.of(tt.class); struck != f.relay.Accepted/3 || got != struck || failed != struck {
						t.Errorf("%d are %s, %d failed: %v and %v; the relay struck %d of %d", got, tt.class, failed, f.seen.measured, f.seen.primed, struck, f.relay.Accepted)
					}
				})
			}
		}
	}
}

// A target that stalls for a while, all at once, is slow meanwhile and loses
// nothing: open loops go on asking.
func TestStallInMidStream(t *testing.T) {
	for name, tr := range loads() {
		for _, w := range some() {
			t.Run(name+"/"+w.String(), func(t *testing.T) {
				t.Parallel()
				const first, last = 25, 40
				tr := tr
				tr.way, tr.timeout = w, patient
				tr.plan = planned(func(n int64) faultrelay.Fault {
					if n >= first && n <= last {
						return faultrelay.Fault{Kind: faultrelay.Stall, At: faultrelay.InFlight, For: 100 * time.Millisecond}
					}
					return faultrelay.Fault{}
				})
				f := tr.run(t)
				f.check(t, 0, 0)
				f.checkArrivals(t, 0)
				f.completeOpen(t, tr.mix > 0, 36)
				if n := f.relay.Struck[faultrelay.Stall]; n != last-first+1 || sum(f.seen.measured) != f.seen.measured[place{}] {
					t.Errorf("%d stalled; %v", n, f.seen.measured)
				}
			})
		}
	}
}

// A server that accepts and never answers: all time out, and the run is given up
// before much of what was asked for was begun.
func TestSilentServerInOpenLoop(t *testing.T) {
	for name, load := range map[string]bench.Load{"rate": atRate(400, 20), "storm": {Storm: 30}} {
		for _, w := range some() {
			t.Run(name+"/"+w.String(), func(t *testing.T) {
				t.Parallel()
				tr := trial{
					way: w, load: load, timeout: 500 * time.Millisecond,
					plan: planned(faultrelay.Always(faultrelay.Fault{Kind: faultrelay.Silence, At: faultrelay.AtAccept})),
				}
				if load.Storm == 0 {
					tr.lasts = time.Hour
				}
				f := tr.run(t)
				f.check(t, 0, 0)
				f.checkArrivals(t, 0)
				r := f.result
				if r.Ended != bench.GaveUp || !r.Partial || r.LastFailure == nil || r.LastFailure.Class != bench.ClassHandshakeTimeout {
					t.Errorf("it ended %q, %v", r.Ended, r.LastFailure)
				}
				// Two timeouts after another, and whoever is in the third then.
				most := int64(3 * load.AtOnce())
				if n := f.relay.Accepted; n == 0 || n > most || n != f.relay.Struck[faultrelay.Silence] || n != f.seen.of(bench.ClassHandshakeTimeout) {
					t.Errorf("the relay was silent to %d of %d connections; %v and %v", f.relay.Struck[faultrelay.Silence], n, f.seen.measured, f.seen.primed)
				}
			})
		}
	}
}

// A server that dies in mid-stream and comes back costs an open loop what fell
// due meanwhile, and not the run.
func TestServerThatComesBackInOpenLoop(t *testing.T) {
	for _, mix := range []float64{0, 0.7} {
		for _, w := range some() {
			t.Run(fmt.Sprintf("mix %v/%s", mix, w), func(t *testing.T) {
				t.Parallel()
				const count, most, away = 60, 16, 5
				f := trial{
					way: w, count: count, load: atRate(300, most), mix: mix, timeout: patient,
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
				f.checkArrivals(t, 0)
				if f.result.Ended != bench.Complete || f.result.Completed() == 0 {
					t.Errorf("it ended %q, last failure %v", f.result.Ended, f.result.LastFailure)
				}
				f.checkAway(t, away, most)
			})
		}
	}
}

// Open loops among faults, at rates that are too high, leave nothing behind, and
// what they keep does not grow with the attempts.
func TestOpenLoopsLeaveNothingBehind(t *testing.T) {
	for name, tr := range map[string]trial{
		"rate":  {load: atRate(20_000, 50), mix: 0.5, lasts: 120 * time.Millisecond},
		"storm": {load: bench.Load{Storm: 50}, mix: 0.5},
	} {
		for _, w := range ways() {
			if w.version != tls.VersionTLS13 {
				continue
			}
			t.Run(name+"/"+w.String(), func(t *testing.T) {
				tr.way, tr.timeout = w, patient
				tr.plan = planned(faultrelay.Every(3, faultrelay.Fault{Kind: faultrelay.Reset, At: faultrelay.InFlight}))
				tr.run(t) // what is made once
				goroutines, heap := settled(0)
				for range 3 {
					f := tr.run(t)
					f.check(t, 0, 0)
					f.checkArrivals(t, 0)
				}
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
}
