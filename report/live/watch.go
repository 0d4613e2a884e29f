package live

import (
	"fmt"
	"io"
	"sync"
	"time"

	"tlsbench/bench"
)

const (
	// frameEvery is often enough to be watched and seldom enough not to be
	// measured.
	frameEvery = 250 * time.Millisecond
	lineEvery  = 5 * time.Second
	// frames of which the view tells the rate: some blocks with their pauses
	rateFrames = 12
)

// Watch shows a run until it is stopped.
type Watch struct {
	run    func() (bench.Progress, bool)
	out    Output
	screen *Screen // nil where lines are written one below the other
	view   *View   // from when the plan is known
	pace   pace
	stop   chan struct{}
	mu     sync.Mutex // for the output
	wg     sync.WaitGroup
}

// Output is where a run is shown.
type Output struct {
	W io.Writer
	// Size is a terminal's, asked for each frame. Where it is nil, W is given
	// lines for a log.
	Size func() (columns, rows int)
	// Color allows the view to be coloured.
	Color bool
}

// Start begins to show a run, of which bench.Live.Progress tells.
func Start(run func() (bench.Progress, bool), out Output) *Watch {
	w := &Watch{run: run, out: out, stop: make(chan struct{}), pace: pace{looks: 1}}
	every := lineEvery
	if out.Size != nil {
		w.screen, w.pace.looks, every = NewScreen(out.W), rateFrames, frameEvery
	}
	w.wg.Go(func() { w.watch(every) })
	return w
}

// Print writes a line that stays.
func (w *Watch) Print(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.screen != nil {
		w.screen.Print(line)
		return
	}
	fmt.Fprintln(w.out.W, line)
}

// Stop takes the view away.
func (w *Watch) Stop() {
	close(w.stop)
	w.wg.Wait()
	if w.screen != nil && w.view != nil {
		w.screen.Clear()
	}
}

func (w *Watch) watch(every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-w.stop:
			return
		case now := <-tick.C:
			if p, begun := w.run(); begun {
				w.show(Moment{Progress: p, Now: now, Rate: w.pace.look(now, p)})
			}
		}
	}
}

func (w *Watch) show(m Moment) {
	if w.view == nil {
		w.view = NewView(m.Plan, w.out.Color)
	}
	if w.screen == nil {
		w.Print(w.view.Line(m))
		return
	}
	columns, rows := w.out.Size()
	frame := w.view.Frame(m, columns-1, rows-1) // a line is left to what stood there before
	w.mu.Lock()
	defer w.mu.Unlock()
	w.screen.Draw(frame)
}
