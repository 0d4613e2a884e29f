package target

import "sync"

// maxHeld bounds the bytes that one direction of one connection holds, in
// flight and arrived; a sender then waits, as TCP makes it wait for a window.
// It is the most that can be under way in one rtt/2.
const maxHeld = 1 << 20

// lane is one direction of one delayed connection: bytes and, behind them, the
// end of the stream go in on one side and come out a delay later on the other.
// One goroutine at a time may send, one receive.
type lane struct {
	line    *delayLine
	arrived chan struct{} // capacity 1: there is something to receive
	room    chan struct{} // capacity 1: there is room to send again

	// direct, where set, takes bytes at the very moment they arrive, as many
	// as it can without blocking. It spares a wake-up of the receiver, tens of
	// microseconds on a machine at rest.
	direct func(p []byte) int

	mu     sync.Mutex
	held   int
	ready  [][]byte
	busy   bool  // the receiver is at work on what it got from receiveAll
	end    error // arrived behind the last bytes; nil while the stream goes on
	broken error // why sending is in vain; nil while it is not
}

func newLane(line *delayLine) *lane {
	return &lane{line: line, arrived: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// send takes as much of p as there is room for, possibly nothing: then wait
// for room. It keeps a copy of what it took.
func (l *lane) send(p []byte) (int, error) {
	l.mu.Lock()
	n, err := min(len(p), maxHeld-l.held), l.broken
	if err != nil {
		n = 0
	}
	l.held += n
	l.mu.Unlock()
	if n == 0 {
		return 0, err
	}
	chunk := append([]byte(nil), p[:n]...)
	l.line.after(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.direct != nil && !l.busy && len(l.ready) == 0 {
			n := l.direct(chunk)
			l.free(n)
			chunk = chunk[n:]
		}
		if len(chunk) > 0 {
			l.ready = append(l.ready, chunk)
			notify(l.arrived)
		}
	})
	return n, nil
}

// finish sends the end of the stream: io.EOF for a FIN, or an error for a
// reset. Nothing may be sent after it.
func (l *lane) finish(end error) {
	l.line.after(func() {
		l.mu.Lock()
		l.end = end
		l.mu.Unlock()
		notify(l.arrived)
	})
}

// breakOff is the receiver's way to say that it takes no more. The sender
// learns of it a delay later, as of a reset.
func (l *lane) breakOff(why error) {
	l.line.after(func() {
		l.mu.Lock()
		l.broken = why
		l.mu.Unlock()
		notify(l.room)
	})
}

// receive copies what has arrived into p. It returns 0 and nil if nothing has:
// then wait for arrived.
func (l *lane) receive(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for n < len(p) && len(l.ready) > 0 {
		c := copy(p[n:], l.ready[0])
		n += c
		if l.ready[0] = l.ready[0][c:]; len(l.ready[0]) == 0 {
			l.ready[0] = nil
			l.ready = l.ready[1:]
		}
	}
	if n == 0 && len(l.ready) == 0 {
		return 0, l.end
	}
	l.free(n)
	return n, nil
}

// receiveAll hands over every chunk that has arrived, then the end. Until the
// next call the receiver counts as busy, if it got any.
func (l *lane) receiveAll() (chunks [][]byte, end error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	chunks, l.ready = l.ready, nil
	n := 0
	for _, chunk := range chunks {
		n += len(chunk)
	}
	l.free(n)
	l.busy = n > 0
	return chunks, l.end
}

func (l *lane) free(n int) {
	if n > 0 {
		l.held -= n
		notify(l.room)
	}
}
