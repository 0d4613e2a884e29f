package bench

import (
	"context"
	"sync/atomic"
	"time"

	"tlsbench/bench/session"
)

// worker makes an arm's connections one after the other.
type worker struct {
	arm      Arm
	dialer   Dialer
	store    session.Store // nil where the arm offers no session
	batch    batch
	patience *patience
	sessions SessionCounts
	facts    *Facts   // to be filled, nil once that is done
	failures int      // in a row
	priming  *Failure // the last that priming met

	// Of a block of an open loop: when its first and its last handshake ended,
	// and how many attempts began when the time for them was over.
	firstEnd, lastEnd time.Time
	late              int64
}

// budget is what the workers of one block may still do.
type budget struct {
	counted  bool
	left     atomic.Int64 // attempts, where counted
	deadline time.Time    // where not counted
	stop     atomic.Bool
	dry      atomic.Bool
}

func (b *budget) over() bool {
	if b.stop.Load() {
		return true
	}
	if b.counted {
		return b.left.Load() <= 0
	}
	return !time.Now().Before(b.deadline)
}

func (b *budget) take() bool { return !b.counted || b.left.Add(-1) >= 0 }

// run makes attempts until the budget is spent or stop is done. An attempt
// that has begun is always finished: attempts are cancelled by nothing but
// their own timeout.
func (w *worker) run(stop context.Context, b *budget) error {
	defer w.batch.flush()
	attempts := context.WithoutCancel(stop)
	for stop.Err() == nil && !b.over() {
		offer, ok := w.offer(time.Now())
		if !ok {
			// Fewer workers would be another load, so all stop; where
			// attempts are counted, the others may still make them.
			b.dry.Store(true)
			if !b.counted {
				b.stop.Store(true)
			}
			return nil
		}
		if !b.take() {
			return nil
		}
		if err := w.attempt(attempts, offer, due{}); err != nil {
			b.stop.Store(true)
			return err
		}
		if w.patience.exhausted() {
			b.stop.Store(true)
			return nil
		}
		w.backOff(stop, b)
	}
	return nil
}

// offer chooses the session for the next connection, false where the policy
// forbids to connect without one.
func (w *worker) offer(now time.Time) (Offer, bool) {
	if w.store == nil {
		return Offer{}, true
	}
	s, expired := w.store.Next(now)
	w.sessions.Expired += int64(expired)
	if s.IsZero() {
		if w.arm.Session.Policy == session.Once && w.arm.Session.WhenDry != DryFull {
			return Offer{}, false
		}
		return Offer{}, true
	}
	return Offer{Session: s}, true
}

// keep stores the sessions that the arm can offer, and says how many they were.
func (w *worker) keep(granted []session.Session) int64 {
	if w.store == nil {
		return int64(len(granted))
	}
	usable := granted[:0:len(granted)]
	for _, s := range granted {
		if w.arm.Want.Takes(s) {
			usable = append(usable, s)
		}
	}
	w.store.Keep(usable)
	return int64(len(usable))
}

func (w *worker) attempt(ctx context.Context, offer Offer, due due) error {
	s := w.batch.next()
	s.Facts = w.facts
	if !due.over.IsZero() {
		w.batch.live.starts()
	}
	began := time.Now()
	granted, err := w.dialer.Dial(ctx, offer, s)
	if err != nil {
		return err
	}
	if !due.at.IsZero() {
		w.clock(s, began, due)
	}
	s.Began = began
	w.batch.keep()
	if w.store != nil && offer.Session.IsZero() {
		w.sessions.Starved++
	}
	w.sessions.Received += w.keep(granted)
	if s.Failure != nil {
		w.failures++
		w.patience.failure(s.Failure, began)
		return nil
	}
	w.failures = 0
	w.patience.success()
	w.follow(offer, s)
	if w.facts != nil && w.arm.Want.Met(s.Kind) {
		w.facts = nil
	}
	return nil
}

// clock counts an attempt of an open loop from when it fell due.
func (w *worker) clock(s *Sample, began time.Time, due due) {
	s.fromDue(began.Sub(due.at))
	if !due.over.IsZero() && began.After(due.over) {
		w.late++
	}
	if s.Failure != nil {
		return
	}
	w.lastEnd = time.Now()
	if w.firstEnd.IsZero() {
		w.firstEnd = w.lastEnd
	}
}

// follow counts what became of the session that a connection was to offer.
func (w *worker) follow(offer Offer, s *Sample) {
	switch {
	case offer.Session.IsZero():
		return
	case !s.Offered:
		w.sessions.Withheld++
		return
	}
	w.sessions.Offered++
	if s.Kind.Resumed() {
		w.sessions.Accepted++
	} else {
		w.sessions.Refused++
	}
}

// backOff waits after failures so that a target that refuses at once is not
// hammered: 1 ms after the first, doubling to 100 ms.
func (w *worker) backOff(stop context.Context, b *budget) {
	if w.failures == 0 {
		return
	}
	wait := time.Millisecond << min(w.failures-1, 7)
	wait = min(wait, 100*time.Millisecond)
	if !b.counted {
		wait = min(wait, time.Until(b.deadline))
	}
	sleep(stop, wait)
}

// prime gets sessions on unmeasured connections until the store can serve that
// many, or the server grants none.
func (w *worker) prime(stop context.Context, need int) error {
	attempts := context.WithoutCancel(stop)
	var s Sample
	for failures := 0; stop.Err() == nil && !w.patience.exhausted() && w.store.Len() < need; {
		s.Reset()
		began := time.Now()
		granted, err := w.dialer.Dial(attempts, Offer{Prime: true}, &s)
		if err != nil {
			return err
		}
		if s.Failure != nil {
			w.patience.failure(s.Failure, began)
			w.priming = s.Failure
			if failures++; failures == 3 {
				return nil
			}
			sleep(stop, time.Millisecond<<failures)
			continue
		}
		w.patience.success()
		kept := w.keep(granted)
		w.sessions.Primed += kept
		if kept == 0 {
			return nil
		}
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
