// Package bench measures full and resumed TLS handshakes against each other.
//
// It takes four positions. A handshake counts as the kind that was observed,
// never as the kind that was asked for. Arms that are compared differ in the one
// thing compared: a full arm advertises tickets and PSK modes like the resumed
// one, reads and closes alike, and merely offers no session. Arms alternate in
// short blocks inside one run, and the unit of inference is the round, since
// thousands of handshakes of one block share its luck. And doubt is data: what
// the driver is unsure of is a Warning in the Result.
//
// The data flows one way:
//
//	Plan → rounds → blocks → workers → Sample → Tally → Stats of a Block → Round → Result
//
// A Driver runs a Plan. It knows nothing of how connections are made: an Engine
// does that, one attempt at a time, and decides nothing else. Which session a
// connection offers is the driver's business (package session).
//
// A Result is all that is saved: package bench/saved reads it again, and derives
// what follows from the rest by the same means as the driver (Stats.Derive,
// Diagnose).
//
// Durations are time.Duration, in nanoseconds when saved; what was not measured
// is nil, never zero.
package bench
