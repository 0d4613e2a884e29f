package probe

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"tlsbench/bench"
)

// Watch holds a session of each kind that each place grants and offers it at
// every tick, until the time is over (0 for no end) or ctx is done. A refusal
// is followed up a second later: by the same session, since another node may
// answer, and by a new one. event, where not nil, is told what happens as it happens.
//
// A place that is down is watched for its return; an error means that nothing
// could be watched at all.
func Watch(ctx context.Context, engine bench.Engine, plan Plan, every, long time.Duration, event func(Event)) (*WatchResult, error) {
	plan, err := plan.resolved()
	if err != nil {
		return nil, err
	}
	if every <= 0 || long < 0 {
		return nil, fmt.Errorf("probe: a watch of %v, every %v: want a time above 0 between offers", long, every)
	}
	began := time.Now()
	w := &watch{
		run:   &run{connector: newConnector(engine, plan), result: newResult(plan, began)},
		event: event, random: rand.New(rand.NewPCG(plan.Seed, uint64(every))),
		res: &WatchResult{
			Schema: Schema, Target: plan.Target, Started: began.UTC(), Every: every,
			Places: []WatchPlace{}, Events: []Event{},
		},
	}
	defer w.close()
	for i, p := range plan.Places {
		w.res.Places = append(w.res.Places, WatchPlace{Place: p, Mechanisms: []WatchMechanism{}})
		w.posts = append(w.posts, &post{watch: w, place: i})
	}
	err = w.ticks(ctx, every, long)
	if err != nil && !errors.Is(err, errStopped) {
		return nil, err
	}
	w.res.Partial = err != nil && long > 0
	if !w.began.IsZero() {
		w.res.Took = time.Since(w.began)
	}
	return w.res, nil
}

// watch is one watch in progress.
type watch struct {
	*run
	event  func(Event)
	began  time.Time // zero until the first tick, which takes sessions, is over
	random *rand.Rand
	posts  []*post
	res    *WatchResult
}

func (w *watch) ticks(ctx context.Context, every, long time.Duration) error {
	for {
		for _, p := range w.posts {
			// Patience is for hundreds of attempts at once, not for ticks.
			w.stations[p.place] = station{}
			if err := p.tick(ctx); err != nil {
				return err
			}
		}
		if err := w.follow(ctx); err != nil {
			return err
		}
		if w.res.Ticks++; w.began.IsZero() {
			w.began = time.Now()
			w.res.Started = w.began.UTC()
		}
		// A tick that took longer than the time between two is not made up
		// for by a burst.
		next := (time.Since(w.began)/every + 1) * every
		if long > 0 && next > long {
			return nil
		}
		if !sleep(ctx, time.Until(w.began.Add(next))) {
			return errStopped
		}
	}
}

// follow follows up what was refused at this tick.
func (w *watch) follow(ctx context.Context) error {
	waited := false
	for _, p := range w.posts {
		for _, k := range p.keepers {
			if k.refusedAt == nil {
				continue
			}
			if !waited && !sleep(ctx, changeover) {
				return errStopped
			}
			waited = true
			if err := k.follow(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *watch) tell(e Event) {
	if e.Time.IsZero() {
		e.Time = time.Now().UTC()
	}
	if !w.began.IsZero() {
		e.After = e.Time.Sub(w.began)
	}
	e.Name = w.name(e.Place)
	w.res.Events = append(w.res.Events, e)
	if w.event != nil {
		w.event(e)
	}
}

// post watches one place.
type post struct {
	*watch
	place   int
	ready   bool // its keepers are known
	version bench.Version
	facts   bench.Facts
	keepers []*keeper
	down    bool
	seen    time.Time // when it last answered
	// silent are the ends of the first and the begin of the last try that
	// failed, of those in a row.
	silent [2]time.Time
}

func (p *post) tick(ctx context.Context) error {
	count := &p.res.Places[p.place]
	began := time.Now()
	f, err := p.knock(ctx)
	if err != nil {
		return err
	}
	if count.Up = f == nil; f != nil {
		count.Silent++
		p.fell(f, began)
		return nil
	}
	count.Answered++
	if p.down {
		p.down = false
		e := Event{Kind: PlaceUp, Place: p.place, What: "it answers"}
		if since := p.seen; !since.IsZero() {
			e.Since, e.What = &since, p.outage(time.Now())
		}
		p.tell(e)
	}
	p.seen = time.Now().UTC()
	for _, k := range p.keepers {
		if err := k.tick(ctx); err != nil {
			return err
		}
	}
	return nil
}

// outage bounds how long the place was away.
func (p *post) outage(now time.Time) string {
	text := "it answers again: it was down for "
	if least := p.silent[1].Sub(p.silent[0]); least > 0 {
		text += fmt.Sprintf("at least %v (between tries that failed), and ", least.Round(time.Millisecond))
	}
	return text + fmt.Sprintf("at most %v (since it last answered)", now.Sub(p.seen).Round(time.Millisecond))
}

// fell notes a try that failed, and when it began.
func (p *post) fell(f *bench.Failure, began time.Time) {
	p.silent[1] = began
	if p.down {
		return
	}
	p.down = true
	p.silent[0] = time.Now()
	e := Event{Kind: PlaceDown, Place: p.place, What: "it does not answer: " + f.Note().String()}
	if f.Phase >= bench.TLSPhase {
		e.What = "it completes no handshake: " + explained(*f.Note())
	}
	if since := p.seen; !since.IsZero() {
		e.Since = &since
	}
	p.tell(e)
}

// knock makes a full handshake: it shows whether the place answers, and with
// which certificate. At the first answer it finds out what there is to watch.
func (p *post) knock(ctx context.Context) (*bench.Failure, error) {
	if !p.ready {
		return p.prepare(ctx)
	}
	at := route{place: p.place, want: bench.WantFull, version: p.version}
	// Once or twice, so that no load balancer's turns fall in with the ticks:
	// else every offer may reach the node that granted the session.
	for range 1 + p.random.IntN(2) {
		var facts bench.Facts
		s, _, err := p.dial(ctx, at, bench.Offer{}, &facts)
		if err != nil || s.Failure != nil {
			return s.Failure, err
		}
		p.compare(facts.Key, facts.Chain, facts.CertSize)
	}
	return nil, nil
}

func (p *post) compare(key string, chain, size int) {
	old := p.facts
	p.facts.Key, p.facts.Chain, p.facts.CertSize = key, chain, size
	if old.Key == "" || old == p.facts {
		return
	}
	p.tell(Event{
		Kind: CertificateChanged, Place: p.place,
		What: fmt.Sprintf("its certificates are others: %s and %d more, %d bytes, were %s and %d more, %d bytes",
			key, chain, size, old.Key, old.Chain, old.CertSize),
	})
}

// prepare finds out which versions and mechanisms a place has.
func (p *post) prepare(ctx context.Context) (*bench.Failure, error) {
	found := &p.result.Places[p.place]
	found.Failure, found.Versions = nil, []VersionResult{}
	if err := p.versions(ctx, p.place); err != nil {
		return nil, err
	}
	if f := found.Failure; f != nil {
		return &bench.Failure{Class: f.Class, Phase: f.Phase, Err: errors.New(f.Error)}, nil
	}
	p.ready = true
	for _, v := range found.Versions {
		if v.Supported == Yes {
			p.version = v.Version
			p.compare(v.Key, *v.Chain, *v.CertificateBytes)
		}
	}
	for _, m := range p.plan.mechanisms() {
		if v := found.highest(m); v != 0 {
			k := &keeper{post: p, at: route{place: p.place, want: bench.Want(m), version: v}, mechanism: m}
			p.keepers = append(p.keepers, k)
			p.res.Places[p.place].Mechanisms = append(p.res.Places[p.place].Mechanisms, WatchMechanism{Mechanism: m, Version: v, Uses: UsesUnknown})
		}
	}
	return nil, nil
}
