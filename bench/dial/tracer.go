package dial

import (
	"crypto/tls"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"tlsbench/bench"
)

// Tracer times the phases of one attempt by the hooks of net/http/httptrace.
// net/http calls all of them. A plain net.Dialer calls those of DNS and
// connect under the same context, so a client without HTTP only has to call
// TLSStart and TLSDone itself.
//
// net/http calls hooks from goroutines of its own, hence the atomics.
type Tracer struct {
	begin time.Time
	marks [markCount]atomic.Int64 // since begin, plus one; 0 means not reached
}

type mark uint8

const (
	dnsStart mark = iota
	dnsDone
	connectStart
	connectDone
	tlsStart
	tlsDone
	wroteRequest
	firstByte
	markCount
)

// Begin starts the clock of a new attempt.
func (t *Tracer) Begin() {
	for i := range t.marks {
		t.marks[i].Store(0)
	}
	t.begin = time.Now()
}

// Began is when the attempt began.
func (t *Tracer) Began() time.Time { return t.begin }

func (t *Tracer) hit(m mark) { t.marks[m].Store(int64(time.Since(t.begin)) + 1) }

// TLSStart marks the start of the handshake.
func (t *Tracer) TLSStart() { t.hit(tlsStart) }

// TLSDone marks the end of the handshake.
func (t *Tracer) TLSDone() { t.hit(tlsDone) }

// Trace returns the hooks, which stay valid over all attempts. done, where not
// nil, is told the outcome of the handshake.
func (t *Tracer) Trace(done func(tls.ConnectionState, error)) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { t.hit(dnsStart) },
		DNSDone:           func(httptrace.DNSDoneInfo) { t.hit(dnsDone) },
		ConnectStart:      func(string, string) { t.hit(connectStart) },
		ConnectDone:       func(_, _ string, _ error) { t.hit(connectDone) },
		TLSHandshakeStart: t.TLSStart,
		TLSHandshakeDone: func(cs tls.ConnectionState, err error) {
			t.TLSDone()
			if done != nil {
				done(cs, err)
			}
		},
		WroteRequest:         func(httptrace.WroteRequestInfo) { t.hit(wroteRequest) },
		GotFirstResponseByte: func() { t.hit(firstByte) },
	}
}

// Reached is the phase that the attempt was in when it ended.
func (t *Tracer) Reached() bench.Phase {
	switch {
	case t.marks[wroteRequest].Load() > 0:
		return bench.TTFB
	case t.marks[tlsDone].Load() > 0:
		return bench.Request
	case t.marks[tlsStart].Load() > 0:
		return bench.TLSPhase
	case t.marks[connectStart].Load() > 0:
		return bench.Connect
	case t.marks[dnsStart].Load() > 0:
		return bench.DNS
	default:
		return bench.Connect
	}
}

// Fill puts the phases into the sample. wait is the part of the handshake that
// was spent blocked in reads.
func (t *Tracer) Fill(s *bench.Sample, wait time.Duration) {
	s.Phases[bench.DNS] = t.between(dnsStart, dnsDone)
	s.Phases[bench.Connect] = t.between(connectStart, connectDone)
	s.Phases[bench.Request] = t.between(tlsDone, wroteRequest)
	s.Phases[bench.TTFB] = t.between(wroteRequest, firstByte)
	if tls := t.between(tlsStart, tlsDone); tls != bench.Absent {
		wait = min(wait, tls)
		s.Phases[bench.TLSPhase] = tls
		s.Phases[bench.Wait] = wait
		s.Phases[bench.Local] = tls - wait
	}
	end := t.marks[firstByte].Load()
	if end == 0 {
		end = t.marks[tlsDone].Load()
	}
	if end > 0 {
		s.Phases[bench.Total] = time.Duration(end - 1)
	}
}

// between is Absent where a mark was not reached, or where the response came
// before the request was written in full.
func (t *Tracer) between(from, to mark) time.Duration {
	a, b := t.marks[from].Load(), t.marks[to].Load()
	if a == 0 || b < a {
		return bench.Absent
	}
	return time.Duration(b - a)
}
