package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"tlsbench/bench"
)

// clearLine moves to the start of the line and erases it (ECMA-48, EL).
const clearLine = "\r\x1b[K"

// progress tells on stderr how far a run is: one line about the plan, and a
// bar while it runs where stderr is a terminal.
type progress struct {
	w    io.Writer
	live *bench.Live
	bar  *progressbar.ProgressBar
	done chan struct{} // closed by stop; nil where there is no bar
	wg   sync.WaitGroup
}

func newProgress(w io.Writer, live *bench.Live) *progress {
	return &progress{w: w, live: live}
}

// start is told the plan once the warm-up is over.
func (p *progress) start(plan bench.Plan) {
	fmt.Fprintln(p.w, announce(plan))
	if !isTerminal(p.w) || os.Getenv("TERM") == "dumb" {
		return
	}
	p.bar = progressbar.NewOptions64(1000,
		progressbar.OptionSetWriter(p.w),
		progressbar.OptionFullWidth(),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetPredictTime(true),
	)
	p.done = make(chan struct{})
	p.wg.Go(func() { p.draw(plan) })
}

// stop takes the bar away.
func (p *progress) stop() {
	if p.done == nil {
		return
	}
	close(p.done)
	p.wg.Wait()
	// The bar's own ways to end may leave it standing in front of the report.
	fmt.Fprint(p.w, clearLine)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// draw refreshes the bar a few times a second: often enough to be watched,
// seldom enough not to be measured.
func (p *progress) draw(plan bench.Plan) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	began := time.Now()
	before, _ := p.live.Attempts()
	last, lastAt := before, began
	for {
		select {
		case <-p.done:
			return
		case now := <-tick.C:
			attempts, failed := p.live.Attempts()
			rate := float64(attempts-last) / now.Sub(lastAt).Seconds()
			last, lastAt = attempts, now
			at := p.live.Position()
			text := fmt.Sprintf("round %d/%d %s %.0f/s", at.Round, at.Rounds, at.Arm, rate)
			if failed > 0 {
				text += fmt.Sprintf(" %d failed", failed)
			}
			p.bar.Describe(text)
			// A bar that cannot be drawn must not end a run.
			_ = p.bar.Set64(int64(1000 * share(plan, attempts-before, now.Sub(began))))
		}
	}
}

// share is how much of the plan is done.
func share(plan bench.Plan, attempts int64, elapsed time.Duration) float64 {
	if plan.Count > 0 {
		return min(0.999, float64(attempts)/float64(plan.Count*int64(len(plan.Arms))))
	}
	return min(0.999, elapsed.Seconds()/(plan.Expected()-time.Duration(len(plan.Arms))*plan.Warmup).Seconds())
}

// announce says what will be run and, where that is known, for how long.
func announce(plan bench.Plan) string {
	arms := "1 arm"
	if n := len(plan.Arms); n > 1 {
		arms = fmt.Sprintf("%d arms", n)
	}
	if plan.Count > 0 {
		return fmt.Sprintf("%s, %d attempts each, in %d rounds", arms, plan.Count, plan.Rounds)
	}
	return fmt.Sprintf("%s, %v each, in %d rounds: about %v", arms, plan.Duration, plan.Rounds, plan.Expected().Round(time.Second))
}
