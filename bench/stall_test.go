package bench

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A server that does not answer between blocks neither holds the run up for long
// nor goes untold; one that is gone ends it.
func TestStandingStillIsToldAndBounded(t *testing.T) {
	gone := errors.New("gone")
	for _, tt := range []struct {
		name    string
		collect func(context.Context) error
		warns   int
		err     error
	}{
		{"at once", func(context.Context) error { return nil }, 0, nil},
		{"in a while", func(context.Context) error { time.Sleep(stalled - ms); return nil }, 0, nil},
		{"late", func(context.Context) error { time.Sleep(stalled); return nil }, 12, nil},
		{"never", func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }, 12, nil},
		{"gone", func(context.Context) error { return gone }, 0, gone},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := testPlan(func(p *Plan) { p.Rounds, p.Count, p.Duration, p.Warmup = 6, 120, 0, 0 })
			d := Driver{Plan: p, Engines: []Engine{&fakeEngine{outcome: honest(2*ms, ms)}}, Server: Server{CollectGarbage: tt.collect}}
			began := time.Now()
			r, err := d.Run(t.Context())
			if !errors.Is(err, tt.err) {
				t.Fatalf("%s: %v, want %v", tt.name, err, tt.err)
			}
			if tt.err != nil {
				return
			}
			var told int
			for _, w := range r.Warnings {
				if w.Code == WarnStalled && strings.Contains(w.Text, "collecting the server's garbage") {
					told++
				}
			}
			if told != tt.warns {
				t.Errorf("%s: told %d times, want %d: %v", tt.name, told, tt.warns, r.Warnings)
			}
			if took := time.Since(began); took > 12*(garbageTime+time.Second) {
				t.Errorf("%s: the run took %v", tt.name, took)
			}
			if r.Completed() != 240 {
				t.Errorf("%s: %d handshakes", tt.name, r.Completed())
			}
		})
	}
}
