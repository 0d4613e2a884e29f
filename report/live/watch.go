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
	lookEvery  = time.Second // where lines are written, for when attempts end
	// frames of which the view tells the rate: some blocks with their pauses
	rateFrames = 12
)

// Watch shows a run until it is stopped.
type Watch struct {
	run    func() (bench.Progress, bool)
	out    Output
	screen *Screen // nil where lines are written one below the other
	pace   pace
	still  stillness
	stop   chan struct{}
	wg     sync.WaitGroup

	mu    sync.Mutex // for the output
	view  *View      // from when the plan is known
	frame Moment     // the last one that it showed
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
	look, show := lookEvery, lineEvery
	if out.Size != nil {
		w.screen, w.pace.looks, look, show = NewScreen(out.W), rateFrames, frameEvery, frameEvery
	}
	w.wg.Go(func() { w.watch(look, int(show/look)) })
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

// Redraw draws the view for a terminal of another size without delay.
func (w *Watch) Redraw() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.draw()
}

// Suspend takes the view away while stop, which stops the process, lasts.
func (w *Watch) Suspend(stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.screen != nil && w.view != nil {
		w.screen.Clear()
	}
	stop()
	w.draw()
}

// watch looks at the run every so often and shows every so many-th moment.
func (w *Watch) watch(every time.Duration, shown int) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for look := 1; ; look++ {
		select {
		case <-w.stop:
			return
		case now := <-tick.C:
			p, begun := w.run()
			if !begun {
				continue
			}
			still := w.still.look(now, p)
			if look%shown == 0 {
				m := Moment{Progress: p, Now: now, Still: still}
				m.Rate = w.pace.look(m)
				w.show(m)
			}
		}
	}
}

func (w *Watch) show(m Moment) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.view == nil {
		w.view = NewView(m.Plan, w.out.Color)
	}
	if w.screen == nil {
		fmt.Fprintln(w.out.W, w.view.Line(m))
		return
	}
	w.frame = m
	w.draw()
}

// draw shows the last moment again, once there is one.
func (w *Watch) draw() {
	if w.screen == nil || w.view == nil {
		return
	}
	columns, rows := w.out.Size()
	w.screen.Draw(w.view.Frame(w.frame, columns-1, rows-1)) // a row is left to the cursor
}
