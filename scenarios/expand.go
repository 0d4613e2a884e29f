package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// MaxArms is how many arms a plan may have: more would take hours, and a typing
// error makes many.
const MaxArms = 1000

// copy is one that can be changed by itself.
func (s *Scenario) copy() *Scenario {
	own := *s
	own.origins = maps.Clone(s.origins)
	if own.origins == nil {
		own.origins = map[string]Origin{}
	}
	return &own
}

// expansion turns a scenario into arms.
type expansion struct {
	axes    []axis
	exclude []Exclusion
	check   func(bench.Arm) error
	// lenient: what cannot exist is left out. Else it is an error.
	lenient bool
	// ofSessions says that arms are compared by which session they offer.
	ofSessions bool

	arms     []bench.Arm
	excluded []bool // of the exclusions: whether one left an arm out
	left     []leftOut
	first    error // why an arm was left out first
}

// axis is a dimension, and what became of its values.
type axis struct {
	Dimension
	implied bool // by the wanted kinds: nobody asked for its values
	arms    []int
	refused []error // the first reason
}

// leftOut is why arms were left out.
type leftOut struct {
	why   string
	first string
	n     int
}

// expand multiplies the dimensions out.
func (x *expansion) expand(s *Scenario, coords []bench.Coord, values []int) error {
	i := len(values)
	if i == len(x.axes) {
		return x.leaf(s, coords, values)
	}
	for j, value := range x.axes[i].Values {
		own := s.copy()
		origin := x.axes[i].origin
		if j < len(x.axes[i].at) {
			origin.at = x.axes[i].at[j]
		}
		if x.axes[i].implied {
			origin = s.origins["tls.versions"]
		}
		err := own.apply(x.axes[i].Name, value, origin)
		if err != nil {
			return err // whatever the other coordinates are
		}
		coord := bench.Coord{Dimension: x.axes[i].Name, Value: value}
		if err := x.expand(own, append(slices.Clip(coords), coord), append(slices.Clip(values), j)); err != nil {
			return err
		}
	}
	return nil
}

// leaf makes one arm, leaves it out, or refuses it.
func (x *expansion) leaf(s *Scenario, coords []bench.Coord, values []int) error {
	named := bench.NewArm(coords...)
	if x.isExcluded(named) {
		return nil
	}
	arm, err := x.arm(s, named)
	if errors.Is(err, errNotOfGroup) {
		return nil
	}
	if err == nil {
		x.arms = append(x.arms, arm)
		for i, j := range values {
			x.axes[i].arms[j]++
		}
		return nil
	}
	if !x.lenient {
		return err
	}
	if x.first == nil {
		x.first = err
	}
	for i, j := range values {
		if x.axes[i].refused[j] == nil {
			x.axes[i].refused[j] = err
		}
	}
	why := bare(err)
	k := slices.IndexFunc(x.left, func(l leftOut) bool { return l.why == why })
	if k < 0 {
		k = len(x.left)
		x.left = append(x.left, leftOut{why: why, first: named.Name})
	}
	x.left[k].n++
	return nil
}

// errNotOfGroup is of a wanted kind that belongs to another version's group.
var errNotOfGroup = errors.New("not of this group")

func (x *expansion) arm(s *Scenario, named bench.Arm) (bench.Arm, error) {
	want, err := bench.ParseWant(s.Arms[0])
	if err != nil {
		return bench.Arm{}, s.wordFault("arms", s.Arms[0], err)
	}
	if err := s.settle(); err != nil {
		return bench.Arm{}, err
	}
	arm, err := s.arm()
	if err != nil {
		return arm, err
	}
	arm.Name, arm.Coords, arm.Want = named.Name, named.Coords, want
	if lowest, highest := want.Versions(); arm.TLS.MaxVersion < lowest || arm.TLS.MinVersion > highest {
		if slices.ContainsFunc(x.axes, func(a axis) bool { return a.implied }) {
			return arm, errNotOfGroup
		}
		if arm.QUIC() {
			return arm, s.fault("arms", ": %s exists in TLS %s only, and QUIC has TLS 1.3 (RFC 9001 section 4.2): want psk, 0rtt or resumed", want, versionRange(lowest, highest))
		}
		return arm, s.wrongVersion(want, arm.TLS)
	}
	policy, err := s.policy(arm)
	if err != nil {
		return arm, err
	}
	switch {
	case want.Resumes():
		arm.Session = policy
	case x.ofSessions:
		return arm, fmt.Errorf("a full handshake offers no session, and arms are compared by the session that they offer")
	}
	if x.check != nil {
		err = s.attributed(x.check(arm))
	}
	return arm, err
}

// attributed gives an error that begins with a flag the place where that
// option's value was given, unless that is the flag.
func (s *Scenario) attributed(err error) error {
	if err == nil {
		return nil
	}
	for _, o := range Options() {
		rest, ok := strings.CutPrefix(err.Error(), "--"+o.Flag)
		if ok && o.Flag != "" && strings.IndexAny(rest, ": ") == 0 && s.Given(o.Path) && s.layer(o.Path) != OnCommandLine {
			return s.fault(o.Path, "%s", rest)
		}
	}
	return err
}

func (s *Scenario) wrongVersion(want bench.Want, allowed bench.TLS) error {
	lowest, highest := want.Versions()
	return s.fault("arms", ": %s exists in TLS %s only, and %s allows %s: change one of them",
		want, versionRange(lowest, highest), s.label("tls.versions"), versionRange(allowed.MinVersion, allowed.MaxVersion))
}

func versionRange(lowest, highest bench.Version) string {
	if lowest == highest {
		return lowest.String()
	}
	return lowest.String() + "-" + highest.String()
}

func (x *expansion) isExcluded(arm bench.Arm) bool {
	found := false
	for i, e := range x.exclude {
		if !slices.ContainsFunc(e.Of, func(d Dimension) bool { return !slices.Contains(d.Values, arm.Coord(d.Name)) }) {
			x.excluded[i], found = true, true
		}
	}
	return found
}

// warnings says which arms were left out.
func (x *expansion) warnings() []bench.Warning {
	var all []bench.Warning
	for _, l := range x.left {
		which := l.first
		if l.n > 1 {
			which = fmt.Sprintf("%d arms (%s …)", l.n, l.first)
		}
		all = append(all, bench.Warning{Code: bench.WarnLeftOut, Text: "left out: " + which + ": " + l.why})
	}
	return all
}

// alike makes arms that are compared read and close alike: where one waits for
// the tickets of its connections, all do. So do those that differ in the wanted
// kind only. With a request tickets arrive with the response.
//
// An arm that may present a client certificate waits, too: only what follows the
// handshake shows whether the server took it.
func alike(arms []bench.Arm, compared string) {
	reads := map[string]bool{}
	group := func(a bench.Arm) string {
		var parts []string
		for _, c := range a.Coords {
			if c.Dimension != compared && c.Dimension != Session {
				parts = append(parts, c.String())
			}
		}
		return strings.Join(parts, "\x00")
	}
	for _, a := range arms {
		if a.HandshakeOnly() && (a.Want.Resumes() && a.Session.Policy != session.Frozen || presents(a)) {
			reads[group(a)] = true
		}
	}
	if len(reads) == 0 {
		return
	}
	for i := range arms {
		arms[i].Session.ReadTickets = arms[i].HandshakeOnly() && reads[group(arms[i])]
	}
}

// presents reports whether an arm has a client certificate, or its server may
// ask for one.
func presents(a bench.Arm) bool {
	if len(a.TLS.CertFiles) > 0 {
		return true
	}
	auth := setting(a.Target, "client-auth")
	return auth != "" && auth != "none"
}
