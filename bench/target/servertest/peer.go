package servertest

import (
	"os"
	"regexp"
	"testing"
	"time"

	"tlsbench/bench/target/process"
)

// Peer is a running server that speaks other protocols than HTTP, in most of
// which TLS begins in the middle of a connection.
type Peer struct {
	CAFile string // PEM file with the root to trust
	PID    int    // the process that was started: the master of a multi-process server

	// TellsResumption says that its counts tell resumed handshakes from full ones.
	// Else all that it knows of count as full.
	TellsResumption bool

	t       testing.TB
	address map[string]string // by scheme
	counts  func() (Counts, error)
}

// peer describes the daemon that runs as that process.
func (d *daemon) peer(p *process.Process, address map[string]string) *Peer {
	return &Peer{CAFile: d.path("ca.pem"), PID: p.PID(), t: d.t, address: address}
}

// Target is the URL of one of its services, by its scheme.
func (p *Peer) Target(scheme string) string {
	p.t.Helper()
	address, ok := p.address[scheme]
	if !ok {
		p.t.Fatalf("the server does not speak %s", scheme)
	}
	return scheme + "://" + address
}

// Counts are the server's, all its services together, since it started. It
// waits until it knows of that many completed handshakes, or has had the time to:
// a client is done before its server has written that down. A server that counts
// nothing has none.
func (p *Peer) Counts(completed int) (c Counts, counted bool) {
	p.t.Helper()
	if p.counts == nil {
		return Counts{}, false
	}
	for deadline := time.Now().Add(settleWithin); ; time.Sleep(5 * time.Millisecond) {
		c, err := p.counts()
		if err != nil {
			p.t.Fatalf("count the server's handshakes: %v", err)
		}
		if c.Full+c.Resumed >= completed || time.Now().After(deadline) {
			return c, true
		}
	}
}

// logged counts in a log the lines about completed handshakes, those of them
// that resumed, and those about handshakes that failed. A nil expression stands
// for no line.
func logged(file string, completed, resumed, aborted *regexp.Regexp) func() (Counts, error) {
	return func() (Counts, error) {
		n, err := inLog(file, completed, resumed, aborted)
		return Counts{Full: n[0] - n[1], Resumed: n[1], Aborted: n[2]}, err
	}
}

// loggedFull is logged where a log tells by its lines about certificates sent
// which handshakes did not resume.
func loggedFull(file string, completed, certificate *regexp.Regexp) func() (Counts, error) {
	return func() (Counts, error) {
		n, err := inLog(file, completed, certificate)
		return Counts{Full: n[1], Resumed: n[0] - n[1]}, err
	}
}

// inLog counts the matches of each expression.
func inLog(file string, lines ...*regexp.Regexp) ([]int, error) {
	n := make([]int, len(lines))
	text, err := os.ReadFile(file)
	for i, line := range lines {
		if line != nil {
			n[i] = len(line.FindAllIndex(text, -1))
		}
	}
	return n, err
}
