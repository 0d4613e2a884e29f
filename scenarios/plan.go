package scenarios

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"tlsbench/bench"
)

// Plan resolves the scenario: every default, and every arm. check says why an
// arm cannot be served; it may be nil. Arms that only the matrix made and that
// cannot be are left out, with a warning; what was asked for by itself and
// cannot be is an error. Nothing is opened or dialed.
func (s *Scenario) Plan(check func(bench.Arm) error) (bench.Plan, []bench.Warning, error) {
	own := s.copy()
	if err := own.versus(); err != nil {
		return bench.Plan{}, nil, err
	}
	if err := own.settle(); err != nil {
		return bench.Plan{}, nil, err
	}
	p := bench.Plan{
		Rounds: own.Load.Rounds, Count: own.Load.Count, Duration: own.Load.Duration,
		Warmup: own.Load.Warmup, Seed: own.Load.Seed, Confidence: 0.95,
	}
	if own.Given("load.count") {
		p.Duration = 0
	}
	own.planLoad(&p)
	if own.Sessions.In != "" {
		p.Warmup = 0 // nothing goes ahead of the first measured connection
	}
	if !own.Given("load.seed") {
		p.Seed = rand.Uint64()
	}
	x, compared, err := own.expansion(check)
	if err != nil {
		return p, nil, err
	}
	if err := x.run(own); err != nil {
		return p, nil, err
	}
	p.Arms, p.Compare = x.arms, compared
	if err := own.someUse(p.Arms); err != nil {
		return p, nil, err
	}
	if err := own.mix(&p); err != nil {
		return p, nil, err
	}
	alike(p.Arms, compared)
	if own.Vs != "" {
		if err := own.twoOfAKind(p.Arms); err != nil {
			return p, nil, err
		}
	}
	directly, err := own.oneWay(p.Arms)
	if err != nil {
		return p, nil, err
	}
	return p, append(x.warnings(), directly...), p.Validate()
}

// versus turns --vs into two targets that are compared.
func (s *Scenario) versus() error {
	switch {
	case !s.Given("vs"):
		return nil
	case len(s.Targets) > 0:
		return s.fault("vs", ": the scenario has several targets already: choose one of them")
	case s.Net.Connect != "" && s.Vs != s.Target:
		return s.fault("vs", ": --connect sends both to one server: leave it out")
	case s.Sessions.In != "" || s.Sessions.Out != "":
		return s.fault("vs", ": session files are of one target: leave --sessions-in and --sessions-out out")
	}
	if _, err := bench.ParseTarget(s.Vs); err != nil {
		return s.fault("vs", ": %v", err)
	}
	s.Targets = []Named{{BaseTarget, s.Vs}, {NewTarget, s.Target}}
	s.Compare = Compare{Dimension: Target}
	return nil
}

// twoOfAKind refuses to compare what differs in more than the server.
func (s *Scenario) twoOfAKind(arms []bench.Arm) error {
	local := false
	for _, a := range arms {
		if a.HandshakeOnly() != arms[0].HandshakeOnly() {
			return s.fault("vs", ": one of the targets makes requests and the other does not: add --handshake-only, or give two of a kind")
		}
		local = local || a.Target.Local()
	}
	if !local && s.Vs != s.Target && s.serverOption() != "" {
		return s.fault("vs", ": %s names one server's clock, and there are two: leave it out", s.label(s.serverOption()))
	}
	return nil
}

// expansion prepares the dimensions: the compared one last, so that the arms
// of a group stand together.
func (s *Scenario) expansion(check func(bench.Arm) error) (*expansion, string, error) {
	x := &expansion{check: check, exclude: s.Exclude, lenient: len(s.Matrix) > 0}
	for _, d := range s.Matrix {
		known, _ := dimensionByName(d.Name)
		if known.path != "" && known.path != "target" && s.Given(known.path) && s.layer(known.path) == d.origin.Layer {
			return nil, "", s.fault(known.path, " and matrix.%s: the dimension varies what the other one fixes: choose one", d.Name)
		}
		x.axes = append(x.axes, axis{Dimension: d})
	}
	if err := s.oneLoad(); err != nil {
		return nil, "", err
	}
	if s.Load.Ramp != "" {
		if err := s.addRamp(x); err != nil {
			return nil, "", err
		}
	}
	has := func(name string) bool {
		return slices.ContainsFunc(x.axes, func(a axis) bool { return a.Name == name })
	}
	if len(s.Targets) > 0 && !has(Target) {
		if has("server") {
			if s.Given("vs") {
				return nil, "", s.fault("vs", " and matrix.server: one names another target, and the other starts servers: choose one")
			}
			return nil, "", s.fault("target", " names several targets, and matrix.server starts others: choose one")
		}
		d := Dimension{Name: Target, origin: s.origins["target"]}
		for _, t := range s.Targets {
			d.Values = append(d.Values, t.Name)
		}
		x.axes = append([]axis{{Dimension: d}}, x.axes...)
	}
	if !has(Session) {
		if len(s.Arms) == 0 {
			return nil, "", s.fault("arms", ": want some of full, resumed, session-id, ticket, psk and 0rtt")
		}
		x.axes = append(x.axes, axis{Dimension: Dimension{Name: Session, Values: s.Arms, origin: s.origins["arms"], at: s.origins["arms"].each}})
	}
	if err := s.someResumes(x.axes); err != nil {
		return nil, "", err
	}
	if err := s.implyVersions(x); err != nil {
		return nil, "", err
	}
	compared, err := s.compareBy(x)
	if err != nil {
		return nil, "", err
	}
	x.ofSessions = slices.Contains(sessionDimensions(), compared)
	// Nobody asked for the full arm that every comparison has by default.
	x.lenient = x.lenient || x.ofSessions
	return x, compared, x.bounded(s)
}

// someUse refuses options that act on some sort of arms of which there is none:
// one alone may stand beside others that it does not act on.
func (s *Scenario) someUse(arms []bench.Arm) error {
	none := func(uses func(bench.Arm) bool) bool { return !slices.ContainsFunc(arms, uses) }
	switch {
	case s.Net.Tokens == string(bench.DropTokens) && none(bench.Arm.QUIC):
		return s.tokensOverTCP()
	case s.Net.ProxyCACert != "" && none(func(a bench.Arm) bool { return a.Net.ProxyCAFile != "" }):
		return s.proxyWithoutTLS("net.proxy-cacert")
	case s.Net.ProxyInsecure && none(func(a bench.Arm) bool { return a.Net.ProxyInsecure }):
		return s.proxyWithoutTLS("net.proxy-insecure")
	}
	return nil
}

// sessionDimensions are those of which session a connection offers.
func sessionDimensions() []string { return []string{"policy", "scope", "pool", "dry"} }

// someResumes refuses sessions that nobody would offer.
func (s *Scenario) someResumes(axes []axis) error {
	for _, a := range axes {
		if a.Name != Session || slices.ContainsFunc(a.Values, func(v string) bool { return v != string(bench.WantFull) }) {
			continue
		}
		for _, d := range axes {
			if slices.Contains(sessionDimensions(), d.Name) {
				label := cmp.Or(d.origin.label, "matrix."+d.Name)
				return s.noArm(d, 0, label+" acts on arms that resume, and there is none: add resumed to "+s.label("arms"))
			}
		}
		for _, path := range []string{"sessions.policy", "sessions.scope", "sessions.pool", "sessions.dry", "sessions.in", "sessions.out"} {
			if s.Given(path) && s.layer(path) >= a.origin.Layer {
				return s.resumesNot(path)
			}
		}
	}
	return nil
}

// implyVersions adds the dimension tls where wanted kinds exist in some
// versions only: one group for the highest before TLS 1.3 for session-id and
// ticket, one for TLS 1.3 for psk. Full and resumed stand in every group.
func (s *Scenario) implyVersions(x *expansion) error {
	i := slices.IndexFunc(x.axes, func(a axis) bool { return a.Name == Session })
	if slices.ContainsFunc(x.axes, func(a axis) bool { return a.Name == Version }) || s.onlyQUIC(x.axes) {
		return nil
	}
	var allowed bench.TLS
	var err error
	if allowed.MinVersion, allowed.MaxVersion, err = bench.ParseVersions(s.TLS.Versions); err != nil {
		return s.fault("tls.versions", ": %v", err)
	}
	var versions []bench.Version
	for _, name := range x.axes[i].Values {
		want, err := bench.ParseWant(name)
		if err != nil || want == bench.WantFull || want == bench.WantResumed {
			continue // in any version, or refused later
		}
		lowest, highest := want.Versions()
		v := min(highest, allowed.MaxVersion)
		if v < max(lowest, allowed.MinVersion) {
			return s.wrongVersion(want, allowed)
		}
		if !slices.Contains(versions, v) {
			versions = append(versions, v)
		}
	}
	if len(versions) == 0 {
		return nil
	}
	slices.Sort(versions)
	if highest := versions[len(versions)-1]; highest == tls.VersionTLS13 && len(s.TLS.Ciphers) > 0 {
		return s.fault("tls.ciphers", " acts on TLS 1.2 and below only, and %s has psk or 0rtt, which exist in TLS 1.3 only: leave one of them out", s.label("arms"))
	}
	a := axis{Dimension: Dimension{Name: Version}, implied: true}
	for _, v := range versions {
		a.Values = append(a.Values, v.String())
	}
	x.axes = slices.Insert(x.axes, i, a)
	return nil
}

// compareBy chooses the compared dimension and puts it last, its baseline first.
func (s *Scenario) compareBy(x *expansion) (string, error) {
	varies := func(a axis) bool { return len(a.Values) > 1 }
	i := slices.IndexFunc(x.axes, func(a axis) bool { return a.Name == Session })
	if !varies(x.axes[i]) {
		if j := slices.IndexFunc(x.axes, varies); j >= 0 {
			i = j
		}
	}
	if name := s.Compare.Dimension; name != "" && !slices.Contains(s.replaced, name) {
		var names []string
		for _, a := range x.axes {
			names = append(names, a.Name)
		}
		if i = slices.Index(names, name); i < 0 {
			return "", s.fault("compare.dimension", " %s: that does not vary: want one of %s%s", cut(name), strings.Join(names, ", "), meant(name, names))
		}
	}
	a := x.axes[i]
	if value := s.Compare.Baseline; value != "" && !slices.Contains(s.replaced, s.Compare.Dimension) {
		j := slices.Index(a.Values, value)
		if j < 0 {
			return "", s.fault("compare.baseline", " %s: %s has the values %s%s", cut(value), a.Name, strings.Join(a.Values, ", "), meant(value, a.Values))
		}
		a.Values = append([]string{value}, slices.Delete(slices.Clone(a.Values), j, j+1)...)
		if len(a.at) > j {
			a.at = append([]position{a.at[j]}, slices.Delete(slices.Clone(a.at), j, j+1)...)
		}
	}
	x.axes = append(slices.Delete(x.axes, i, i+1), a)
	return a.Name, nil
}

// bounded refuses more arms than anybody means.
func (x *expansion) bounded(s *Scenario) error {
	n, sizes := 1, []string{}
	for i := range x.axes {
		a := &x.axes[i]
		if n <= MaxArms*MaxArms {
			n *= len(a.Values)
		}
		sizes = append(sizes, fmt.Sprintf("%s × %d", a.Name, len(a.Values)))
		a.arms, a.refused = make([]int, len(a.Values)), make([]error, len(a.Values))
	}
	if n > MaxArms {
		text := fmt.Sprintf("the matrix makes %d arms (%s): want at most %d", n, strings.Join(sizes, ", "), MaxArms)
		for _, d := range s.Matrix {
			if d.origin.Layer == InFile && s.doc != nil {
				return s.doc.fault(d.origin.at, "%s", text)
			}
		}
		return errors.New(text)
	}
	return nil
}
