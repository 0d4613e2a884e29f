// Package scenarios turns the description of an experiment into arms that
// differ in nothing but what is compared.
//
// That fairness is made here, in one place: an arm that reads its tickets while
// the other does not, or that advertises less, compares two things at once.
package scenarios

import (
	"errors"
	"fmt"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// The dimensions of arms.
const (
	Session = "session" // the wanted kind of handshake
	Version = "tls"     // the TLS version
	Target  = "target"  // the server: see Versus
)

// The values of the dimension target: the server that the other one is held
// against, and that one.
const (
	BaseTarget = "base"
	NewTarget  = "new"
)

// Versus doubles arms: each goes to the base target too, and is compared with
// its like there. They run interleaved, so that both servers have the same
// weather.
func Versus(arms []bench.Arm, base bench.Target) []bench.Arm {
	var all []bench.Arm
	for _, arm := range arms {
		for _, side := range []string{BaseTarget, NewTarget} {
			named := bench.NewArm(append(slices.Clone(arm.Coords), bench.Coord{Dimension: Target, Value: side})...)
			own := arm
			own.Name, own.Coords = named.Name, named.Coords
			if side == BaseTarget {
				own.Target = base
			}
			all = append(all, own)
		}
	}
	return all
}

// ErrNoneResumes says that sessions were configured for arms of which none
// offers any.
var ErrNoneResumes = errors.New("no arm resumes")

// BySession makes one arm for each wanted kind of handshake, all alike in what
// common says. The arms that resume follow the session policy; configured says
// that the policy was asked for, and is no default.
//
// A kind that exists in some versions only pins the version. Where such kinds
// are wanted, the arms fall into groups of one version each, which is then a
// coordinate: the highest before TLS 1.3 for session-id and ticket, TLS 1.3 for
// psk. Full and resumed stand in every group.
func BySession(common bench.Arm, wants []bench.Want, policy bench.SessionPolicy, configured bool) ([]bench.Arm, error) {
	if configured && !slices.ContainsFunc(wants, bench.Want.Resumes) {
		return nil, ErrNoneResumes
	}
	versions, err := pinned(common.TLS, wants)
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		return group(common, nil, wants, policy), nil
	}
	var arms []bench.Arm
	for _, v := range versions {
		inGroup := slices.DeleteFunc(slices.Clone(wants), func(w bench.Want) bool { return !existsIn(w, v) })
		pinned := common
		pinned.TLS.MinVersion, pinned.TLS.MaxVersion = v, v
		coord := bench.Coord{Dimension: Version, Value: v.String()}
		arms = append(arms, group(pinned, []bench.Coord{coord}, inGroup, policy)...)
	}
	return arms, nil
}

func existsIn(w bench.Want, v bench.Version) bool {
	lowest, highest := w.Versions()
	return lowest <= v && v <= highest
}

// pinned gives the versions that the wanted kinds need, one for each group.
func pinned(allowed bench.TLS, wants []bench.Want) ([]bench.Version, error) {
	var versions []bench.Version
	for _, w := range wants {
		lowest, highest := w.Versions()
		if w == bench.WantFull || w == bench.WantResumed {
			continue // in any version
		}
		v := min(highest, allowed.MaxVersion)
		if v < max(lowest, allowed.MinVersion) {
			return nil, fmt.Errorf("%s exists in TLS %s only, and --tls allows %s: change one of them",
				w, versionRange(lowest, highest), versionRange(allowed.MinVersion, allowed.MaxVersion))
		}
		if !slices.Contains(versions, v) {
			versions = append(versions, v)
		}
	}
	slices.Sort(versions)
	return versions, nil
}

func versionRange(lowest, highest bench.Version) string {
	if lowest == highest {
		return lowest.String()
	}
	return lowest.String() + "-" + highest.String()
}

// group makes arms that are compared with each other.
func group(common bench.Arm, coords []bench.Coord, wants []bench.Want, policy bench.SessionPolicy) []bench.Arm {
	var arms []bench.Arm
	resumes := slices.ContainsFunc(wants, bench.Want.Resumes)
	for _, want := range wants {
		named := bench.NewArm(append(slices.Clone(coords), bench.Coord{Dimension: Session, Value: string(want)})...)
		arm := common
		arm.Name, arm.Coords, arm.Want = named.Name, named.Coords, want
		if want.Resumes() {
			arm.Session = policy
		}
		// Where one arm waits for the tickets of its connections, all do, so
		// that they read and close alike. With a request they arrive with the
		// response.
		arm.Session.ReadTickets = resumes && common.HandshakeOnly() && policy.Policy != session.Frozen
		arms = append(arms, arm)
	}
	return arms
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
