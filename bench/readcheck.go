package bench

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
)

// What lies beyond these bounds was measured by nobody, and sums of what lies
// within them do not overflow.
const (
	maxSpan    = time.Duration(1 << 55) // 417 days
	maxCounted = 1 << 40
	maxTotal   = 1 << 61 // of what all blocks of an arm add up to
)

// checkSaved says what is wrong with a plan that was carried out.
func (p Plan) checkSaved() error {
	if err := p.Validate(); err != nil {
		return err
	}
	switch {
	case p.Rounds > maxBlocks || p.Count > maxCounted:
		return fmt.Errorf("%d rounds of %d attempts are more than can have been made", p.Rounds, p.Count)
	case p.Duration < 0 || p.Duration > maxSpan || p.Warmup > maxSpan:
		return fmt.Errorf("%v of measuring and %v of warm-up are no times", p.Duration, p.Warmup)
	}
	return nil
}

func (a Arm) checkSaved(path string) error {
	if a.Name == "" || strings.ContainsFunc(a.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fmt.Errorf("%s.name: %q is no printable name", path, a.Name)
	}
	if _, err := ParseWant(string(a.Want)); err != nil {
		return fmt.Errorf("%s.want: %w", path, err)
	}
	if rtt := a.Target.RTT; rtt < 0 || rtt > maxSpan || a.Timeout > maxSpan {
		return fmt.Errorf("%s: a round trip of %v and a timeout of %v are no times", path, rtt, a.Timeout)
	}
	return nil
}

// checkRun looks at what concerns the run as a whole.
func (r *Result) checkRun() error {
	switch r.Ended {
	case Complete, Interrupted, GaveUp:
	default:
		return fmt.Errorf("ended: unknown %q: want %s, %s or %s", r.Ended, Complete, Interrupted, GaveUp)
	}
	e := r.Env
	switch {
	case r.Partial != (r.Ended != Complete):
		return fmt.Errorf("partial: %v, and the run ended %q", r.Partial, r.Ended)
	case r.Ended == Complete && r.Plan.FindMax == "" && len(r.Rounds) != r.Plan.Rounds:
		return fmt.Errorf("ended: %q, with %d of %d rounds", r.Ended, len(r.Rounds), r.Plan.Rounds)
	case r.LastFailure != nil && r.Ended != GaveUp:
		return fmt.Errorf("last_failure: there is one, and the run ended %q", r.Ended)
	case len(r.Command) > MaxCommand:
		return fmt.Errorf("command: more than %d KiB", MaxCommand>>10)
	case r.Took < 0 || r.Took > maxSpan:
		return fmt.Errorf("took_ns: %d is no time that a run can take", r.Took)
	case e.CPUs < 1 || e.GOMAXPROCS < 1:
		return fmt.Errorf("env: %d cpus and gomaxprocs of %d: want at least 1", e.CPUs, e.GOMAXPROCS)
	case e.FirstPort < 0 || e.LastPort < e.FirstPort || e.LastPort > math.MaxUint16:
		return fmt.Errorf("env: ephemeral ports %d to %d are no range", e.FirstPort, e.LastPort)
	case e.ReservedPorts < 0 || e.ReservedPorts > e.LastPort-e.FirstPort+1:
		return fmt.Errorf("env: %d reserved ports of %d to %d", e.ReservedPorts, e.FirstPort, e.LastPort)
	}
	if _, err := e.Pinned(); err != nil {
		return fmt.Errorf("env.%w", err)
	}
	if err := r.checkMerged(); err != nil {
		return err
	}
	return r.LastFailure.check("last_failure")
}

// checkMerged holds the runs that a result was merged from against it.
func (r *Result) checkMerged() error {
	if len(r.Merged) == 0 {
		return nil
	}
	var took time.Duration
	rounds := 0
	for i, o := range r.Merged {
		if o.Took < 0 || o.Took > maxSpan || o.Rounds < 0 || o.Rounds > maxBlocks {
			return fmt.Errorf("merged[%d]: %s in %d ns is no run", i, plural(o.Rounds, "round"), o.Took)
		}
		rounds += o.Rounds
		if took += o.Took; took > maxSpan {
			break
		}
	}
	switch {
	case len(r.Merged) == 1:
		return errors.New("merged: of one run")
	case took != r.Took:
		return fmt.Errorf("took_ns: %d, and the merged runs took %d", r.Took, took)
	case rounds != len(r.Rounds):
		return fmt.Errorf("merged: %s, of %d", plural(rounds, "round"), len(r.Rounds))
	}
	return nil
}

func (n *FailureNote) check(field string) error {
	if n != nil && !n.Class.known() {
		return fmt.Errorf("%s: unknown class %q", field, n.Class)
	}
	return nil
}

// checkCounts says which counts of a stretch cannot be, or contradict others.
func (s *Stats) checkCounts() error {
	c := s.Sessions
	for _, n := range []struct {
		field string
		value int64
	}{
		{"attempts", s.Attempts}, {"hello_retry_requests", s.HelloRetry}, {"clamped", s.Clamped},
		{"sessions.imported", c.Imported}, {"sessions.primed", c.Primed}, {"sessions.received", c.Received},
		{"sessions.offered", c.Offered}, {"sessions.accepted", c.Accepted}, {"sessions.refused", c.Refused},
		{"sessions.expired", c.Expired}, {"sessions.withheld", c.Withheld}, {"sessions.starved", c.Starved},
	} {
		if n.value < 0 || n.value > maxCounted {
			return fmt.Errorf("%s: %d is no count", n.field, n.value)
		}
	}
	if err := s.Arrivals.check(s.Attempts); err != nil {
		return err
	}
	kinds, err := addCounts("kinds", s.Kinds)
	if err != nil {
		return err
	}
	failed, err := addCounts("errors", s.Errors)
	if err != nil {
		return err
	}
	bad, err := addCounts("bad_status", s.BadStatus)
	if err != nil {
		return err
	}
	for class := range s.Errors {
		if !class.known() {
			return fmt.Errorf("errors: unknown class %q", class)
		}
	}
	for status := range s.BadStatus {
		if status < 400 || status > 999 {
			return fmt.Errorf("bad_status: %d is not within 400 to 999", status)
		}
	}
	switch {
	case s.Attempts != kinds+failed:
		return fmt.Errorf("attempts: %d, and kinds and errors make %d", s.Attempts, kinds+failed)
	case s.HelloRetry > kinds:
		return fmt.Errorf("hello_retry_requests: %d, of %d handshakes", s.HelloRetry, kinds)
	case bad > kinds:
		return fmt.Errorf("bad_status: %d, of %d handshakes", bad, kinds)
	case s.Clamped > kinds*int64(PhaseCount):
		return fmt.Errorf("clamped: %d, of %d handshakes", s.Clamped, kinds)
	case c.Offered != c.Accepted+c.Refused:
		return fmt.Errorf("sessions.offered: %d, and accepted and refused make %d", c.Offered, c.Accepted+c.Refused)
	case c.Offered > kinds-c.Withheld:
		return fmt.Errorf("sessions.offered: %d, and %d withheld, of %d handshakes", c.Offered, c.Withheld, kinds)
	case s.Took < 0 || s.Took > maxSpan:
		return fmt.Errorf("took_ns: %d is no time that can be measured", s.Took)
	}
	return nil
}

// addCounts adds up counts that may each be anything.
func addCounts[K comparable](field string, counts map[K]int64) (sum int64, err error) {
	for key, n := range counts {
		if n < 0 || n > maxCounted-sum {
			return 0, fmt.Errorf("%s.%v: %d is no count", field, key, n)
		}
		sum += n
	}
	return sum, nil
}

// checkMeans looks at figures that are means per handshake.
func (s *Stats) checkMeans(want Want) error {
	completed, wanted := s.Completed(), s.Wanted(want)
	for _, m := range []struct {
		field string
		value *float64
		of    int64
	}{
		{"client_cpu_ns", s.ClientCPU, completed}, {"server_cpu_ns", s.ServerCPU, completed},
		{"bytes_in", s.BytesIn, wanted}, {"bytes_out", s.BytesOut, wanted}, {"ticket_bytes", s.TicketBytes, wanted},
		{"round_trips", s.RoundTrips, wanted},
	} {
		switch {
		case m.value == nil:
		case m.of == 0:
			return fmt.Errorf("%s: there is one, of no handshake", m.field)
		case *m.value < 0 || *m.value*float64(m.of) > maxTotal:
			return fmt.Errorf("%s: %v of %d handshakes is no figure that can be measured", m.field, *m.value, m.of)
		}
	}
	return nil
}
