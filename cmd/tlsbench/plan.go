package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/engine/nethttp"
	"tlsbench/scenarios"
)

// engines are all there are.
func engines() []bench.Engine { return []bench.Engine{cryptotls.Engine{}, nethttp.Engine{}} }

// check opens no connection: it finds what an engine would refuse.
func check(p bench.Plan) error {
	for _, e := range engines() {
		for _, arm := range p.Arms {
			if arm.Engine != e.Name() {
				continue
			}
			if err := e.Check(arm); err != nil {
				return err
			}
		}
	}
	return enoughFiles(p, bench.ThisEnv().OpenFiles)
}

// enoughFiles refuses more workers than this process may have connections.
func enoughFiles(p bench.Plan, limit uint64) error {
	const others = 16 // standard streams, outputs, poller, child …
	for _, arm := range p.Arms {
		if n := arm.Load.Workers; limit > 0 && uint64(n)+others > limit {
			return fmt.Errorf("-c %d: that many connections need %d open files, and the limit is %d: raise it with ulimit -n", n, n+others, limit)
		}
	}
	return nil
}

// plan resolves the flags into a plan. What contradicts itself is refused
// before anything is opened.
func (o *options) plan() (bench.Plan, error) {
	target, err := bench.ParseTarget(o.target)
	if err != nil {
		return bench.Plan{}, err
	}
	if err := o.contradictions(target); err != nil {
		return bench.Plan{}, err
	}
	arm, err := o.arm(target)
	if err != nil {
		return bench.Plan{}, err
	}
	p := bench.Plan{
		Compare: scenarios.Session, Rounds: o.rounds, Count: o.count, Duration: o.duration,
		Warmup: o.warmup, Seed: o.seed, Confidence: 0.95,
	}
	if o.changed("count") {
		if o.count < 1 {
			return p, fmt.Errorf("-n %d: want at least 1 attempt", o.count)
		}
		p.Duration = 0
	}
	if o.sessionsIn != "" {
		p.Warmup = 0 // nothing goes ahead of the first measured connection
	}
	if !o.changed("seed") {
		p.Seed = rand.Uint64()
	}
	if p.Arms, err = o.split(arm); err != nil {
		return p, err
	}
	if o.changed("vs") {
		if err := o.versus(&p); err != nil {
			return p, fmt.Errorf("--vs: %w", err)
		}
		allowed, err := compare.ParseAllowance(o.maxRegress...)
		if err != nil {
			return p, fmt.Errorf("--max-regress: %w", err)
		}
		p.FewestRounds = allowed.FewestRounds(p)
		if !o.changed("rounds") {
			p.Rounds = max(p.Rounds, p.FewestRounds)
		}
	}
	return p, p.Validate()
}

func (o *options) contradictions(t bench.Target) error {
	noRequest := o.handshakeOnly || t.Scheme == bench.SchemeTLS
	for _, rule := range []struct {
		broken bool
		text   string
	}{
		{o.changed("count") && o.changed("duration"), "-n and -d: choose a number of attempts or a duration"},
		{o.ipv4 && o.ipv6, "-4 and -6: choose one"},
		{o.insecure && o.caFile != "", "--insecure and --cacert: verify against the file, or not at all"},
		{o.http2 && o.changed("alpn"), "--http2 and --alpn: choose one"},
		{noRequest && o.http2, "--http2 needs requests, and there are none: offer it with --alpn h2, or use https://"},
		{noRequest && len(o.headers) > 0, "-H needs requests, and there are none: use https://"},
		{noRequest && o.changed("method"), "--method needs requests, and there are none: use https://"},
		{t.Local() && o.connect != "", fmt.Sprintf("--connect and %s: a server that is started here is found by itself", t.Scheme)},
		{t.Local() && (o.serverPID != 0 || o.serverCgroup != "" || o.serverCPUCommand != ""),
			fmt.Sprintf("--server-… and %s: the CPU of a server that is started here is measured by itself", t.Scheme)},
		{t.Local() && o.caFile != "", fmt.Sprintf("--cacert and %s: the certificate of a server that is started here is trusted by itself", t.Scheme)},
		{count(o.serverPID != 0, o.serverCgroup != "", o.serverCPUCommand != "") > 1,
			"--server-pid, --server-cgroup and --server-cpu-cmd: choose one"},
		{o.changed("server-pid") && o.serverPID < 1, "--server-pid: want a process ID above 0"},
		{o.changed("server-cgroup") && o.serverCgroup == "", "--server-cgroup is empty: want a cgroup's path"},
		{o.changed("server-cpu-cmd") && o.serverCPUCommand == "", "--server-cpu-cmd is empty: want a command"},
		{o.changed("sessions-in") && o.changed("session-pool"), "--sessions-in and --session-pool: the file's sessions are the pool"},
		{o.changed("sessions-in") && o.changed("warmup") && o.warmup > 0, "--sessions-in and --warmup: a warm-up would use the sessions up"},
		{o.changed("sessions-in") && o.sessionsIn == "", "--sessions-in is empty: want a file"},
		{o.changed("sessions-out") && o.sessionsOut == "", "--sessions-out is empty: want a file"},
		{o.sessionsForce && o.sessionsIn == "", "--sessions-force acts on --sessions-in, and there is none"},
		{o.dns != "once" && o.dns != "each", fmt.Sprintf("--dns %s: want once or each", o.dns)},
	} {
		if rule.broken {
			return errors.New(rule.text)
		}
	}
	return nil
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

func count(set ...bool) (n int) {
	for _, s := range set {
		if s {
			n++
		}
	}
	return n
}

// arm is what all arms have in common.
func (o *options) arm(t bench.Target) (bench.Arm, error) {
	arm := bench.Arm{
		Target:  t,
		Engine:  nethttp.Engine{}.Name(),
		Load:    bench.Load{Workers: o.workers},
		Timeout: o.timeout,
		TLS: bench.TLS{
			Groups: o.groups, Ciphers: o.ciphers, ALPN: o.alpn, ServerName: o.sni,
			CAFile: o.caFile, CertFile: o.certFile, KeyFile: o.keyFile,
			Insecure: o.insecure, KeyLog: o.keyLog,
		},
		Net: bench.Net{Connect: o.connect, ResolveEach: o.dns == "each", Close: bench.CloseMode(o.closeMode)},
	}
	var err error
	if arm.TLS.MinVersion, arm.TLS.MaxVersion, err = bench.ParseVersions(o.tls); err != nil {
		return arm, fmt.Errorf("--tls: %w", err)
	}
	if !o.changed("keylog") {
		arm.TLS.KeyLog = os.Getenv("SSLKEYLOGFILE")
	}
	if !slices.Contains([]bench.CloseMode{bench.CloseReset, bench.CloseGraceful}, arm.Net.Close) {
		return arm, fmt.Errorf("--close %s: want reset or graceful", o.closeMode)
	}
	if o.connect != "" {
		if host, port, err := net.SplitHostPort(o.connect); err != nil || host == "" || port == "" {
			return arm, fmt.Errorf("--connect %s: want HOST:PORT", o.connect)
		}
	}
	switch {
	case o.ipv4:
		arm.Net.Family = 4
	case o.ipv6:
		arm.Net.Family = 6
	}
	if o.handshakeOnly || t.Scheme == bench.SchemeTLS {
		arm.Engine = cryptotls.Engine{}.Name()
		return arm, nil
	}
	return arm, o.request(&arm)
}

// request fills in what an arm that makes requests has more.
func (o *options) request(arm *bench.Arm) error {
	if o.method == "" {
		return errors.New("--method is empty: want GET, or --handshake-only for no request")
	}
	arm.HTTP = bench.HTTP{Method: o.method, HTTP2: o.http2, Headers: http.Header{}}
	for i, h := range o.headers {
		name, value, ok := strings.Cut(h, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			// It may be secret, so it is not repeated.
			return fmt.Errorf("-H: the %s one is not of the form 'Name: value'", ordinal(i+1))
		}
		arm.HTTP.Headers.Add(name, value)
		arm.HTTP.HeaderNames = append(arm.HTTP.HeaderNames, http.CanonicalHeaderKey(name))
	}
	switch {
	case o.http2:
		arm.TLS.ALPN = []string{"h2", "http/1.1"}
	case !o.changed("alpn"):
		arm.TLS.ALPN = []string{"http/1.1"}
	}
	return nil
}
