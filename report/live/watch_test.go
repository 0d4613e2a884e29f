package live

import (
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench"
)

// later is a run that begins after a second and then makes a hundred
// attempts a second.
func later(arms int) func() (bench.Progress, bool) {
	began := time.Now()
	return func() (bench.Progress, bool) {
		p := midway(arms).Progress
		p.Began, p.RoundBegan, p.BlockBegan = began, began, began
		p.Round, p.Block = 1, 0
		p.Attempts = int64(time.Since(began) / (10 * ms))
		return p, time.Since(began) >= time.Second
	}
}

type recording struct {
	mu   sync.Mutex
	text strings.Builder
}

func (r *recording) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

// taken is what was written since the last call.
func (r *recording) taken() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.text.Reset()
	return r.text.String()
}

func TestWatchOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := terminal(80, 24)
		var size atomic.Pointer[[2]int]
		size.Store(&[2]int{80, 24})
		w := Start(later(4), Output{W: returning{v}, Size: func() (int, int) { return size.Load()[0], size.Load()[1] }})
		time.Sleep(999 * ms)
		if got := shown(v); len(got) > 0 {
			t.Errorf("before the run: %q", got)
		}
		w.Print("4 arms")
		time.Sleep(2 * time.Second)
		check := func(columns, rows int, head string, lines int) {
			t.Helper()
			got := slices.DeleteFunc(shown(v), func(row string) bool { return row == "" })
			first := "4 arms\nround 1 of 10"
			if rows < 10 { // it has scrolled by
				first = "round 1 of 10"
			}
			if text := strings.Join(got, "\n"); len(got) != lines || !strings.HasPrefix(text, first) || !strings.Contains(text, head) {
				t.Errorf("%d columns, %d rows: %d lines, want %d:\n%s", columns, rows, len(got), lines, strings.Join(got, "\n"))
			}
		}
		check(80, 24, "tls p50  tls p99  handshakes/s", 8)
		if got := shown(v); len(got) != 24 || got[17] != "275 attempts · 100/s · no errors · no fallbacks" {
			t.Errorf("after 2.75 s:\n%s", strings.Join(got, "\n"))
		}
		for _, tt := range []struct {
			columns, rows int
			head          string
			lines         int
		}{{40, 10, "     p50  err  fell", 8}, {160, 40, "handshakes/s", 8}, {80, 24, "handshakes/s", 8}, {80, 5, "1 of 4 arms", 4}, {40, 2, "", 1}} {
			v.Resize(tt.columns, tt.rows)
			size.Store(&[2]int{tt.columns, tt.rows})
			time.Sleep(frameEvery)
			synctest.Wait()
			check(tt.columns, tt.rows, tt.head, tt.lines)
		}
		w.Stop()
		if got := shown(v); len(got) > 0 {
			t.Errorf("after it: %q", got)
		}
	})
}

func TestWatchForALog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log recording
		w := Start(later(2), Output{W: &log, Color: true})
		w.Print("2 arms")
		time.Sleep(lineEvery - ms)
		if got := log.taken(); got != "2 arms\n" {
			t.Errorf("at first: %q", got)
		}
		for _, want := range []string{
			"round 1 of 10 (resumed), 5\u00a0%, 100 attempts/s, no errors, no fallbacks, about 6s left\n",
			"round 1 of 10 (resumed), 5\u00a0%, 100 attempts/s, no errors, no fallbacks, about 1s left\n",
		} {
			time.Sleep(lineEvery)
			if got := log.taken(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		w.Stop()
		if got := log.taken(); got != "" {
			t.Errorf("at the end: %q", got)
		}
	})
}

// stalling is a run that makes an attempt a second, and none after the third.
func stalling(arms int) func() (bench.Progress, bool) {
	began := time.Now()
	return func() (bench.Progress, bool) {
		p := midway(arms).Progress
		p.Began, p.RoundBegan, p.BlockBegan = began, began, began
		p.Round, p.Block = 1, 0
		p.Attempts = min(3, int64(time.Since(began)/time.Second))
		return p, true
	}
}

func TestWatchTellsThatNothingEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log recording
		w := Start(stalling(2), Output{W: &log})
		time.Sleep(6 * time.Second)
		for _, want := range []string{
			"0.6 attempts/s, no errors, no fallbacks, about 6s left\n",
			"0 attempts/s, no errors, no fallbacks, about 1s left\n",
			"no attempt ended for 12s, no errors, no fallbacks, about 20s left\n",
			"no attempt ended for 17s, no errors, no fallbacks, about 25s left\n",
		} {
			if got := log.taken(); !strings.HasSuffix(got, "%, "+want) {
				t.Errorf("got %q, want %q", got, want)
			}
			time.Sleep(lineEvery)
		}
		w.Stop()
	})
}

func TestWatchMakesRoomForAShell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := terminal(80, 24)
		columns := 80
		w := Start(later(2), Output{W: returning{v}, Size: func() (int, int) { return columns, 24 }})
		w.Redraw()
		w.Suspend(func() {})
		if got := shown(v); len(got) > 0 {
			t.Errorf("before the run: %q", got)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait() // for the frame of this very moment
		w.Print("2 arms")
		w.Suspend(func() {
			if got := shown(v); len(got) != 1 {
				t.Errorf("while it is stopped:\n%s", strings.Join(got, "\n"))
			}
			io.WriteString(v, "$ fg\r\n")
		})
		columns = 40
		w.Redraw() // no time passes
		got := strings.Join(shown(v), "\n")
		if !strings.HasPrefix(got, "2 arms\n$ fg\n") || strings.Count(got, "round 1 of 10") != 1 || !strings.Contains(got, "p99  err  fell") {
			t.Errorf("afterwards:\n%s", got)
		}
		w.Stop()
	})
}

// A run that is over before it was looked at leaves the terminal as it was.
func TestWatchStopsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out recording
		Start(later(2), Output{W: &out, Size: func() (int, int) { return 80, 24 }}).Stop()
		if got := out.taken(); got != "" {
			t.Errorf("it wrote %q", got)
		}
	})
}
