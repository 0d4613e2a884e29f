package dial

import (
	"crypto/tls"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"tlsbench/bench"
)

// Tracer times the phases of one attempt by the hooks of net/http/httptrace.
// net/http calls those of the handshake and of what follows it. [TCP.Dial] calls
// those of DNS and connect under the same context, so a client without HTTP only
// has to call TLSStart and TLSDone itself.
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
	proxyStart
	proxyDone
	startTLSStart
	startTLSDone
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

// hopStart marks the start of a hop, which is of the phase Proxy or StartTLS.
func (t *Tracer) hopStart(phase bench.Phase) {
	m := proxyStart
	if phase == bench.StartTLS {
		m = startTLSStart
	}
	if t.marks[m].Load() == 0 { // else one of several
		t.hit(m)
	}
}

// hopDone marks its end.
func (t *Tracer) hopDone(phase bench.Phase) {
	if phase == bench.StartTLS {
		t.hit(startTLSDone)
	} else {
		t.hit(proxyDone)
	}
}

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
	case t.marks[startTLSStart].Load() > 0:
		return bench.StartTLS
	case t.marks[proxyStart].Load() > 0:
		return bench.Proxy
	case t.marks[connectStart].Load() > 0:
		return bench.Connect
	case t.marks[dnsStart].Load() > 0:
		return bench.DNS
	default:
		return bench.Connect
	}
}

// Responded reports whether a byte of the response has arrived.
func (t *Tracer) Responded() bool { return t.marks[firstByte].Load() > 0 }

// Fill puts the phases into the sample. wait is the part of the handshake that
// was spent blocked in reads.
func (t *Tracer) Fill(s *bench.Sample, wait time.Duration) {
	var at [markCount]int64
	for m := range at {
		at[m] = t.marks[m].Load()
	}
	// net/http calls WroteRequest from another goroutine, at times after the
	// answer has come; but the answer proves that the request was written.
	if first := at[firstByte]; first > 0 && (at[wroteRequest] == 0 || at[wroteRequest] >= first) {
		at[wroteRequest] = first - 1
	}
	between := func(from, to mark) time.Duration {
		if at[from] == 0 || at[to] < at[from] {
			return bench.Absent
		}
		return time.Duration(at[to] - at[from])
	}
	s.Phases[bench.DNS] = between(dnsStart, dnsDone)
	s.Phases[bench.Connect] = between(connectStart, connectDone)
	s.Phases[bench.Proxy] = between(proxyStart, proxyDone)
	s.Phases[bench.StartTLS] = between(startTLSStart, startTLSDone)
	s.Phases[bench.Request] = between(tlsDone, wroteRequest)
	s.Phases[bench.TTFB] = between(wroteRequest, firstByte)
	if tls := between(tlsStart, tlsDone); tls != bench.Absent {
		wait = min(wait, tls)
		s.Phases[bench.TLSPhase] = tls
		s.Phases[bench.Wait] = wait
		s.Phases[bench.Local] = tls - wait
	}
	end := at[firstByte]
	if end == 0 {
		end = at[tlsDone]
	}
	if end > 0 {
		s.Phases[bench.Total] = time.Duration(end - 1)
	}
}
