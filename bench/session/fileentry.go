package session

import (
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// entry is one session in a file.
type entry struct {
	Kind     Mechanism      `json:"kind"`
	TLS      string         `json:"tls"`
	QUIC     bool           `json:"quic,omitempty"` // granted over QUIC, else over TCP
	Granted  time.Time      `json:"granted"`
	Lifetime *time.Duration `json:"lifetime_hint_ns"`
	NotAfter *time.Time     `json:"not_after"`
	State    []byte         `json:"state"`
	Ticket   []byte         `json:"ticket"`
	ID       []byte         `json:"id"`
}

// identity is what a server would know a session by, and what it holds.
type identity struct{ state, ticket, id string }

func (e entry) identity() identity {
	return identity{string(e.State), string(e.Ticket), string(e.ID)}
}

func newEntry(s Session) (entry, error) {
	if s.IsZero() {
		return entry{}, errors.New("there is none")
	}
	ticket, state, err := s.State.ResumptionState()
	if err != nil {
		return entry{}, err
	}
	if state == nil {
		return entry{}, errors.New("it has no state")
	}
	encoded, err := state.Bytes()
	if err != nil {
		return entry{}, fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	if s, err = s.described(); err != nil {
		return entry{}, err
	}
	e := entry{
		Kind: s.Mechanism(), TLS: versionName(s.Version), Granted: s.Granted.UTC(),
		State: encoded, Ticket: ticket, QUIC: s.QUIC,
	}
	if s.ID != "" {
		e.ID, e.Ticket = []byte(s.ID), nil
	}
	if s.Lifetime > 0 {
		e.Lifetime = &s.Lifetime
	}
	if !s.NotAfter.IsZero() {
		end := s.NotAfter.UTC()
		e.NotAfter = &end
	}
	return e, nil
}

// session makes what the entry says, and refuses one that contradicts itself:
// offered, it would be withheld without a word, or refused.
func (e entry) session() (Session, error) {
	s := Session{ID: string(e.ID), Version: parseVersion(e.TLS), Granted: e.Granted.UTC(), QUIC: e.QUIC}
	if s.Version == 0 {
		return s, errors.New("its TLS version is unknown")
	}
	if !sensible(e.Granted) {
		return s, errors.New("it was granted at no possible time")
	}
	if e.Lifetime != nil {
		s.Lifetime = *e.Lifetime
	}
	if e.NotAfter != nil {
		s.NotAfter = e.NotAfter.UTC()
	}
	switch e.Kind {
	case ByID:
		if len(e.ID) != IDLength || e.Ticket != nil {
			return s, fmt.Errorf("a %s has an ID of %d bytes and no ticket", ByID, IDLength)
		}
	case ByTicket, ByPSK:
		if len(e.Ticket) == 0 || e.ID != nil {
			return s, fmt.Errorf("a %s has a ticket and no ID", e.Kind)
		}
	default:
		return s, errors.New("its kind is unknown")
	}
	if e.QUIC && e.Kind != ByPSK {
		return s, fmt.Errorf("over QUIC there is no %s", e.Kind)
	}
	if s.Mechanism() != e.Kind {
		return s, fmt.Errorf("TLS %s has no %s", e.TLS, e.Kind)
	}
	state, err := parseState(e.State)
	if err != nil {
		return s, err
	}
	if s.State, err = tls.NewResumptionState(e.Ticket, state); err != nil {
		return s, fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	return s.described()
}

// described fills in what is missing from the state, and checks the rest
// against it.
func (s Session) described() (Session, error) {
	d := s
	if err := d.Describe(); err != nil {
		return s, err
	}
	if s.Version == 0 {
		s.Version = d.Version
	}
	if s.NotAfter.IsZero() {
		s.NotAfter = d.NotAfter.UTC()
	}
	if s.Lifetime == 0 {
		s.Lifetime = d.Lifetime
	}
	switch {
	case s.Version != d.Version:
		return s, errors.New("its state is of another TLS version")
	case !s.NotAfter.Equal(d.NotAfter):
		return s, errors.New("its certificate ends at another time")
	case s.Lifetime < 0 || s.Lifetime > math.MaxUint32*time.Second: // RFC 8446 section 4.6.1
		return s, errors.New("its lifetime is none that TLS can say")
	}
	return s, nil
}

// versionName writes "1.2".
func versionName(v uint16) string { return strings.TrimPrefix(tls.VersionName(v), "TLS ") }

// parseVersion reads it, 0 where it is none.
func parseVersion(name string) uint16 {
	for v := uint16(tls.VersionTLS10); v <= tls.VersionTLS13; v++ {
		if versionName(v) == name {
			return v
		}
	}
	return 0
}
