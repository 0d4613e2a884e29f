package session

import (
	"errors"
	"fmt"
	"go/version"
	"runtime"
	"strings"
	"time"
)

// The ways in which a file's sessions cannot be used.
var (
	ErrGoVersion  = errors.New("sessions of another Go release")
	ErrTarget     = errors.New("sessions of another target")
	ErrUnverified = errors.New("sessions that were made with --insecure")
	ErrExpired    = errors.New("sessions that are over")
)

// Use is what sessions are wanted for.
type Use struct {
	Target Target
	Verify bool // certificates are verified
	// Force takes sessions of another target or Go release: some targets share
	// their keys, and some releases their encoding.
	Force bool
}

// For returns the sessions that can be used, and how many were left out because
// they are over.
func (f File) For(u Use, now time.Time) (usable []Session, expired int, err error) {
	if !u.Force {
		if err := f.CheckGo(); err != nil {
			return nil, 0, err
		}
		if !f.Target.is(u.Target) {
			return nil, 0, fmt.Errorf("%w: they are of %s, and the target is %s: give that target, or --sessions-force where both share their keys",
				ErrTarget, f.Target, u.Target)
		}
	}
	if u.Verify && !f.Verified {
		return nil, 0, fmt.Errorf("%w: crypto/tls offers none of them where certificates are verified: add --insecure, or write the file anew without it", ErrUnverified)
	}
	var last time.Time
	for _, s := range f.Sessions {
		if !s.Expired(now) {
			usable = append(usable, s)
			continue
		}
		expired++
		if end := s.Expires(); end.After(last) {
			last = end
		}
	}
	if len(usable) == 0 {
		return nil, expired, fmt.Errorf("%w: the last of %d ended at %s: write the file anew with --sessions-out",
			ErrExpired, expired, last.UTC().Format(time.RFC3339))
	}
	return usable, expired, nil
}

// is compares names as DNS does.
func (t Target) is(u Target) bool {
	return strings.EqualFold(t.Address, u.Address) && strings.EqualFold(t.ServerName, u.ServerName)
}

// CheckGo returns an error where another Go release wrote the file than the one
// that reads it.
func (f File) CheckGo() error {
	if sameRelease(f.Go, runtime.Version()) {
		return nil
	}
	return fmt.Errorf("%w: %s wrote them and this is %s, whose crypto/tls may read them differently: write the file anew with this tlsbench, or give --sessions-force",
		ErrGoVersion, f.Go, runtime.Version())
}

// sameRelease compares release lines, such as go1.26. Development versions have
// none and must be equal.
func sameRelease(a, b string) bool { return a == b || line(a) != "" && line(a) == line(b) }

func line(v string) string {
	v, _, _ = strings.Cut(v, " ") // an experiment's name may follow
	return version.Lang(v)
}
