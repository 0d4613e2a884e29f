package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tlsbench/bench"
	"tlsbench/bench/session"
	"tlsbench/report"
)

// options are the flags of run, as given.
type options struct {
	target string
	// changed tells which flags were given.
	changed func(flag string) bool

	arms                  string
	policy, scope, dry    string
	pool                  int
	sessionsIn            string
	sessionsOut           string
	sessionsForce         bool
	workers               int
	count                 int64
	duration              time.Duration
	rounds                int
	warmup                time.Duration
	seed                  uint64
	timeout               time.Duration
	tls                   string
	groups, ciphers, alpn []string
	sni, connect          string
	caFile                string
	certFile, keyFile     string
	insecure              bool
	keyLog                string
	closeMode             string
	handshakeOnly         bool
	http2                 bool
	headers               []string
	method                string
	ipv4, ipv6            bool
	dns                   string
	serverPID             int
	serverCgroup          string
	serverCPUCommand      string
	vs                    string
	maxRegress            []string
	checks                []string
	baseline              string
	saveBaseline          string
	noise                 string
	strict, force         bool
	outputs               []string
	quiet                 bool
}

func newRun(main func(*cobra.Command, *options) error) *cobra.Command {
	o := &options{}
	c := &cobra.Command{
		Use:   "run [TARGET]",
		Short: "Compare full and resumed handshakes against a target",
		Long: `run compares full and resumed handshakes against a target:

  https://HOST[:PORT]/PATH   one request on each fresh connection
  tls://HOST:PORT            handshake only
  HOST[:PORT]                https
  embedded:?SETTINGS         a server that tlsbench starts itself (the default);
                             settings: key=rsa-2048|rsa-3072|rsa-4096|ecdsa-p256|
                             ecdsa-p384|ed25519, tls=1.2-1.3, tickets=on|off,
                             chain=1, rtt=20ms, client-auth=none|request|require,
                             burn=50us (CPU time that it wastes on each connection)
  nginx:?SETTINGS            servers that tlsbench starts where they are installed:
  haproxy:?SETTINGS          on loopback, in a temporary folder, for the run;
  openssl:?SETTINGS          settings: key, tls, tickets, chain and client-auth as
                             above, cache=on|off (sessions kept by the server,
                             for session IDs), and workers=1 (nginx's processes,
                             HAProxy's threads; openssl s_server has one)

Arms alternate in short blocks. -o FORMAT[=FILE] may be given several
times; the text report goes to stdout unless another output does.`,
		Example: `  tlsbench run
  tlsbench run "embedded:?rtt=20ms&tls=1.2"
  tlsbench run --arms full,session-id,ticket,psk nginx:
  tlsbench run --vs nginx: "haproxy:?workers=1"
  tlsbench run https://server.example/health -c 4 -d 10s --server-pid 4711
  tlsbench run tls://127.0.0.1:8443 --insecure -n 2000 -o json=result.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.takeTarget(args)
			o.changed = c.Flags().Changed
			return main(c, o)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	o.planFlags(f)

	f.StringVar(&o.vs, "vs", "", "run every arm against this target too, interleaved, and compare TARGET with it")
	o.judgeFlags(f)

	f.StringArrayVarP(&o.outputs, "output", "o", nil, outputHelp())
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress on stderr")
	return c
}

// takeTarget reads the one argument, which may be missing.
func (o *options) takeTarget(args []string) {
	o.target = bench.SchemeEmbedded + ":"
	if len(args) > 0 {
		o.target = args[0]
	}
}

// planFlags are those that say what is run.
func (o *options) planFlags(f *pflag.FlagSet) {
	f.StringVar(&o.arms, "arms", "full,resumed", "the arms to run, some of full, resumed (whichever the server grants), session-id, ticket and psk; the first of a TLS version is its baseline")
	f.IntVarP(&o.workers, "workers", "c", 1, "connections at the same time")
	f.Int64VarP(&o.count, "count", "n", 0, "attempts per arm, exactly, instead of a duration")
	f.DurationVarP(&o.duration, "duration", "d", 5*time.Second, "measured time per arm")
	f.IntVar(&o.rounds, "rounds", 10, "rounds in which the arms alternate")
	f.DurationVar(&o.warmup, "warmup", 300*time.Millisecond, "unmeasured time per arm before the first round, 0 for none")
	f.Uint64Var(&o.seed, "seed", 0, "seed of the order of the arms (default: random, and saved)")
	f.DurationVar(&o.timeout, "timeout", 10*time.Second, "limit of each attempt")

	f.StringVar(&o.policy, "session-policy", "", "session that a connection offers: latest, frozen or once (default: latest, or frozen where no request is made)")
	f.StringVar(&o.scope, "session-scope", string(session.PerWorker), "who shares sessions: worker or shared")
	f.IntVar(&o.pool, "session-pool", 0, "sessions got beforehand for each worker, or for all where they share, with --session-policy once (default: as many as are needed)")
	f.StringVar(&o.dry, "session-dry", string(bench.DryStop), "when no session is left with --session-policy once: stop (end the block) or full (connect without one)")
	f.StringVar(&o.sessionsOut, "sessions-out", "", "write the sessions held at the end to this file, for --sessions-in; it is secret")
	f.StringVar(&o.sessionsIn, "sessions-in", "", "offer the sessions of this file from the first connection on, and make no other")
	f.BoolVar(&o.sessionsForce, "sessions-force", false, "take sessions of another target or Go version from the file")

	o.tlsFlags(f, "1.2-1.3")

	f.BoolVar(&o.handshakeOnly, "handshake-only", false, "make no request")
	f.BoolVar(&o.http2, "http2", false, "offer HTTP/2 beside HTTP/1.1")
	f.StringArrayVarP(&o.headers, "header", "H", nil, "request header 'Name: value'; repeatable, values are not saved")
	f.StringVar(&o.method, "method", "GET", "request method")

	o.netFlags(f)
	f.StringVar(&o.dns, "dns", "once", "look the name up once, or each time: once or each")
	f.StringVar(&o.closeMode, "close", string(bench.CloseReset), "how connections end: reset (leaves no port in TIME_WAIT) or graceful")

	f.IntVar(&o.serverPID, "server-pid", 0, "measure the CPU of this process and its descendants as the server's")
	f.StringVar(&o.serverCgroup, "server-cgroup", "", "measure the CPU of this cgroup as the server's")
	f.StringVar(&o.serverCPUCommand, "server-cpu-cmd", "", "command that prints the server's cumulative CPU time in nanoseconds")
}

// tlsFlags are those about what a connection negotiates and trusts. versions is
// the default of --tls.
func (o *options) tlsFlags(f *pflag.FlagSet, versions string) {
	f.StringVar(&o.tls, "tls", versions, "TLS version or range, from 1.0 to 1.3")
	f.StringSliceVar(&o.groups, "groups", nil, "key exchange groups, such as X25519 or P-256 (default: Go's own)")
	f.StringSliceVar(&o.ciphers, "ciphers", nil, "cipher suites by IANA name, TLS 1.2 and below: Go fixes those of TLS 1.3")
	f.StringSliceVar(&o.alpn, "alpn", nil, "protocols to offer (default for https: http/1.1)")
	f.StringVar(&o.sni, "sni", "", "server name to send and to verify, instead of the target's host")
	f.StringVar(&o.caFile, "cacert", "", "PEM file of the authorities to trust")
	f.StringVar(&o.certFile, "cert", "", "PEM file of the client certificate")
	f.StringVar(&o.keyFile, "key", "", "PEM file of its key (default: the --cert file)")
	f.BoolVarP(&o.insecure, "insecure", "k", false, "do not verify certificates")
	f.StringVar(&o.keyLog, "keylog", "", "append TLS secrets to this file, for Wireshark (default: $SSLKEYLOGFILE)")
}

// netFlags are those about how a server is reached.
func (o *options) netFlags(f *pflag.FlagSet) {
	f.StringVar(&o.connect, "connect", "", "connect to this HOST:PORT instead of the target's own")
	f.BoolVarP(&o.ipv4, "ipv4", "4", false, "IPv4 only")
	f.BoolVarP(&o.ipv6, "ipv6", "6", false, "IPv6 only")
}

// judgeFlags are those about what a result is put to.
func (o *options) judgeFlags(f *pflag.FlagSet) {
	f.StringArrayVar(&o.checks, "check", nil, "condition that must hold, as in 'tls.p95(resumed) < 2ms' or 'saving(tls.p50) >= 40%'; repeatable")
	f.StringVar(&o.baseline, "baseline", "", "compare with this saved result: a file, or a name given to --save-baseline")
	f.StringVar(&o.saveBaseline, "save-baseline", "", "save the result under this name in "+baselineFolder)
	f.StringArrayVar(&o.maxRegress, "max-regress", nil, "with --vs or --baseline: fail when a metric got worse by more, as in 5% (the gated ones) or tls.p50=3%,server_cpu=10%")
	f.StringVar(&o.noise, "noise", "", "with --vs or --baseline: a file that tlsbench noise saved, which says what a run is worth here")
	f.BoolVar(&o.strict, "strict", false, "end with exit code 4 where a check or a gated comparison is inconclusive")
	f.BoolVar(&o.force, "force", false, "compare with a baseline of another experiment")
}

func outputHelp() string { return "FORMAT[=FILE], repeatable: " + strings.Join(report.Formats(), ", ") }
