package dial

import (
	"testing"
	"time"

	"tlsbench/bench"
)

func TestTracer(t *testing.T) {
	at := func(ms ...int) (marks [markCount]int) { // in ms; -1 is not reached
		for i := range marks {
			marks[i] = -1
		}
		copy(marks[:], ms)
		return marks
	}
	const none = -1
	traced := [...]bench.Phase{
		bench.DNS, bench.Connect, bench.Proxy, bench.StartTLS, bench.TLSPhase, bench.Wait, bench.Local, bench.Request, bench.TTFB, bench.Total,
	}
	for _, tt := range []struct {
		name    string
		marks   [markCount]int
		wait    int
		reached bench.Phase
		want    [len(traced)]int // ms
	}{
		{"nothing", at(), 0, bench.Connect, [...]int{none, none, none, none, none, none, none, none, none, none}},
		{"looking up", at(1), 0, bench.DNS, [...]int{none, none, none, none, none, none, none, none, none, none}},
		{"connecting", at(1, 3, 4), 0, bench.Connect, [...]int{2, none, none, none, none, none, none, none, none, none}},
		{"at a proxy", at(-1, -1, 0, 4, 5), 0, bench.Proxy, [...]int{none, 4, none, none, none, none, none, none, none, none}},
		{"before TLS", at(-1, -1, 0, 4, 5, 6, 7), 0, bench.StartTLS, [...]int{none, 4, 1, none, none, none, none, none, none, none}},
		{"shaking hands", at(1, 3, 4, 8, -1, -1, -1, -1, 9), 5, bench.TLSPhase, [...]int{2, 4, none, none, none, none, none, none, none, none}},
		{"handshake only", at(-1, -1, 0, 4, -1, -1, -1, -1, 5, 15), 7, bench.Request, [...]int{none, 4, none, none, 10, 7, 3, none, none, 15}},
		{"waiting for an answer", at(-1, -1, 0, 4, -1, -1, -1, -1, 5, 15, 16), 7, bench.TTFB, [...]int{none, 4, none, none, 10, 7, 3, 1, none, 15}},
		{"all", at(0, 1, 1, 4, 5, 7, 8, 12, 12, 22, 23, 37), 7, bench.TTFB, [...]int{1, 3, 2, 4, 10, 7, 3, 1, 14, 37}},
		{"wait is within tls", at(-1, -1, 0, 4, -1, -1, -1, -1, 5, 15), 12, bench.Request, [...]int{none, 4, none, none, 10, 10, 0, none, none, 15}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var tracer Tracer
			tracer.Begin()
			for m, ms := range tt.marks {
				if ms >= 0 {
					tracer.marks[m].Store(int64(time.Duration(ms)*time.Millisecond) + 1)
				}
			}
			if got := tracer.Reached(); got != tt.reached {
				t.Errorf("reached %v, want %v", got, tt.reached)
			}
			if got := tracer.Responded(); got != (tt.marks[firstByte] >= 0) {
				t.Errorf("responded: %t", got)
			}
			var s bench.Sample
			s.Reset()
			tracer.Fill(&s, time.Duration(tt.wait)*time.Millisecond)
			for i, ms := range tt.want {
				want := bench.Absent
				if ms != none {
					want = time.Duration(ms) * time.Millisecond
				}
				if got := s.Phases[traced[i]]; got != want {
					t.Errorf("%v: %v, want %v", traced[i], got, want)
				}
			}
			tracer.Begin()
			if tracer.Reached() != bench.Connect || tracer.Responded() {
				t.Error("a new attempt remembers the last one")
			}
		})
	}
}

// The hook that says that the request was written may come after the answer,
// or never.
func TestLateWroteRequestHook(t *testing.T) {
	for _, wrote := range []int64{0, 18_000_001, 20_000_001} {
		var tracer Tracer
		tracer.Begin()
		for m, at := range map[mark]int64{connectStart: 1, connectDone: 2, tlsStart: 3, tlsDone: 5_000_001, wroteRequest: wrote, firstByte: 18_000_001} {
			tracer.marks[m].Store(at)
		}
		var s bench.Sample
		s.Reset()
		tracer.Fill(&s, 0)
		request, ttfb, total := s.Phases[bench.Request], s.Phases[bench.TTFB], s.Phases[bench.Total]
		if request != 12_999_999 || ttfb != 1 || total != 18*time.Millisecond {
			t.Errorf("written at %d: request %v, ttfb %v, total %v", wrote, request, ttfb, total)
		}
	}
}
