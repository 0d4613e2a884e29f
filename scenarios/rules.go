package scenarios

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"tlsbench/bench"
)

// settle resolves what a later layer said against an earlier one, and refuses
// what one layer says against itself, or what no option can be.
func (s *Scenario) settle() error {
	for _, pair := range []struct{ a, b, why string }{
		{"load.count", "load.duration", "choose a number of attempts or a duration"},
		{"load.rate", "load.workers", "attempts fall due by a rate, or when workers are free"},
		{"load.ramp", "load.workers", "attempts fall due by a rate, or when workers are free"},
		{"load.find-max", "load.workers", "attempts fall due by a rate, or when workers are free"},
		{"load.storm", "load.workers", "a storm's connections all begin at once"},
		{"load.rate", "load.storm", "attempts fall due by a rate, or all at once"},
		{"load.ramp", "load.storm", "attempts fall due by a rate, or all at once"},
		{"load.find-max", "load.storm", "a search needs a rate, and a storm has none"},
		{"load.ramp", "load.rate", "the ramp is of rates"},
		{"load.ramp", "load.find-max", "climb through rates, or search one"},
		{"load.storm", "load.count", "a storm has as many attempts as it has connections: choose --rounds"},
		{"load.storm", "load.duration", "a storm lasts as long as it takes: choose --rounds"},
		{"load.find-max", "load.count", "a search lasts as long as it takes: choose --rounds"},
		{"load.find-max", "load.duration", "a search lasts as long as it takes: choose --rounds"},
		{"http.proto", "tls.alpn", "choose one"},
		{"tls.insecure", "tls.cacert", "verify against the file, or not at all"},
		{"net.proxy-insecure", "net.proxy-cacert", "verify against the file, or not at all"},
		{"sessions.in", "sessions.pool", "the file's sessions are the pool"},
	} {
		if err := s.either(pair.a, pair.b, pair.why); err != nil {
			return err
		}
	}
	return s.bounds()
}

// either lets one of two options stand: that of the later layer. Options that
// have the value of an option that is not there contradict nothing.
func (s *Scenario) either(a, b, why string) error {
	if !s.Given(a) || !s.Given(b) || s.blank(a) || s.blank(b) {
		return nil
	}
	switch x, y := s.origins[a].standing(), s.origins[b].standing(); {
	case a == "tls.insecure" && s.origins[a].varied:
		s.reset(b) // other arms of the dimension verify, by the file
	case x == y:
		return s.conflict(a, b, why)
	case x < y:
		s.reset(a)
	default:
		s.reset(b)
	}
	return nil
}

// blank reports whether a switch is off.
func (s *Scenario) blank(path string) bool {
	option, _ := find(path)
	on, isSwitch := option.In(s).(*bool)
	return isSwitch && !*on
}

// reset puts an option back to its default.
func (s *Scenario) reset(path string) {
	option, _ := find(path)
	copyValue(option.In(s), option.In(Default()))
	delete(s.origins, path)
}

// bounds refuses what lies beyond those of its option.
func (s *Scenario) bounds() error {
	for _, o := range Options() {
		if o.most == 0 || !s.Given(o.Path) {
			continue
		}
		p := o.In(s)
		n, _ := number(p)
		if n >= o.least && n <= o.most {
			continue
		}
		if d, ok := p.(*time.Duration); ok {
			wanted := "0 or more"
			switch {
			case n > o.most:
				wanted = fmt.Sprintf("at most %v", time.Duration(o.most))
			case o.least > 0:
				wanted = "more than 0"
			}
			return s.fault(o.Path, " %v: want %s", *d, wanted)
		}
		if o.most >= math.MaxInt32 && n < o.least {
			return s.fault(o.Path, " %d: want at least %d", n, o.least)
		}
		return s.fault(o.Path, " %d: want %d to %d%s", n, o.least, o.most, unitOf(o.Path))
	}
	return nil
}

func unitOf(path string) string {
	if path == "load.workers" {
		return " workers"
	}
	return ""
}

// contradictions refuses options that do not go with the target, or with each
// other.
func (s *Scenario) contradictions(t bench.Target) error {
	noRequest := s.noRequest(t)
	clock := s.serverOption()
	switch {
	case noRequest != "" && s.Given("http.proto") && s.HTTP.Proto != string(bench.H3):
		return s.fault("http.proto", " %s needs requests, and %s, or offer it with --alpn", s.HTTP.Proto, noRequest)
	case noRequest != "" && len(s.HTTP.Headers) > 0:
		return s.fault("http.headers", " needs requests, and %s", noRequest)
	case noRequest != "" && s.Given("http.method"):
		return s.fault("http.method", " needs requests, and %s", noRequest)
	case s.Given("tls.ech") && s.TLS.ECH == "":
		return s.fault("tls.ech", " is empty: want an ECHConfigList, as a file or in base64")
	case s.Given("tls.alpn") && len(t.ALPN()) > 0 && !slices.Contains(s.TLS.ALPN, t.ALPN()[0]):
		return s.fault("tls.alpn", " %s: %s:// refuses a handshake that does not offer %s: add it, or leave the option out", strings.Join(s.TLS.ALPN, ","), t.Scheme, t.ALPN()[0])
	case s.Given("tls.client-cert") && s.TLS.ClientCert == "on" && !t.Local() && len(s.TLS.Cert) == 0:
		return s.fault("tls.client-cert", " on needs --cert: there is no certificate to give")
	case t.Local() && s.Net.Connect != "":
		return s.fault("net.connect", " and %s: a server that is started here is found by itself", t.Scheme)
	case t.Local() && s.Net.ProxyProtocol != none:
		return s.fault("net.proxy-protocol", " and %s: a server that is started here does not take it", t.Scheme)
	case t.Local() && clock != "":
		return s.fault(clock, " and %s: the CPU of a server that is started here is measured by itself", t.Scheme)
	case t.Local() && s.TLS.CACert != "":
		return s.fault("tls.cacert", " and %s: the certificate of a server that is started here is trusted by itself", t.Scheme)
	case s.severalClocks():
		return s.fault(clock, ": --server-pid, --server-cgroup and --server-cpu-cmd: choose one")
	case s.Given("server.cgroup") && s.Server.Cgroup == "":
		return s.fault("server.cgroup", " is empty: want a cgroup's path")
	case s.Given("server.cpu-cmd") && s.Server.CPUCommand == "":
		return s.fault("server.cpu-cmd", " is empty: want a command")
	case s.Given("sessions.in") && s.Given("load.warmup") && s.Load.Warmup > 0 && s.layer("load.warmup") >= s.layer("sessions.in"):
		return s.conflict("sessions.in", "load.warmup", "a warm-up would use the sessions up")
	case s.Given("sessions.in") && s.Sessions.In == "":
		return s.fault("sessions.in", " is empty: want a file")
	case s.Given("sessions.out") && s.Sessions.Out == "":
		return s.fault("sessions.out", " is empty: want a file")
	case s.Given("samples") && s.Samples == "":
		return s.fault("samples", " is empty: want a file")
	case s.Sessions.Force && s.Sessions.In == "":
		return s.fault("sessions.force", " acts on --sessions-in, and there is none")
	}
	return nil
}

// noRequest says why no request is made and what to do where one is wanted, or
// is "" where requests are made.
func (s *Scenario) noRequest(t bench.Target) string {
	switch {
	case t.HandshakeOnly():
		return t.Scheme + ":// makes none: use https://"
	case s.HTTP.HandshakeOnly:
		return s.label("http.handshake-only") + " makes none: leave one of them out"
	}
	return ""
}

// tooOld says that the TLS versions are below that of something, by which option
// or wanted kind.
func (s *Scenario) tooOld(what string) error {
	if s.Given("tls.versions") {
		return s.fault("tls.versions", " %s: %s: leave it out", s.TLS.Versions, what)
	}
	return s.fault("arms", ": session-id and ticket exist in TLS 1.2 and below only, and %s: leave one of them out", what)
}

// serverOption is the option that names a clock, or "".
func (s *Scenario) serverOption() string {
	switch {
	case s.Server.PID != 0:
		return "server.pid"
	case s.Server.Cgroup != "":
		return "server.cgroup"
	case s.Server.CPUCommand != "":
		return "server.cpu-cmd"
	}
	return ""
}

func (s *Scenario) severalClocks() bool {
	n := 0
	for _, set := range []bool{s.Server.PID != 0, s.Server.Cgroup != "", s.Server.CPUCommand != ""} {
		if set {
			n++
		}
	}
	return n > 1
}

// resumesNot says that sessions were configured for arms of which none offers
// any.
func (s *Scenario) resumesNot(path string) error {
	return s.fault(path, " acts on arms that resume, and there is none: add resumed to %s", s.label("arms"))
}

func ordinal(n int) string {
	switch n {
	case 1:
		return "first"
	case 2:
		return "second"
	case 3:
		return "third"
	default:
		return fmt.Sprintf("%dth", n)
	}
}
