package probe_test

import (
	"context"
	"crypto/tls"
	"sync/atomic"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/probe"
	"tlsbench/bench/session"
	"tlsbench/bench/target/servertest"
)

// counting tells how many connections an engine has made.
type counting struct {
	bench.Engine
	dials atomic.Int64
}

func (e *counting) Open(ctx context.Context, arm bench.Arm) (bench.Client, error) {
	c, err := e.Engine.Open(ctx, arm)
	return countingClient{c, e}, err
}

type countingClient struct {
	bench.Client
	engine *counting
}

func (c countingClient) Dialer() bench.Dialer { return countingDialer{c.Client.Dialer(), c.engine} }

type countingDialer struct {
	bench.Dialer
	engine *counting
}

func (d countingDialer) Dial(ctx context.Context, o bench.Offer, s *bench.Sample) ([]session.Session, error) {
	defer d.engine.dials.Add(1)
	return d.Dialer.Dial(ctx, o, s)
}

// await returns when that many more connections have been made.
func (e *counting) await(t *testing.T, more int64) {
	t.Helper()
	goal := e.dials.Load() + more
	for deadline := time.Now().Add(20 * time.Second); e.dials.Load() < goal; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the watch makes no connections")
		}
	}
}

// watchReload reloads nginx in the middle of a watch and returns what was seen.
func watchReload(t *testing.T, s *servertest.NginxServer, before func()) *probe.WatchResult {
	t.Helper()
	p := planFor(t, s.CAFile, s.TLS)
	p.Versions = []bench.Version{tls.VersionTLS12, tls.VersionTLS13}
	p.Repeats = 1
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	engine := &counting{Engine: cryptotls.Engine{}}
	done := make(chan struct{})
	var res *probe.WatchResult
	var err error
	go func() {
		defer close(done)
		res, err = probe.Watch(ctx, engine, p, 50*time.Millisecond, 0, nil)
	}()
	engine.await(t, 50) // it has begun by then, and offered a few times
	if before != nil {
		before()
	}
	s.Reload()
	engine.await(t, 120)
	cancel()
	<-done
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range res.Events {
		t.Logf("%v %s %s: %s", e.After, e.Mechanism, e.Kind, e.What)
	}
	return res
}

// changes counts the events by mechanism. While old and new workers accept
// connections side by side, nodes do differ, and a new session may still be of
// an old one.
func changes(t *testing.T, res *probe.WatchResult) map[session.Mechanism]int {
	t.Helper()
	changed := map[session.Mechanism]int{}
	for _, e := range res.Events {
		switch e.Kind {
		case probe.KeysChanged:
			changed[e.Mechanism]++
		case probe.DifferingNodes:
		default:
			t.Errorf("%+v", e)
		}
	}
	return changed
}

// nginx draws new ticket keys at each reload, unless it is given a key.
func TestWatchReload(t *testing.T) {
	t.Parallel()
	res := watchReload(t, servertest.Nginx(t, servertest.Options{}), nil)
	if changed := changes(t, res); changed[session.ByTicket] == 0 || changed[session.ByPSK] == 0 {
		t.Errorf("events %v, want some for tickets and some for PSKs", changed)
	}
}

func TestWatchReloadWithKey(t *testing.T) {
	t.Parallel()
	key := t.TempDir() + "/ticket.key"
	servertest.WriteTicketKey(t, key)
	s := servertest.Nginx(t, servertest.Options{TicketKeys: []string{key}})
	res := watchReload(t, s, nil)
	if len(res.Events) > 0 {
		t.Errorf("a reload with the same key: %+v", res.Events)
	}
	for _, m := range res.Places[0].Mechanisms {
		if m.Mechanism != session.ByID && (m.Accepted == 0 || m.Accepted != m.Offers) {
			t.Errorf("%+v", m)
		}
	}
	res = watchReload(t, s, func() { servertest.WriteTicketKey(t, key) })
	if changed := changes(t, res); changed[session.ByTicket] == 0 || changed[session.ByPSK] == 0 {
		t.Errorf("a reload with another key: %+v", res.Events)
	}
}

// A shared session cache outlives a reload.
func TestWatchReloadWithCache(t *testing.T) {
	t.Parallel()
	s := servertest.Nginx(t, servertest.Options{NoTickets: true, SessionCache: true})
	if res := watchReload(t, s, nil); len(res.Events) > 0 {
		t.Errorf("%+v", res.Events)
	}
}
