package main

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tlsbench/bench"
	"tlsbench/bench/pin"
	"tlsbench/report"
	"tlsbench/scenarios"
)

// options are the flags of run, as given, and what they make of a scenario
// together with the environment and a file.
type options struct {
	target string // empty: the scenario's
	flags  *pflag.FlagSet
	// given holds the values of flags; which of them were given, flags tells.
	given      *scenarios.Scenario
	file       string
	set, vary  []string
	ipv4, ipv6 bool
	quiet      bool

	// scenario is there once resolve has made it, warnings once plan has.
	scenario *scenarios.Scenario
	read     []variable // by resolve
	warnings []bench.Warning
	pinned   pin.Sides // by readPins
	serverOn pin.Set   // where servers are started, nil for where this process is
}

func newRun(main func(*cobra.Command, *options) error) *cobra.Command {
	o := &options{given: scenarios.Default()}
	c := &cobra.Command{
		Use:   "run [TARGET]",
		Short: "Compare full and resumed handshakes against a target",
		Long: `run compares full and resumed handshakes against a target:

  https://HOST[:PORT]/PATH   one request on each fresh connection
  h3://HOST[:PORT]/PATH      the same over QUIC
  tls://HOST:PORT            handshake only
  quic://HOST:PORT           the same over QUIC, of the protocol of --alpn
  smtp://HOST[:PORT]         the same as tls, behind what leads to TLS in that protocol:
                             submission, lmtp, imap, pop3, nntp, sieve, ftp, ldap,
                             xmpp-client, xmpp-server, irc, postgres, mysql, too
  smtps://HOST[:PORT]        the same as tls, on that protocol's port: imaps, pop3s,
                             nntps, ftps, ldaps, ircs, redis, rediss, amqps, mqtts,
                             postgres-direct (PostgreSQL 17 and later), too
  HOST[:PORT]                https
  embedded:?SETTINGS         a server that tlsbench starts itself (the default);
                             settings: key=rsa-2048|rsa-3072|rsa-4096|ecdsa-p256|
                             ecdsa-p384|ed25519, tls=1.2-1.3, tickets=on|off,
                             chain=1, rtt=20ms, client-auth=none|request|require,
                             ech=on|off (Encrypted Client Hello),
                             burn=50us (CPU time that it wastes on each connection),
                             proto=h2|h1|h3; with proto=h3 (QUIC) also
                             early-data=on|off|none (off: it rejects what its
                             tickets allow) and retry=on|off (a Retry for each
                             client without a token)
  nginx:?SETTINGS            servers that tlsbench starts where they are installed:
  haproxy:?SETTINGS          on loopback, in a temporary folder, for the run;
  openssl:?SETTINGS          settings: key, tls, tickets, chain and client-auth as
                             above, cache=on|off (sessions kept by the server,
                             for session IDs), and workers=1 (nginx's processes,
                             HAProxy's threads; openssl s_server has one)

-f takes an experiment from a file, or a built-in one by its name ('tlsbench
scenarios list'). Flags come before the environment (TLSBENCH_WORKERS for
--workers, and so on), that before the file. --vary compares over several
values: each of them becomes arms.

Arms alternate in short blocks. -o FORMAT[=FILE] may be given several
times; the text report goes to stdout unless another output does.`,
		Example: `  tlsbench run
  tlsbench run "embedded:?rtt=20ms&tls=1.2"
  tlsbench run --arms full,session-id,ticket,psk nginx:
  tlsbench run --vs nginx: "haproxy:?workers=1"
  tlsbench run https://server.example/health -c 4 -d 10s --server-pid 4711
  tlsbench run tls://127.0.0.1:8443 --insecure -n 2000 -o json=result.json
  tlsbench run smtp://mx.example
  tlsbench run -f key-types
  tlsbench run --vary workers=1,2,4,8 --vary tls=1.2,1.3`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.takeTarget(args); err != nil {
				return err
			}
			return main(c, o)
		},
	}
	o.runFlags(c)
	return c
}

// takeTarget reads the one argument, which may be missing: the scenario's target
// then counts. An empty one is mostly a variable that was never set.
func (o *options) takeTarget(args []string) error {
	if len(args) == 0 {
		return nil
	}
	if o.target = args[0]; o.target == "" {
		return usage(errors.New("the target is empty: is a variable unset? Leave it out for the server that tlsbench starts itself"))
	}
	return nil
}

// runFlags are those that make a scenario.
func (o *options) runFlags(c *cobra.Command) { o.scenarioFlags(c, nil) }

// planFlags are those of them that say what is run, and not what its result is
// put to.
func (o *options) planFlags(c *cobra.Command) {
	o.scenarioFlags(c, append([]string{"vs", "samples"}, judging...))
}

// judging are the options about what a result is put to.
var judging = []string{"check", "baseline", "save-baseline", "max-regress", "noise", "strict", "force", "capacity", "output"}

func (o *options) scenarioFlags(c *cobra.Command, but []string) {
	f := c.Flags()
	f.SortFlags = false
	o.flags = f
	f.StringVarP(&o.file, "file", "f", "", "scenario to run: a file, or the name of a built-in one")
	f.StringArrayVar(&o.set, "set", nil, "set a value of the scenario, as in load.duration=2s; repeatable, wins over all other flags")
	f.StringArrayVar(&o.vary, "vary", nil, "compare over several values, as in tls=1.2,1.3; repeatable. Dimensions: "+joined(scenarios.Dimensions()))
	for _, option := range scenarios.Options() {
		if option.Path == "net.dns" {
			o.familyFlags()
		}
		if !slices.Contains(but, option.Flag) {
			o.register(option, "")
		}
	}
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress on stderr")
	c.SetUsageFunc(groupedUsage)
	_ = c.RegisterFlagCompletionFunc("file", completeNames)
	_ = c.RegisterFlagCompletionFunc("vary", completeBefore(scenarios.Dimensions()))
	var paths []string
	for _, option := range scenarios.Options() {
		paths = append(paths, option.Path)
	}
	_ = c.RegisterFlagCompletionFunc("set", completeBefore(paths))
}

// completeBefore completes words that a = follows.
func completeBefore(words []string) cobra.CompletionFunc {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = w + "="
	}
	return cobra.FixedCompletions(all, cobra.ShellCompDirectiveNoSpace|cobra.ShellCompDirectiveNoFileComp)
}

// only registers some of the options.
func (o *options) only(f *pflag.FlagSet, names ...string) {
	o.flags = f
	for _, option := range scenarios.Options() {
		if slices.Contains(names, option.Flag) {
			o.register(option, "")
		}
	}
}

// register makes an option's flag, with another text of help where that is
// given.
func (o *options) register(option scenarios.Option, doc string) {
	f, name, short := o.flags, option.Flag, option.Short
	if doc == "" {
		doc = option.Doc
	}
	switch {
	case name == "":
		return
	case name == "output":
		doc = outputHelp()
	}
	switch p := option.In(o.given).(type) {
	case *string:
		f.StringVarP(p, name, short, *p, doc)
	case *bool:
		f.BoolVarP(p, name, short, *p, doc)
	case *int:
		f.IntVarP(p, name, short, *p, doc)
	case *int64:
		f.Int64VarP(p, name, short, *p, doc)
	case *uint64:
		f.Uint64VarP(p, name, short, *p, doc)
	case *time.Duration:
		f.DurationVarP(p, name, short, *p, doc)
	case *[]string:
		if name == "arms" {
			f.Var((*lastList)(p), name, doc)
		} else if option.Whole {
			f.StringArrayVarP(p, name, short, *p, doc)
		} else {
			f.StringSliceVarP(p, name, short, *p, doc)
		}
	}
}

// lastList is a list that a flag gives as a whole: the last one counts.
type lastList []string

func (l *lastList) Set(text string) error {
	*l = nil
	for word := range strings.SplitSeq(text, ",") {
		*l = append(*l, strings.TrimSpace(word))
	}
	return nil
}

func (l *lastList) String() string { return strings.Join(*l, ",") }

func (*lastList) Type() string { return "strings" }

// connectionFlags are those about what a connection negotiates and trusts, and
// how a server is reached. versions is the default of --tls.
func (o *options) connectionFlags(f *pflag.FlagSet, versions string) {
	o.given.TLS.Versions = versions
	o.only(f, "tls", "groups", "ciphers", "alpn", "sni", "cacert", "cert", "key", "cert-password-file", "insecure", "keylog", "connect",
		"proxy", "proxy-cacert", "proxy-insecure", "proxy-protocol")
	o.familyFlags()
}

func (o *options) familyFlags() {
	o.flags.BoolVarP(&o.ipv4, "ipv4", "4", false, "IPv4 only")
	o.flags.BoolVarP(&o.ipv6, "ipv6", "6", false, "IPv6 only")
}

// judgeFlags are those about what a result is put to.
func (o *options) judgeFlags(f *pflag.FlagSet) {
	o.only(f, judging...)
}

func outputHelp() string { return "FORMAT[=FILE], repeatable: " + joined(report.Formats()) }
