package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// Sessions is the listing of a session file, which shows none of its secrets.
type Sessions struct {
	File session.File
	Now  time.Time
}

// warnings are doubts whether the sessions can be used.
func (l Sessions) warnings() []string {
	all := []string{}
	if err := l.File.CheckGo(); err != nil {
		all = append(all, err.Error())
	}
	return all
}

// WriteText writes the listing for people.
func (l Sessions) WriteText(w io.Writer) error {
	f := l.File
	var b strings.Builder
	fmt.Fprintf(&b, "target    %s, server name %s\n", f.Target.Address, f.Target.ServerName)
	fmt.Fprintf(&b, "written   %s (%s), by %s\n", f.Created.UTC().Format(time.RFC3339), ago(l.Now.Sub(f.Created)), f.Go)
	verified := "yes"
	if !f.Verified {
		verified = "no: made with --insecure, and of use only with it"
	}
	fmt.Fprintf(&b, "verified  %s\n\n", verified)
	t := Table{Columns: []Column{
		{Name: "#"}, {Name: "kind", Left: true}, {Name: "TLS"}, {Name: "age"}, {Name: "lifetime hint"},
		{Name: "end", Left: true}, {Name: "ticket bytes"},
	}}
	for i, s := range f.Sessions {
		lifetime, ticket := absent, absent
		if s.Lifetime > 0 {
			lifetime = span(s.Lifetime)
		}
		if n := s.TicketSize(); n > 0 {
			ticket = grouped(n)
		}
		t.Rows = append(t.Rows, []string{
			grouped(i + 1), string(s.Mechanism()), bench.Version(s.Version).String(),
			span(l.Now.Sub(s.Granted)), lifetime, l.end(s), ticket,
		})
	}
	if err := drawTable(&b, t); err != nil {
		return err
	}
	for _, warning := range l.warnings() {
		b.WriteString("warning: " + warning + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (l Sessions) end(s session.Session) string {
	end := s.Expires()
	switch {
	case end.IsZero():
		return absent
	case s.Expired(l.Now):
		return "expired " + ago(l.Now.Sub(end))
	default:
		return "in " + span(end.Sub(l.Now))
	}
}

// WriteJSON writes the listing for programs: null for what is not known.
func (l Sessions) WriteJSON(w io.Writer) error {
	type target struct {
		Address    string `json:"address"`
		ServerName string `json:"server_name"`
	}
	type one struct {
		Kind        session.Mechanism `json:"kind"`
		TLS         string            `json:"tls"`
		Granted     time.Time         `json:"granted"`
		Age         time.Duration     `json:"age_ns"`
		Lifetime    *time.Duration    `json:"lifetime_hint_ns"`
		NotAfter    *time.Time        `json:"not_after"`
		EndsIn      *time.Duration    `json:"ends_in_ns"`
		Expired     bool              `json:"expired"`
		TicketBytes *int              `json:"ticket_bytes"`
	}
	f := l.File
	listing := struct {
		Target   target        `json:"target"`
		Created  time.Time     `json:"created"`
		Age      time.Duration `json:"age_ns"`
		Go       string        `json:"go"`
		Verified bool          `json:"verified"`
		Sessions []one         `json:"sessions"`
		Warnings []string      `json:"warnings"`
	}{target(f.Target), f.Created, l.Now.Sub(f.Created), f.Go, f.Verified, []one{}, l.warnings()}
	for _, s := range f.Sessions {
		o := one{
			Kind: s.Mechanism(), TLS: bench.Version(s.Version).String(), Granted: s.Granted, Age: l.Now.Sub(s.Granted),
			Lifetime: known(s.Lifetime), NotAfter: known(s.NotAfter),
			Expired: s.Expired(l.Now), TicketBytes: known(s.TicketSize()),
		}
		if end := s.Expires(); !end.IsZero() {
			left := end.Sub(l.Now) // negative where it is over
			o.EndsIn = &left
		}
		listing.Sessions = append(listing.Sessions, o)
	}
	return writeJSON(w, listing)
}

// known is nil for a value that nobody knows.
func known[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

func ago(d time.Duration) string {
	if d < 0 {
		return span(-d) + " from now"
	}
	return span(d) + " ago"
}

// span writes a time that people wait for, in its two largest units.
func span(d time.Duration) string {
	if d < 0 {
		return minus + span(-d)
	}
	const day = 24 * time.Hour
	for _, u := range []struct {
		size, part time.Duration
		name, rest string
	}{{day, time.Hour, "d", "h"}, {time.Hour, time.Minute, "h", "min"}, {time.Minute, time.Second, "min", "s"}} {
		if d < u.size {
			continue
		}
		text := grouped(int64(d/u.size)) + nbsp + u.name
		if rest := d % u.size / u.part; rest > 0 {
			text += nbsp + grouped(int64(rest)) + nbsp + u.rest
		}
		return text
	}
	return grouped(int64(d/time.Second)) + nbsp + "s"
}
