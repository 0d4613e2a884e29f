package probe_test

import (
	"context"
	"testing"
	"time"

	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/probe"
	"tlsbench/bench/session"
	"tlsbench/bench/target/servertest"
)

// Two workers of one nginx share a cache, and one may be asked for a session
// before the other has stored it. That is no load balancer.
func TestWorkers(t *testing.T) {
	t.Parallel()
	s := servertest.Nginx(t, servertest.Options{Workers: 2, NoTickets: true, SessionCache: true})
	for range 4 {
		res := probed(t, planFor(t, s.CAFile, s.HTTPS))
		for _, m := range []session.Mechanism{session.ByID, session.ByPSK} {
			got := mechanism(t, res, 0, m)
			for what, f := range map[string]probe.Finding{
				"first use": got.FirstUse, "reuse": got.Reuse, "simultaneous": got.Simultaneous, "abrupt": got.Abrupt,
			} {
				if f.Verdict != probe.Yes {
					t.Errorf("%s: %s: %+v", m, what, f)
				}
			}
		}
		for _, mx := range res.Matrices {
			if !mx.Cells[0][0].Full() {
				t.Errorf("%s: %+v", mx.Mechanism, mx.Cells[0][0])
			}
		}
		if len(res.Notes) > 0 {
			t.Errorf("notes without a reason: %q", res.Notes)
		}
	}
	p := planFor(t, s.CAFile, s.HTTPS)
	res, err := probe.Watch(context.Background(), cryptotls.Engine{}, p, 20*time.Millisecond, 2*time.Second, nil)
	if err != nil || len(res.Events) > 0 {
		t.Errorf("%v, %+v", err, res.Events)
	}
}
