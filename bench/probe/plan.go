package probe

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// The defaults of a Plan.
const (
	DefaultRepeats      = 3
	DefaultOffers       = 4
	DefaultSimultaneous = 4
)

// Plan is what a probe does.
type Plan struct {
	Target bench.Target
	// Template holds the TLS options, the family and the timeout of each
	// attempt. The probe sets what is wanted, the version, where to connect,
	// the server name, how to close, and that no request is made.
	Template bench.Arm
	// Waterfall is the arm of the two connections whose phases are shown, nil
	// for none. The probe sets only where it connects, and the server name.
	Waterfall *bench.Arm
	// Places are where to go, at least one: see Resolve.
	Places []Place
	// Versions are those to ask for, all that the template allows if empty.
	Versions []bench.Version
	// Repeats is how many sessions each test mints, 0 for DefaultRepeats.
	Repeats int
	// Offers is how many times, one after the other, the reuse test offers
	// each of its sessions, 0 for DefaultOffers, else at least 2.
	Offers int
	// Simultaneous is how many connections offer one session at the same
	// time, 0 for DefaultSimultaneous, else at least 2.
	Simultaneous int
	// Ages are how old a session becomes before it is offered.
	Ages []time.Duration
	// Seed orders the cells of the matrices.
	Seed uint64
	// Notes are kept with the result's own: what Resolve left out.
	Notes []string
}

// Place is one place at which sessions are granted and offered.
type Place struct {
	// Name tells it from the others.
	Name string `json:"name"`
	// Address is the ip:port that is dialed.
	Address string `json:"address"`
	// ServerName is sent and verified; empty for the target's host.
	ServerName string `json:"server_name"`
}

// resolved fills in the defaults and refuses what cannot be done.
func (p Plan) resolved() (Plan, error) {
	if len(p.Places) == 0 {
		return p, errors.New("probe: there is no address to go to")
	}
	for _, n := range []struct {
		name            string
		value           *int
		fallback, least int
	}{
		{"repeats", &p.Repeats, DefaultRepeats, 1},
		{"offers", &p.Offers, DefaultOffers, 2},
		{"simultaneous", &p.Simultaneous, DefaultSimultaneous, 2},
	} {
		if *n.value == 0 {
			*n.value = n.fallback
		}
		if *n.value < n.least {
			return p, fmt.Errorf("probe: %s is %d: want at least %d", n.name, *n.value, n.least)
		}
	}
	for _, age := range p.Ages {
		if age <= 0 {
			return p, fmt.Errorf("probe: a session of age %v: want more than 0", age)
		}
	}
	p.Ages = unique(p.Ages)
	lowest, highest := p.Template.TLS.MinVersion, p.Template.TLS.MaxVersion
	if lowest == 0 {
		lowest = tls.VersionTLS10
	}
	if highest == 0 {
		highest = tls.VersionTLS13
	}
	versions := p.Versions
	if len(versions) == 0 {
		versions = []bench.Version{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13}
	}
	p.Versions = nil
	for _, v := range versions {
		if lowest <= v && v <= highest {
			p.Versions = append(p.Versions, v)
		}
	}
	if len(p.Versions) == 0 {
		return p, fmt.Errorf("probe: none of the TLS versions asked for is between %s and %s", lowest, highest)
	}
	slices.Sort(p.Versions)
	p.Versions = slices.Compact(p.Versions)
	return p, nil
}

// serverName is the name that is sent and verified at a place.
func (p Plan) serverName(place int) string {
	return cmp.Or(p.Places[place].ServerName, p.Template.TLS.ServerName, p.Target.Host)
}

// mechanisms are those that exist in the plan's versions.
func (p Plan) mechanisms() []session.Mechanism {
	var all []session.Mechanism
	if p.Versions[0] < tls.VersionTLS13 {
		all = append(all, session.ByID, session.ByTicket)
	}
	if p.Versions[len(p.Versions)-1] >= tls.VersionTLS13 {
		all = append(all, session.ByPSK)
	}
	return all
}
