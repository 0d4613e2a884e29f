package servertest

import (
	"errors"
	"strings"
	"time"
)

const (
	settleWithin = 10 * time.Second       // for connections still being served
	atRest       = 500 * time.Millisecond // a log that rests so long is taken as complete
)

// Counts are handshakes as the server counted them since it started.
type Counts struct {
	Full    int // completed full handshakes
	Resumed int // completed resumed handshakes
	Aborted int // connections whose handshake the server did not complete
}

// Sub returns c less d, the handshakes between two readings.
func (c Counts) Sub(d Counts) Counts {
	return Counts{c.Full - d.Full, c.Resumed - d.Resumed, c.Aborted - d.Aborted}
}

// askedCounts are those of a server that is asked by connections of our own,
// which are among what it counts.
type askedCounts struct {
	ask   func() error           // makes one, with a full handshake
	read  func() (Counts, error) // all that the server knows of
	base  Counts                 // before the first that is not ours
	asked int                    // by us since then
}

// begin takes what there is as nobody's.
func (a *askedCounts) begin() (err error) {
	a.base, err = a.read()
	return err
}

// counts asks, so that all that came before are counted, and takes our own off.
func (a *askedCounts) counts() (Counts, error) {
	if err := a.ask(); err != nil {
		return Counts{}, err
	}
	a.asked++
	now, err := a.read()
	return now.Sub(a.base).Sub(Counts{Full: a.asked}), err
}

// settledLog returns a server's log once the server has closed all connections
// or, where a client keeps some open, the log has come to rest.
func settledLog(open func() (int, error), read func() (string, error)) (string, error) {
	var last string
	changed := time.Now()
	for deadline := changed.Add(settleWithin); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		n, err := open()
		if err != nil {
			return "", err
		}
		log, err := read()
		if err != nil {
			return "", err
		}
		if n == 0 || time.Since(changed) > atRest && len(log) == len(last) {
			return log, nil
		}
		if len(log) != len(last) {
			last, changed = log, time.Now()
		}
	}
	return "", errors.New("the log does not come to rest")
}

// countLog counts the lines that begin with "full", "resumed" or "aborted".
// Others are no handshakes: a later request on the same connection.
func countLog(log string) Counts {
	var c Counts
	for line := range strings.Lines(log) {
		switch word, _, _ := strings.Cut(strings.TrimSpace(line), " "); word {
		case "full":
			c.Full++
		case "resumed":
			c.Resumed++
		case "aborted":
			c.Aborted++
		}
	}
	return c
}
