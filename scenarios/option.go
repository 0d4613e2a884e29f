package scenarios

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"tlsbench/bench"
	"tlsbench/bench/arrival"
	"tlsbench/bench/proxy"
	"tlsbench/bench/session"
)

// Option is one value of a scenario: its place in a file, its flag and
// environment variable, and what it may be.
type Option struct {
	Path string // in a file, as in "load.workers"
	Flag string // empty where there is none
	// Short is the flag's letter, or "".
	Short string
	Doc   string
	// Whole says that the elements of a list may hold commas.
	Whole bool
	// Words are all values there are; none where there are others too.
	Words []string

	least, most int64 // of numbers and, in nanoseconds, durations
	at          func(*Scenario) any
	public      func(text string) string // what may be shown of a value, nil for all of it
}

// EnvPrefix is what the names of all environment variables begin with.
const EnvPrefix = "TLSBENCH_"

// Env is the environment variable, or "".
func (o Option) Env() string {
	if o.Flag == "" {
		return ""
	}
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(o.Flag, "-", "_"))
}

func (o Option) label() string {
	switch {
	case o.Short != "" && o.Flag != "insecure":
		return "-" + o.Short
	case o.Flag != "":
		return "--" + o.Flag
	}
	return o.Path
}

// In points to the option's value in a scenario: a *string, *bool, *int,
// *int64, *uint64, *time.Duration or *[]string.
func (o Option) In(s *Scenario) any { return o.at(s) }

func find(path string) (Option, bool) {
	i, ok := byPath()[path]
	if !ok {
		return Option{Path: path}, false
	}
	return Options()[i], true
}

var byPath = sync.OnceValue(func() map[string]int {
	index := map[string]int{}
	for i, o := range Options() {
		index[o.Path] = i
	}
	return index
})

func words[T ~string](all []T) []string {
	var names []string
	for _, one := range all {
		names = append(names, string(one))
	}
	return names
}

// Options lists all of them, in the order of run's flags. It drives flags,
// environment, files, --set and the JSON Schema.
var Options = sync.OnceValue(func() []Option {
	const longest = int64(bench.MaxSpan)
	return []Option{
		{Path: "description", Doc: "what the experiment is about, in a line",
			at: func(s *Scenario) any { return &s.Description }},
		{Path: "target", Doc: "where handshakes go: https://HOST[:PORT]/PATH, tls://HOST:PORT, h3://HOST[:PORT]/PATH, quic://HOST:PORT, smtp://HOST[:PORT] and others with STARTTLS, HOST[:PORT], or a server that tlsbench starts, such as embedded:?rtt=20ms; a mapping of names to targets makes the dimension target",
			at: func(s *Scenario) any { return &s.Target }, public: withoutCredentials},

		{Path: "arms", Flag: "arms", Words: words(bench.Wants()), Doc: "the arms to run, some of full, resumed (whichever the server grants), session-id, ticket, psk and 0rtt (over QUIC); the first of a TLS version is its baseline",
			at: func(s *Scenario) any { return &s.Arms }},
		{Path: "load.workers", Flag: "workers", Short: "c", least: 1, most: bench.MaxWorkers, Doc: "connections at the same time",
			at: func(s *Scenario) any { return &s.Load.Workers }},
		{Path: "load.rate", Flag: "rate", Short: "r", Doc: "attempts that fall due a second, as in 500/s, whatever becomes of those before (an open loop, instead of --workers)",
			at: func(s *Scenario) any { return &s.Load.Rate }},
		{Path: "load.arrivals", Flag: "arrivals", Words: words(arrival.Processes()), Doc: "how attempts of a rate follow each other: constant or poisson",
			at: func(s *Scenario) any { return &s.Load.Arrivals }},
		{Path: "load.max-inflight", Flag: "max-inflight", least: 1, most: bench.MaxWorkers, Doc: "connections of a rate that may be under way; what falls due beyond that is dropped, and counted",
			at: func(s *Scenario) any { return &s.Load.MaxInFlight }},
		{Path: "load.mix", Flag: "mix", Doc: "with --rate or --storm: one stream of all arms, and the shares of some, as in resumed=70%; the others get equal parts of the rest",
			at: func(s *Scenario) any { return &s.Load.Mix }},
		{Path: "load.ramp", Flag: "ramp", Doc: "rates from one to another, as in 100/s..5000/s, or 100/s..5000/s:12 for 12 of them; each round climbs through all",
			at: func(s *Scenario) any { return &s.Load.Ramp }},
		{Path: "load.find-max", Flag: "find-max", Whole: true, Doc: "search the highest rate that holds a condition, as in 'tls.p99 < 20ms'; --rate is where it begins",
			at: func(s *Scenario) any { return &s.Load.FindMax }},
		{Path: "load.storm", Flag: "storm", least: 1, most: bench.MaxWorkers, Doc: "connections that begin at once, once a round",
			at: func(s *Scenario) any { return &s.Load.Storm }},
		{Path: "load.count", Flag: "count", Short: "n", least: 1, most: bench.MaxCount, Doc: "attempts per arm, exactly, instead of a duration",
			at: func(s *Scenario) any { return &s.Load.Count }},
		{Path: "load.duration", Flag: "duration", Short: "d", least: 1, most: longest, Doc: "measured time per arm",
			at: func(s *Scenario) any { return &s.Load.Duration }},
		{Path: "load.rounds", Flag: "rounds", least: 1, most: bench.MaxRounds, Doc: "rounds in which the arms alternate",
			at: func(s *Scenario) any { return &s.Load.Rounds }},
		{Path: "load.warmup", Flag: "warmup", most: longest, Doc: "unmeasured time per arm before the first round, 0 for none",
			at: func(s *Scenario) any { return &s.Load.Warmup }},
		{Path: "load.seed", Flag: "seed", Doc: "seed of the order of the arms (default: random, and saved)",
			at: func(s *Scenario) any { return &s.Load.Seed }},
		{Path: "load.timeout", Flag: "timeout", least: 1, most: longest, Doc: "limit of each attempt",
			at: func(s *Scenario) any { return &s.Load.Timeout }},

		{Path: "sessions.policy", Flag: "session-policy", Words: words(session.Policies()), Doc: "session that a connection offers: latest, frozen or once (default: latest, or frozen where no request is made)",
			at: func(s *Scenario) any { return &s.Sessions.Policy }},
		{Path: "sessions.scope", Flag: "session-scope", Words: words(session.Scopes()), Doc: "who shares sessions: worker or shared",
			at: func(s *Scenario) any { return &s.Sessions.Scope }},
		{Path: "sessions.pool", Flag: "session-pool", least: 1, most: bench.MaxPool, Doc: "sessions got beforehand for each worker, or for all where they share, with --session-policy once (default: as many as are needed)",
			at: func(s *Scenario) any { return &s.Sessions.Pool }},
		{Path: "sessions.dry", Flag: "session-dry", Words: words([]bench.WhenDry{bench.DryStop, bench.DryFull}), Doc: "when no session is left with --session-policy once: stop (end the block) or full (connect without one)",
			at: func(s *Scenario) any { return &s.Sessions.Dry }},
		{Path: "sessions.out", Flag: "sessions-out", Doc: "write the sessions held at the end to this file, for --sessions-in; it is secret",
			at: func(s *Scenario) any { return &s.Sessions.Out }},
		{Path: "sessions.in", Flag: "sessions-in", Doc: "offer the sessions of this file from the first connection on, and make no other",
			at: func(s *Scenario) any { return &s.Sessions.In }},
		{Path: "sessions.force", Flag: "sessions-force", Doc: "take sessions of another target or Go version from the file",
			at: func(s *Scenario) any { return &s.Sessions.Force }},

		{Path: "tls.versions", Flag: "tls", Doc: "TLS version or range, from 1.0 to 1.3",
			at: func(s *Scenario) any { return &s.TLS.Versions }},
		{Path: "tls.groups", Flag: "groups", Doc: "key exchange groups, such as X25519 or P-256 (default: Go's own)",
			at: func(s *Scenario) any { return &s.TLS.Groups }},
		{Path: "tls.ciphers", Flag: "ciphers", Doc: "cipher suites by IANA name, TLS 1.2 and below: Go fixes those of TLS 1.3",
			at: func(s *Scenario) any { return &s.TLS.Ciphers }},
		{Path: "tls.alpn", Flag: "alpn", Doc: "protocols to offer (default for https: http/1.1, over QUIC with a request: h3)",
			at: func(s *Scenario) any { return &s.TLS.ALPN }},
		{Path: "tls.sni", Flag: "sni", Doc: "server name to send and to verify, instead of the target's host",
			at: func(s *Scenario) any { return &s.TLS.SNI }},
		{Path: "tls.cacert", Flag: "cacert", Doc: "PEM file of the authorities to trust",
			at: func(s *Scenario) any { return &s.TLS.CACert }},
		{Path: "tls.cert", Flag: "cert", Whole: true, Doc: "file of the client certificate, PEM or PKCS #12; repeatable: connections present them in turn",
			at: func(s *Scenario) any { return &s.TLS.Cert }},
		{Path: "tls.key", Flag: "key", Whole: true, Doc: "PEM file of its key (default: the --cert file); repeatable, in the order of --cert",
			at: func(s *Scenario) any { return &s.TLS.Key }},
		{Path: "tls.cert-password-file", Flag: "cert-password-file", Doc: "file that holds the password of a PKCS #12 --cert (default: $TLSBENCH_CERT_PASSWORD)",
			at: func(s *Scenario) any { return &s.TLS.CertPasswordFile }},
		{Path: "tls.client-cert", Flag: "client-cert", Words: []string{"on", "off"}, Doc: "whether a server that asks for a client certificate gets one: on or off",
			at: func(s *Scenario) any { return &s.TLS.ClientCert }},
		{Path: "tls.ech", Flag: "ech", Doc: "offer Encrypted Client Hello (TLS 1.3) with this ECHConfigList: a file, raw or in base64, or the base64 itself",
			at: func(s *Scenario) any { return &s.TLS.ECH }},
		{Path: "tls.insecure", Flag: "insecure", Short: "k", Doc: "do not verify certificates",
			at: func(s *Scenario) any { return &s.TLS.Insecure }},
		{Path: "tls.keylog", Flag: "keylog", Doc: "append TLS secrets to this file, for Wireshark (default: $SSLKEYLOGFILE)",
			at: func(s *Scenario) any { return &s.TLS.KeyLog }},

		{Path: "http.handshake-only", Flag: "handshake-only", Doc: "make no request",
			at: func(s *Scenario) any { return &s.HTTP.HandshakeOnly }},
		{Path: "http.proto", Flag: "proto", Words: words(bench.Protos()), Doc: "HTTP version: h1, h2 (offered beside HTTP/1.1) or h3 (over QUIC) (default: h1, or the target's own)",
			at: func(s *Scenario) any { return &s.HTTP.Proto }},
		{Path: "http.headers", Flag: "header", Short: "H", Whole: true, Doc: "request header 'Name: value'; repeatable, values are not saved",
			at: func(s *Scenario) any { return &s.HTTP.Headers }, public: headerNames},
		{Path: "http.method", Flag: "method", Doc: "request method",
			at: func(s *Scenario) any { return &s.HTTP.Method }},

		{Path: "net.connect", Flag: "connect", Doc: "connect to this HOST:PORT instead of the target's own",
			at: func(s *Scenario) any { return &s.Net.Connect }},
		{Path: "net.proxy", Flag: "proxy", Doc: "go through this proxy: http://[USER:PASSWORD@]HOST:PORT (CONNECT), https://…, socks5://… or socks5h://… (the proxy looks the name up); none for none (default for https targets: $HTTPS_PROXY or $ALL_PROXY, but for $NO_PROXY)",
			at: func(s *Scenario) any { return &s.Net.Proxy }, public: publicProxy},
		{Path: "net.proxy-cacert", Flag: "proxy-cacert", Doc: "PEM file of the authorities to trust for an https:// proxy (default: the system's)",
			at: func(s *Scenario) any { return &s.Net.ProxyCACert }},
		{Path: "net.proxy-insecure", Flag: "proxy-insecure", Doc: "do not verify an https:// proxy's certificate",
			at: func(s *Scenario) any { return &s.Net.ProxyInsecure }},
		{Path: "net.proxy-protocol", Flag: "proxy-protocol", Words: []string{none, proxy.V1, proxy.V2}, Doc: "send the PROXY protocol's header ahead of TLS: v1 or v2",
			at: func(s *Scenario) any { return &s.Net.ProxyProtocol }},
		{Path: "net.source", Flag: "source", Doc: "addresses of this machine to connect from, in turn, as in 127.0.0.2-127.0.0.9: each has ports of its own",
			at: func(s *Scenario) any { return &s.Net.Source }},
		{Path: "net.family", Words: []string{"any", "4", "6"}, Doc: "IP version: 4, 6, or any; the flags are --ipv4 and --ipv6",
			at: func(s *Scenario) any { return &s.Net.Family }},
		{Path: "net.dns", Flag: "dns", Words: []string{"once", "each"}, Doc: "look the name up once, or each time: once or each",
			at: func(s *Scenario) any { return &s.Net.DNS }},
		{Path: "net.close", Flag: "close", Words: words([]bench.CloseMode{bench.CloseReset, bench.CloseGraceful}), Doc: "how connections end: reset (leaves no port in TIME_WAIT) or graceful",
			at: func(s *Scenario) any { return &s.Net.Close }},

		{Path: "net.tokens", Flag: "tokens", Words: words([]bench.Tokens{bench.KeepTokens, bench.DropTokens}), Doc: "address validation tokens of QUIC servers: keep (present each on a later connection, as clients do) or drop",
			at: func(s *Scenario) any { return &s.Net.Tokens }},

		{Path: "server.pid", Flag: "server-pid", least: 1, most: math.MaxInt32, Doc: "measure the CPU of this process and its descendants as the server's",
			at: func(s *Scenario) any { return &s.Server.PID }},
		{Path: "server.cgroup", Flag: "server-cgroup", Doc: "measure the CPU of this cgroup as the server's",
			at: func(s *Scenario) any { return &s.Server.Cgroup }},
		{Path: "server.cpu-cmd", Flag: "server-cpu-cmd", Doc: "command that prints the server's cumulative CPU time in nanoseconds",
			at: func(s *Scenario) any { return &s.Server.CPUCommand }, public: program},

		{Path: "cpus", Flag: "cpus", Doc: "CPUs of the tool and of the servers that it starts, so that they do not share them, as in client=0,server=1 or client=0-1,server=2+3 (Linux)",
			at: func(s *Scenario) any { return &s.CPUs }},

		{Path: "compare.dimension", Doc: "the dimension along which arms are compared (default: session where it varies, else the first)",
			at: func(s *Scenario) any { return &s.Compare.Dimension }},
		{Path: "compare.baseline", Doc: "its value that the others are held against (default: the first)",
			at: func(s *Scenario) any { return &s.Compare.Baseline }},
		{Path: "vs", Flag: "vs", Doc: "run every arm against this target too, interleaved, and compare TARGET with it",
			at: func(s *Scenario) any { return &s.Vs }, public: withoutCredentials},
		{Path: "checks", Flag: "check", Whole: true, Doc: "condition that must hold, as in 'tls.p95(resumed) < 2ms' or 'saving(tls.p50) >= 40%'; repeatable",
			at: func(s *Scenario) any { return &s.Checks }},
		{Path: "baseline", Flag: "baseline", Doc: "compare with this saved result: a file, or a name given to --save-baseline",
			at: func(s *Scenario) any { return &s.Baseline }},
		{Path: "save-baseline", Flag: "save-baseline", Doc: "save the result under this name in .tlsbench",
			at: func(s *Scenario) any { return &s.SaveBaseline }},
		{Path: "max-regress", Flag: "max-regress", Whole: true, Doc: "with --vs or --baseline: fail when a metric got worse by more, as in 5% (the gated ones) or tls.p50=3%,server_cpu=10%",
			at: func(s *Scenario) any { return &s.MaxRegress }},
		{Path: "noise", Flag: "noise", Doc: "with --vs or --baseline: a file that tlsbench noise saved, which says what a run is worth here",
			at: func(s *Scenario) any { return &s.Noise }},
		{Path: "strict", Flag: "strict", Doc: "end with exit code 4 where a check or a gated comparison is inconclusive",
			at: func(s *Scenario) any { return &s.Strict }},
		{Path: "force", Flag: "force", Doc: "compare with a baseline of another experiment",
			at: func(s *Scenario) any { return &s.Force }},
		{Path: "capacity", Flag: "capacity", Doc: "load to tell what resumption is worth for: new connections a second and the share that resumes, as in 5000/s,70% (default: 1000/s, of which 50% and 90%); it is told as text, markdown, html and json",
			at: func(s *Scenario) any { return &s.Capacity }},
		{Path: "samples", Flag: "samples", Doc: "write every measured attempt to this file, a line of JSON each, while the run goes on",
			at: func(s *Scenario) any { return &s.Samples }},
		{Path: "outputs", Flag: "output", Short: "o", Whole: true, Doc: "outputs, FORMAT[=FILE] each",
			at: func(s *Scenario) any { return &s.Outputs }},
	}
})

// keys are what may stand at a place of a file: under load, for instance.
func keys(section string) []string {
	var all []string
	for _, o := range Options() {
		rest, ok := strings.CutPrefix(o.Path, section)
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(rest, ".")
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	if section == "" {
		all = append(all, "matrix", "exclude")
	}
	return all
}

// unknown says what may have been meant, or what there is.
func unknown(word string, known []string) string {
	if hint := meant(word, known); hint != "" {
		return fmt.Sprintf("unknown %q%s", word, hint)
	}
	return fmt.Sprintf("unknown %q: want one of %s", word, strings.Join(known, ", "))
}
