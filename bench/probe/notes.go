package probe

import (
	"fmt"
	"strings"
)

// initialWindow is what a server sends before it waits for the client: ten
// segments of 1460 bytes (RFC 6928).
const initialWindow = 14600

// notes says in words what is worth knowing, the most important first.
func notes(res *Result) []string {
	n := &noted{Result: res, all: []string{}}
	n.down()
	n.nodes()
	n.keys()
	n.unused()
	n.uses()
	n.abrupt()
	n.ages()
	n.retry()
	n.weight()
	n.failures()
	return n.all
}

type noted struct {
	*Result
	all []string
}

func (n *noted) add(format string, args ...any) { n.all = append(n.all, fmt.Sprintf(format, args...)) }

func (n *noted) down() {
	for _, p := range n.Places {
		if _, why := p.Trouble(); why != "" {
			n.add("%s %s: %s", p.Name, p.trouble(), why)
		}
	}
}

// every calls do for each mechanism of each place.
func (n *noted) every(do func(p PlaceResult, m MechanismResult)) {
	for _, p := range n.Places {
		for _, m := range p.Mechanisms {
			do(p, m)
		}
	}
}

func (n *noted) nodes() {
	n.every(func(p PlaceResult, m MechanismResult) {
		switch m.Uses {
		case NodesDiffer:
			n.add("%s: %s: the nodes behind this address do not share keys or caches: one session was refused "+
				"and accepted in turns (%d of %d offers accepted); a load balancer whose nodes do not share keys",
				p.Name, m.Mechanism, m.Reuse.Accepted, m.Reuse.Of)
		case StoredLate:
			n.add("%s: %s: sessions were refused at first, and accepted from then on (%d of %d offers): they are stored late, or the nodes behind this address differ",
				p.Name, m.Mechanism, m.Reuse.Accepted, m.Reuse.Of)
		case Unsteady:
			n.add("%s: %s: sessions are not always accepted (%d of %d offers): they are for a single use, or forgotten early, or the nodes behind this address differ",
				p.Name, m.Mechanism, m.Reuse.Accepted, m.Reuse.Of)
		}
	})
}

// doubtsTold is how many doubts about one matrix become notes.
const doubtsTold = 5

// keys tells which places do not accept each other's sessions.
func (n *noted) keys() {
	for _, mx := range n.Matrices {
		if len(mx.Groups) > 1 {
			always := ""
			if len(mx.Doubts) > 0 {
				always = "always "
			}
			n.add("%s: sessions are not %sshared between %s", mx.Mechanism, always, n.groups(mx, " and "))
		}
		for _, doubt := range mx.Doubts[:min(len(mx.Doubts), doubtsTold)] {
			n.add("%s: %s", mx.Mechanism, doubt)
		}
		if more := len(mx.Doubts) - doubtsTold; more > 0 {
			n.add("%s: %d more cells of the matrix do not fit: see there", mx.Mechanism, more)
		}
		var with, without []int
		for i, p := range n.Places {
			if m, _ := p.Mechanism(mx.Mechanism); m.AnyGranted() {
				with = append(with, i)
			} else if m.Granted != nil {
				without = append(without, i)
			}
		}
		if len(without) > 0 {
			n.add("%s: sessions are granted at %s, but not at %s", mx.Mechanism, n.names(with), n.names(without))
		}
	}
	for _, mx := range n.Matrices {
		if len(mx.Groups) == 1 && len(mx.Groups[0]) > 1 {
			n.add("%s: sessions are shared between %s", mx.Mechanism, n.names(mx.Groups[0]))
		}
	}
}

func (n *noted) groups(mx Matrix, between string) string {
	var all []string
	for _, g := range mx.Groups {
		all = append(all, "("+n.names(g)+")")
	}
	return strings.Join(all, between)
}

func (n *noted) names(places []int) string {
	var all []string
	for _, i := range places {
		all = append(all, n.Places[i].Name)
	}
	return strings.Join(all, ", ")
}

func (n *noted) unused() {
	n.every(func(p PlaceResult, m MechanismResult) {
		if m.Uses == NeverUsed {
			n.add("%s: %s: sessions are granted, but none is ever resumed (0 of %d offers accepted)", p.Name, m.Mechanism, m.Reuse.Of)
		}
	})
	for _, p := range n.Places {
		if granted, tried := anyGrants(p); p.Up() && tried && !granted {
			n.add("%s grants no sessions of any kind: every connection makes a full handshake", p.Name)
		}
	}
}

func anyGrants(p PlaceResult) (granted, tried bool) {
	for _, m := range p.Mechanisms {
		granted = granted || m.AnyGranted()
		tried = tried || m.Granted != nil
	}
	return granted, tried
}

func (n *noted) uses() {
	n.every(func(p PlaceResult, m MechanismResult) {
		switch {
		case m.Uses == SingleUse:
			n.add("%s: %s: each session is accepted once only: clients need a new one for every connection", p.Name, m.Mechanism)
		case m.Uses == Reusable && (m.Simultaneous.Verdict == No || m.Simultaneous.Verdict == Mixed):
			n.add("%s: %s: simultaneous connections do not all resume (%s)", p.Name, m.Mechanism, m.Simultaneous.score())
		}
	})
}

func (n *noted) abrupt() {
	n.every(func(p PlaceResult, m MechanismResult) {
		switch {
		case m.Abrupt.Verdict == No:
			n.add("%s: %s: sessions are lost when a client closes its connection without a close_notify", p.Name, m.Mechanism)
		case m.Abrupt.Verdict == Mixed && m.Uses == Reusable:
			n.add("%s: %s: some sessions are lost when a client closes its connection without a close_notify (%s)",
				p.Name, m.Mechanism, m.Abrupt.score())
		}
	})
}

func (n *noted) ages() {
	n.every(func(p PlaceResult, m MechanismResult) {
		for _, a := range m.Ages {
			if a.Verdict == No {
				n.add("%s: %s: a session was not accepted at an age of %s", p.Name, m.Mechanism, brief(a.Age))
				return
			}
		}
	})
}

func (n *noted) retry() {
	for _, p := range n.Places {
		for _, v := range p.Versions {
			if v.HelloRetry != nil && *v.HelloRetry {
				n.add("%s: TLS %s: a HelloRetryRequest costs every connection a round trip: the server does not take the key share that is offered first, and wants %s",
					p.Name, v.Version, v.Group)
			}
		}
	}
}

func (n *noted) weight() {
	for _, p := range n.Places {
		var most VersionResult
		for _, v := range p.Versions {
			if v.CertificateBytes != nil && *v.CertificateBytes > initialWindow {
				most = v
			}
		}
		if most.CertificateBytes != nil {
			n.add("%s: the certificates weigh %d bytes, more than fits into the initial congestion window of 10 segments (%d bytes): "+
				"a full handshake takes one more round trip", p.Name, *most.CertificateBytes, initialWindow)
		}
	}
}

// failures tells of what failed on the way, without which the findings stand
// on fewer tries.
func (n *noted) failures() {
	for _, p := range n.Places {
		for _, v := range p.Versions {
			if p.Up() && v.Supported == NotTested && v.Failure != nil {
				n.add("%s: TLS %s is not known: the handshake failed: %s", p.Name, v.Version, explained(*v.Failure))
			}
		}
	}
	n.every(func(p PlaceResult, m MechanismResult) {
		if m.Failure != nil && p.Stopped == nil {
			n.add("%s: %s: some connections failed: %s", p.Name, m.Mechanism, explained(*m.Failure))
		}
	})
	if n.Insecure {
		n.add("certificates were not verified")
	}
	if n.Partial {
		n.add("the probe was interrupted: what it had not come to is not tested")
	}
}
