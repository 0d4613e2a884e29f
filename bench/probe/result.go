package probe

import (
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// Schema is the version of a Result's form.
const Schema = 1

// Result is what a probe found. Durations are in nanoseconds when saved; what
// was not measured is nil. It holds no secret.
type Result struct {
	Schema  int           `json:"schema"`
	Target  bench.Target  `json:"target"`
	Started time.Time     `json:"started"`
	Took    time.Duration `json:"took_ns"`
	// Partial says that the probe was interrupted: what it had not come to is
	// missing or not tested.
	Partial      bool            `json:"partial"`
	Insecure     bool            `json:"insecure"` // certificates were not verified
	Repeats      int             `json:"repeats"`
	Offers       int             `json:"offers"`
	Simultaneous int             `json:"simultaneous"`
	Ages         []time.Duration `json:"ages_ns"`
	Seed         uint64          `json:"seed"`
	Places       []PlaceResult   `json:"places"`
	// Matrices has one for each mechanism that any place grants.
	Matrices  []Matrix   `json:"matrices"`
	Waterfall *Waterfall `json:"waterfall"`
	// Notes are the findings in words, the most important first.
	Notes []string `json:"notes"`
}

// PlaceResult is what one place grants.
type PlaceResult struct {
	Place
	// Failure is why nothing else is known of the place, nil where it answers.
	Failure *bench.FailureNote `json:"failure"`
	// Stopped is why the place was not asked any further, nil where it
	// answered to the end.
	Stopped  *bench.FailureNote `json:"stopped"`
	Versions []VersionResult    `json:"versions"`
	// Mechanisms holds each mechanism that exists in a version asked for, in
	// the order session-id, ticket, psk; none where the place is down.
	Mechanisms []MechanismResult `json:"mechanisms"`
}

// Up reports whether the place answered at all.
func (p PlaceResult) Up() bool { return p.Failure == nil }

// VersionResult is one full handshake of one TLS version.
type VersionResult struct {
	Version bench.Version `json:"version"`
	// Supported is yes, no, or not tested where the handshake failed for
	// another reason than the version.
	Supported Verdict `json:"supported"`
	// Failure is why the handshake failed: the refusal where Supported is no.
	Failure    *bench.FailureNote `json:"failure"`
	Suite      string             `json:"suite,omitempty"`
	Group      string             `json:"group,omitempty"`
	HelloRetry *bool              `json:"hello_retry"`
	Key        string             `json:"key,omitempty"` // of the leaf certificate, as in "ECDSA P-256"
	// Chain is how many certificates came beside the leaf.
	Chain *int `json:"chain"`
	// CertificateBytes is what all of them weigh in DER.
	CertificateBytes *int `json:"certificate_bytes"`
	// BytesIn is what the server sent in the handshake, with TLS records.
	BytesIn *int64 `json:"bytes_in"`
}

// MechanismResult is how one place grants and accepts one kind of session.
type MechanismResult struct {
	Mechanism session.Mechanism `json:"mechanism"`
	// Version is the one in which it was tried: the highest that the place
	// speaks and in which the mechanism exists; 0 where it speaks none.
	Version bench.Version `json:"version"`
	// Granted is how many sessions came with a full handshake, nil where
	// none completed.
	Granted *Count `json:"granted"`
	// PerResumption is how many came with a resumed one, nil where none was
	// resumed, and for session IDs.
	PerResumption *Count `json:"per_resumption"`
	// TicketBytes is the longest ticket, nil for session IDs.
	TicketBytes *int `json:"ticket_bytes"`
	// Lifetime is the shortest hint, nil where the server gave none.
	Lifetime *time.Duration `json:"lifetime_hint_ns"`

	// FirstUse is each session's first offer on one connection after it was
	// granted.
	FirstUse Finding `json:"first_use"`
	// Reuse is one session offered several times, one after the other.
	Reuse Finding `json:"reuse"`
	// Simultaneous is one session offered on several connections at a time.
	Simultaneous Finding `json:"simultaneous"`
	// Abrupt is the first offer of sessions whose connection had been closed
	// without a close_notify.
	Abrupt Finding `json:"abrupt"`
	// Ages are offers of sessions of an age.
	Ages []AgeFinding `json:"ages"`
	// Uses sums up what the offers one after the other showed.
	Uses Uses `json:"uses"`
	// Failure is the last that granting sessions met, nil for none.
	Failure *bench.FailureNote `json:"failure"`
}

// AnyGranted reports whether the place granted such a session at all.
func (m MechanismResult) AnyGranted() bool { return m.Granted != nil && m.Granted.Max > 0 }

// Count is how many sessions came with a handshake, over several handshakes.
type Count struct {
	Min        int `json:"min"`
	Max        int `json:"max"`
	Handshakes int `json:"handshakes"`
}

func (c *Count) add(n int) *Count {
	if c == nil {
		return &Count{n, n, 1}
	}
	return &Count{min(c.Min, n), max(c.Max, n), c.Handshakes + 1}
}

// AgeFinding is what became of a session of an age.
type AgeFinding struct {
	Age time.Duration `json:"age_ns"`
	// Actual is how old it was when it was offered, nil where it was not.
	Actual *time.Duration `json:"actual_age_ns"`
	// Over says that no client would offer it at that age: its lifetime, or
	// the certificate in it, is over by then.
	Over bool `json:"over"`
	Finding
}

// Mechanism finds what the place does with one mechanism, false where that was
// not asked.
func (p PlaceResult) Mechanism(m session.Mechanism) (MechanismResult, bool) {
	for _, r := range p.Mechanisms {
		if r.Mechanism == m {
			return r, true
		}
	}
	return MechanismResult{}, false
}
