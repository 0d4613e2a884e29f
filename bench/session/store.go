package session

import "sync"

// Store holds sessions between connections and applies one policy to them.
type Store interface {
	// Next returns the session that the next connection offers, or the zero
	// Session when there is none.
	Next() Session
	// Keep takes what a server granted, oldest first.
	Keep(granted []Session)
	// Len is how many connections the store can still serve with a session,
	// counting a session that can be offered again as one.
	Len() int
	// Clear forgets every session, before new ones are primed.
	Clear()
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

type latest struct{ newest Session }

func (l *latest) Next() Session { return l.newest }
func (l *latest) Clear()        { l.newest = Session{} }
func (l *latest) Len() int      { return atMostOne(l.newest) }
func (l *latest) Keep(granted []Session) {
	if n := len(granted); n > 0 {
		l.newest = granted[n-1]
	}
}

type frozen struct{ first Session }

func (f *frozen) Next() Session { return f.first }
func (f *frozen) Clear()        { f.first = Session{} }
func (f *frozen) Len() int      { return atMostOne(f.first) }
func (f *frozen) Keep(granted []Session) {
	if f.first.IsZero() && len(granted) > 0 {
		f.first = granted[0]
	}
}

func atMostOne(s Session) int {
	if s.IsZero() {
		return 0
	}
	return 1
}

// once is a queue: the oldest session goes first, so that none expires unused
// while newer ones are spent.
type once struct{ pool []Session }

func (o *once) Next() Session {
	if len(o.pool) == 0 {
		return Session{}
	}
	s := o.pool[0]
	o.pool[0] = Session{} // let the spent secret be collected
	o.pool = o.pool[1:]
	return s
}
func (o *once) Keep(granted []Session) { o.pool = append(o.pool, granted...) }
func (o *once) Len() int               { return len(o.pool) }
func (o *once) Clear()                 { o.pool = nil }

// shared is any store behind a lock: sharing is what its user asked for, and
// the lock is held for a few assignments.
type shared struct {
	mu    sync.Mutex
	store Store
}

func (s *shared) Next() Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.Next()
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
