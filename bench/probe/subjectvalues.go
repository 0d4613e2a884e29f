package probe

import (
	"fmt"

	"tlsbench/bench/session"
)

func grantedBy(m session.Mechanism) func(*Result) measure {
	return func(res *Result) measure {
		all := measure{lowest: true, complete: true, why: "no place is up"}
		for _, p := range res.Places {
			if !p.Up() {
				continue
			}
			got, ok := p.Mechanism(m)
			switch {
			case ok && got.Granted != nil:
				all.add(float64(got.Granted.Min), fmt.Sprintf("%s: in %d full handshakes", p.Name, got.Granted.Handshakes))
			case ok && got.Version == 0 && p.refusesAll(m):
				all.add(0, p.Name+": "+got.FirstUse.Why)
			default:
				all.missing(p.Name + ": not measured")
			}
		}
		return all
	}
}

func places(res *Result) measure {
	return measure{value: float64(len(res.Places)), any: true, complete: true, why: "that the probe went to"}
}

// lifetime is the shortest hint of those that servers gave with tickets.
func lifetime(res *Result) measure {
	all := measure{lowest: true, complete: true, why: "no ticket was granted"}
	tickets(res, func(where string, m MechanismResult) {
		if m.Lifetime == nil {
			all.missing(where + ": the server gives no lifetime")
			return
		}
		all.add(float64(*m.Lifetime), where)
	})
	return all
}

func ticketBytes(res *Result) measure {
	all := measure{complete: true, why: "no ticket was granted"}
	tickets(res, func(where string, m MechanismResult) {
		if m.TicketBytes == nil {
			all.missing(where + ": not measured")
			return
		}
		all.add(float64(*m.TicketBytes), where)
	})
	return all
}

// tickets calls do for each mechanism with tickets that a place grants.
func tickets(res *Result, do func(where string, m MechanismResult)) {
	for _, p := range res.Places {
		for _, m := range p.Mechanisms {
			if m.Mechanism != session.ByID && m.AnyGranted() {
				do(p.Name+": "+string(m.Mechanism), m)
			}
		}
	}
}

func certificateBytes(res *Result) measure {
	all := measure{complete: true, why: "no full handshake completed"}
	for _, p := range res.Places {
		for _, v := range p.Versions {
			if v.CertificateBytes != nil {
				all.add(float64(*v.CertificateBytes), p.Name+": TLS "+v.Version.String())
			}
		}
		if !p.Up() {
			all.missing(p.Name + ": it " + p.trouble())
		}
	}
	return all
}
