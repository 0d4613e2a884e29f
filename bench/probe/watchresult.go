package probe

import (
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// WatchResult is what a watch saw. Durations are in nanoseconds when saved. It
// holds no secret.
type WatchResult struct {
	Schema int          `json:"schema"`
	Target bench.Target `json:"target"`
	// Started is when the first sessions were held; Took counts from then.
	Started time.Time     `json:"started"`
	Took    time.Duration `json:"took_ns"`
	Every   time.Duration `json:"every_ns"`
	// Partial says that the watch was interrupted.
	Partial bool `json:"partial"`
	// Ticks counts the one, at Started, that got the first sessions.
	Ticks  int          `json:"ticks"`
	Places []WatchPlace `json:"places"`
	Events []Event      `json:"events"`
}

// WatchPlace is one place that was watched.
type WatchPlace struct {
	Place
	// Up is whether it answered at the last tick.
	Up         bool             `json:"up"`
	Answered   int              `json:"answered"` // ticks at which it did
	Silent     int              `json:"silent"`   // ticks at which it did not
	Mechanisms []WatchMechanism `json:"mechanisms"`
}

// WatchMechanism is one kind of session at one place. A session is offered once
// at each tick; what is offered beside that, to find out why one was refused,
// is not counted.
type WatchMechanism struct {
	Mechanism session.Mechanism `json:"mechanism"`
	Version   bench.Version     `json:"version"`
	Uses      Uses              `json:"uses"`
	Offers    int               `json:"offers"`
	Accepted  int               `json:"accepted"`
	Refused   int               `json:"refused"`
	Failed    int               `json:"failed"`
	Withheld  int               `json:"withheld"`
}

// EventKind is what happened.
type EventKind string

// The events.
const (
	// KeysChanged: a session is no longer accepted within its lifetime, and a
	// new one is.
	KeysChanged EventKind = "keys-changed"
	// Forgotten: the same of a session for which the server gave no lifetime,
	// which may be over.
	Forgotten EventKind = "forgotten"
	// NeverResumes: sessions are granted, and none was ever accepted.
	NeverResumes EventKind = "never-resumes"
	// NoLonger: neither the held session is accepted nor a new one.
	NoLonger EventKind = "no-longer-resumes"
	// ResumesAgain ends NoLonger, or NeverResumes.
	ResumesAgain EventKind = "resumes-again"
	// DifferingNodes: a session was accepted, refused, and accepted again.
	DifferingNodes EventKind = "nodes-differ"
	// Expired: the session's own lifetime is over, which is no rotation.
	Expired EventKind = "expired"
	// OfferFailed: a connection that offered the session failed, though one
	// without completed.
	OfferFailed EventKind = "offer-failed"
	// PlaceDown and PlaceUp: the place stopped and began to answer.
	PlaceDown EventKind = "down"
	PlaceUp   EventKind = "up"
	// CertificateChanged: another key, number or size of certificates.
	CertificateChanged EventKind = "certificate-changed"
)

// Event is one thing that happened during a watch.
type Event struct {
	Time  time.Time     `json:"time"`
	After time.Duration `json:"after_ns"` // since the watch began, 0 before that
	Kind  EventKind     `json:"kind"`
	Place int           `json:"place"` // index of WatchResult.Places
	Name  string        `json:"name"`  // of the place
	// Mechanism is empty for what is not about sessions.
	Mechanism session.Mechanism `json:"mechanism,omitempty"`
	// Age is that of the session that was refused, nil for none.
	Age *time.Duration `json:"session_age_ns"`
	// Since is when all was last seen well: it happened between then and
	// Time. Nil where that does not apply.
	Since *time.Time `json:"since"`
	What  string     `json:"what"`
}
