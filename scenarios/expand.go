// Package scenarios turns the description of an experiment into arms that
// differ in nothing but what is compared.
//
// That fairness is made here, in one place: an arm that reads its tickets while
// the other does not, or that advertises less, compares two things at once.
package scenarios

import (
	"errors"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// Session is the dimension along which full and resumed handshakes differ.
const Session = "session"

// ErrNoneResumes says that sessions were configured for arms of which none
// offers any.
var ErrNoneResumes = errors.New("no arm resumes")

// BySession makes one arm for each wanted kind of handshake, all alike in what
// common says. The arms that resume follow the session policy; configured says
// that the policy was asked for, and is no default.
func BySession(common bench.Arm, wants []bench.Want, policy bench.SessionPolicy, configured bool) ([]bench.Arm, error) {
	var arms []bench.Arm
	resumes := false
	for _, want := range wants {
		named := bench.NewArm(bench.Coord{Dimension: Session, Value: string(want)})
		arm := common
		arm.Name, arm.Coords, arm.Want = named.Name, named.Coords, want
		if want == bench.WantResumed {
			resumes = true
			arm.Session = policy
		}
		arms = append(arms, arm)
	}
	if configured && !resumes {
		return nil, ErrNoneResumes
	}
	// Where one arm waits for the tickets of its connections, all do, so that
	// they read and close alike. With a request they arrive with the response.
	for i := range arms {
		arms[i].Session.ReadTickets = resumes && common.HandshakeOnly() && policy.Policy != session.Frozen
	}
	return arms, nil
}

// DefaultPolicy is the session policy of an arm where none was asked for: what
// clients do with requests; with bare handshakes the one session that needs no
// ticket read on measured connections.
func DefaultPolicy(arm bench.Arm) session.Policy {
	if arm.HandshakeOnly() {
		return session.Frozen
	}
	return session.Latest
}
