package doctor

import (
	"context"
	"os"
	"runtime"
	"slices"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/cpu"
	"tlsbench/bench/limits"
	"tlsbench/bench/selfwatch"
	"tlsbench/bench/stats"
	"tlsbench/bench/timer"
	"tlsbench/bench/yardstick"
)

const (
	// waits are made of the timer, as long as one.
	waits = 1000 // of which ten are above the 99th percentile
	wait  = time.Millisecond
	// paces are readings of the yardstick, a few milliseconds each.
	paces = 40
	// series of readings of the clock, of which one at least is likely to go
	// undisturbed: it lasts some microseconds.
	series   = 200
	readings = 100
)

// Look gathers what is there to be read of this machine, in some milliseconds;
// say is told what it does. It leaves out what cannot be known.
func Look(ctx context.Context, say func(string)) Facts {
	f := Facts{Tool: bench.ThisTool(), Env: bench.ThisEnv(), Limits: limits.Read()}
	f.Machine = Machine{
		Processors: processors(), Affinity: selfwatch.Affinity(),
		Governors: governors(), SMT: smt(), Load: load(),
	}
	say("reading clocks")
	f.Clocks = clocks(ctx)
	return f
}

// Measure adds what takes a second or two to see. Its error is that of ctx.
func (f *Facts) Measure(ctx context.Context, say func(string)) error {
	say("waiting, to see how late timers are")
	before := selfwatch.Machine()
	f.Timer = lateness(ctx)
	after := selfwatch.Machine()
	f.Machine.Busy, f.Machine.Steal = after.Busy(before), after.Steal(before)
	say("making handshakes with itself, to see how even the machine is")
	f.Pace = pace(ctx)
	return ctx.Err()
}

func clocks(ctx context.Context) Clocks {
	c := Clocks{Source: clockSource()}
	c.Cost, c.Resolution = reading(time.Now)
	why := func(clock cpu.Clock, err error) string {
		if err == nil {
			_, err = clock.Read(ctx)
		}
		if err != nil {
			return err.Error()
		}
		return ""
	}
	c.Self = why(cpu.Self())
	c.Other = why(cpu.Process(os.Getppid()))
	return c
}

// reading is what a reading of a clock takes, and its smallest step. The least
// of many short series is that of the clock: the others were interrupted, too.
func reading(now func() time.Time) (cost, step time.Duration) {
	first := now()
	last := first
	for range series {
		begun := now()
		last = begun
		for range readings {
			next := now()
			if d := next.Sub(last); d > 0 && (step == 0 || d < step) {
				step = d
			}
			last = next
		}
		if d := last.Sub(begun) / readings; d > 0 && (cost == 0 || d < cost) {
			cost = d
		}
	}
	// A coarse clock stands still for most series, and leaps in others.
	return min(cost, last.Sub(first)/(series*readings)), step
}

// lateness is nil where there is no timer.
func lateness(ctx context.Context) *Lateness {
	t, err := timer.New()
	if err != nil {
		return nil
	}
	defer t.Close()
	runtime.GC() // lest one comes in between
	var late []time.Duration
	for range waits {
		due := time.Now().Add(wait)
		if t.SleepUntil(ctx, due) != nil {
			return nil
		}
		late = append(late, time.Since(due))
	}
	slices.Sort(late)
	return &Lateness{Waits: waits, P50: late[waits/2], P99: late[waits*99/100-1]}
}

// pace is nil where the machine cannot make handshakes with itself.
func pace(ctx context.Context) *Pace {
	y, err := yardstick.New()
	if err != nil {
		return nil
	}
	defer y.Close()
	var times []float64
	for range paces {
		p, err := y.Read(ctx)
		if err != nil {
			return nil
		}
		times = append(times, float64(p.Handshake))
	}
	s, err := stats.Summarize(times)
	if err != nil || s.Median <= 0 {
		return nil
	}
	// A standard deviation, where the readings are normal.
	return &Pace{Readings: paces, Median: time.Duration(s.Median), Spread: 1.4826 * s.MAD / s.Median}
}
