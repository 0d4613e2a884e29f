package target

import (
	"context"
	"fmt"
	"sync"
	"time"

	"tlsbench/bench/timer"
)

// delayLine lets things happen a fixed time after they were handed in. As the
// delay is the same for all, due times rise and one queue with one precise
// timer serves every connection of a listener, both ways: everything in flight
// is pipelined, and nothing ever sleeps per Read or Write.
type delayLine struct {
	delay time.Duration
	timer *timer.Timer
	stop  sync.Once
	done  chan struct{} // closed once nothing will be released any more
	ended chan struct{} // closed once run has returned

	mu      sync.Mutex
	queue   []delayed
	pending chan struct{} // capacity 1: the queue is not empty any more
}

// delayed is one release that waits for its time.
type delayed struct {
	due     time.Time
	release func() // must not block: it runs in the line's only goroutine
}

func newDelayLine(delay time.Duration) (*delayLine, error) {
	t, err := timer.New()
	if err != nil {
		return nil, fmt.Errorf("opening a timer for the delay line: %w", err)
	}
	l := &delayLine{
		delay:   delay,
		timer:   t,
		done:    make(chan struct{}),
		ended:   make(chan struct{}),
		pending: make(chan struct{}, 1),
	}
	go l.run()
	return l, nil
}

// after has release called once the delay has passed, never earlier, in the
// order of the calls; not at all if the line ends before.
func (l *delayLine) after(release func()) {
	l.mu.Lock()
	l.queue = append(l.queue, delayed{due: time.Now().Add(l.delay), release: release})
	l.mu.Unlock()
	notify(l.pending)
}

// close drops what is in flight and returns once nothing is released any more.
func (l *delayLine) close() error {
	l.end()
	err := l.timer.Close() // which wakes run
	<-l.ended
	return err
}

func (l *delayLine) end() {
	l.stop.Do(func() { close(l.done) })
}

func (l *delayLine) run() {
	defer close(l.ended)
	defer l.end() // a timer that fails ends the connections too
	for {
		due, ok := l.next()
		if !ok || l.timer.SleepUntil(context.Background(), due) != nil {
			return
		}
		now := time.Now()
		for release := l.pop(now); release != nil; release = l.pop(now) {
			release()
		}
	}
}

// next waits until something is in flight and returns when it is due.
func (l *delayLine) next() (due time.Time, ok bool) {
	for {
		l.mu.Lock()
		if len(l.queue) > 0 {
			due := l.queue[0].due
			l.mu.Unlock()
			return due, true
		}
		l.mu.Unlock()
		select {
		case <-l.pending:
		case <-l.done:
			return time.Time{}, false
		}
	}
}

// pop takes the oldest release out if it is due, else it returns nil.
func (l *delayLine) pop(now time.Time) func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 || l.queue[0].due.After(now) {
		return nil
	}
	release := l.queue[0].release
	l.queue[0] = delayed{} // let the data go while the queue's array stays
	l.queue = l.queue[1:]
	return release
}

// notify leaves a token in a channel of capacity 1.
func notify(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
