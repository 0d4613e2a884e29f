package target

import (
	"sync"
	"time"
)

// deadline turns the instants of SetReadDeadline and SetWriteDeadline into a
// channel that a blocked call can select on.
type deadline struct {
	mu     sync.Mutex
	timer  *time.Timer
	passed chan struct{} // closed once the deadline has passed; replaced when it is set anew after that
}

func newDeadline() *deadline {
	return &deadline{passed: make(chan struct{})}
}

// set moves the deadline; the zero time removes it. Calls that are blocked
// already obey the new one.
func (d *deadline) set(when time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil && !d.timer.Stop() {
		<-d.passed // the timer has fired: let it finish, lest it close the next channel
	}
	d.timer = nil
	if isClosed(d.passed) {
		d.passed = make(chan struct{})
	}
	if when.IsZero() {
		return
	}
	passed := d.passed
	if left := time.Until(when); left > 0 {
		d.timer = time.AfterFunc(left, func() { close(passed) })
		return
	}
	close(passed)
}

// wait returns the channel that is closed once the deadline has passed.
func (d *deadline) wait() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.passed
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
