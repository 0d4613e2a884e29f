package session

import (
	"slices"
	"sync"
	"time"
)

// Store holds sessions between connections and applies one policy to them.
type Store interface {
	// Next returns the session that the next connection offers, or the zero
	// Session when there is none, and how many it threw away because they are
	// over.
	Next(now time.Time) (s Session, expired int)
	// Keep takes what a server granted, oldest first.
	Keep(granted []Session)
	// Len is how many connections the store can still serve with a session,
	// counting a session that can be offered again as one.
	Len() int
	// Clear forgets every session, before new ones are primed.
	Clear()
	// All returns the sessions that are held, oldest first.
	All() []Session
}

// NewStore returns an empty store. A Shared one may be used by many goroutines
// at once; a PerWorker one takes no lock and belongs to one of them.
func NewStore(p Policy, scope Scope) Store {
	var s Store
	switch p {
	case Frozen:
		s = &frozen{}
	case Once:
		s = &once{}
	default:
		s = &latest{}
	}
	if scope == Shared {
		s = &shared{store: s}
	}
	return s
}

// one is a place for one session, which is offered again and again.
type one struct{ held Session }

func (o *one) Next(now time.Time) (Session, int) {
	if o.held.Expired(now) {
		o.Clear()
		return Session{}, 1
	}
	return o.held, 0
}
func (o *one) Clear()   { o.held = Session{} }
func (o *one) Len() int { return len(o.All()) }
func (o *one) All() []Session {
	if o.held.IsZero() {
		return nil
	}
	return []Session{o.held}
}

type latest struct{ one }

func (l *latest) Keep(granted []Session) {
	if n := len(granted); n > 0 {
		l.held = granted[n-1]
	}
}

type frozen struct{ one }

func (f *frozen) Keep(granted []Session) {
	if f.held.IsZero() && len(granted) > 0 {
		f.held = granted[0]
	}
}

// once is a queue: the oldest session goes first, so that none expires unused
// while newer ones are spent.
type once struct{ pool []Session }

func (o *once) Next(now time.Time) (Session, int) {
	for expired := 0; ; expired++ {
		if len(o.pool) == 0 {
			return Session{}, expired
		}
		s := o.pool[0]
		o.pool[0] = Session{} // let the spent secret be collected
		o.pool = o.pool[1:]
		if !s.Expired(now) {
			return s, expired
		}
	}
}
func (o *once) Keep(granted []Session) { o.pool = append(o.pool, granted...) }
func (o *once) Len() int               { return len(o.pool) }
func (o *once) Clear()                 { o.pool = nil }
func (o *once) All() []Session         { return slices.Clone(o.pool) }

// shared is any store behind a lock: sharing is what its user asked for, and
// the lock is held for a few assignments.
type shared struct {
	mu    sync.Mutex
	store Store
}

func (s *shared) Next(now time.Time) (Session, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.Next(now)
}

func (s *shared) Keep(granted []Session) {
	if len(granted) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.Keep(granted)
}

func (s *shared) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.Len()
}

func (s *shared) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.Clear()
}

func (s *shared) All() []Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.All()
}
