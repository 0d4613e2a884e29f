package main

import (
	"time"

	"github.com/spf13/cobra"

	"tlsbench/bench/probe"
	"tlsbench/scenarios"
)

// probeOptions are the flags of probe: what a connection is like, as for run,
// and what is asked.
type probeOptions struct {
	options
	addresses, also, alsoSNI      []string
	repeats, offers, simultaneous int
	ages                          []time.Duration
	expect                        []string
	watch, every                  time.Duration
	timeout                       time.Duration
	seed                          uint64
	outputs                       []string
}

func newProbe(main func(*cobra.Command, *probeOptions) error) *cobra.Command {
	o := &probeOptions{options: options{given: scenarios.Default()}}
	c := &cobra.Command{
		Use:   "probe TARGET",
		Short: "Find out which sessions a server, and every address behind its name, grants",
		Long: `probe asks every address behind the target's name, in every TLS version, which
sessions it grants (session IDs, tickets, PSKs), and offers them again: several
times, at the same time, after an abrupt close, at a given age, and at every
other address. It tells which addresses share keys, and shows the phases of one
full and one resumed connection.

--expect takes conditions that must hold, separated by commas; one that does
not, or that could not be tested, makes the exit code 3:

  session-id, ticket, psk       sessions are resumed in that way; with a
                                comparison, as in ticket>=1: granted by a
                                full handshake
  tls1.0 … tls1.3               the version is spoken
  shared-keys                   every address takes every other's sessions
  reuse, simultaneous, abrupt   sessions survive being used again, being used
                                at the same time, a close without close_notify
  age                           they survive every --age
  hello-retry                   the default key share is asked for again
  up                            every address answers, also during --watch
  places, lifetime, ticket-bytes, certificate-bytes
                                compared with a number, as in lifetime>=1h

A ! before a name means that it must not hold anywhere.`,
		Example: `  tlsbench probe https://server.example/
  tlsbench probe tls://server.example:8443 --age 10s,1m --expect 'psk>=1, shared-keys'
  tlsbench probe tls://localhost:8443 --addresses 127.0.0.2,127.0.0.3 --watch 5m`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.target = args[0]
			return main(c, o)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringSliceVar(&o.addresses, "addresses", nil, "go to these IP addresses (or IP:PORT) instead of those of the target's name")
	f.StringSliceVar(&o.also, "also", nil, "go to these HOST:PORT (or :PORT of the first address) too")
	f.StringSliceVar(&o.alsoSNI, "also-sni", nil, "ask the first address for these server names too")
	f.DurationSliceVar(&o.ages, "age", nil, "offer sessions at these ages too, as in 10s,1m")
	f.IntVar(&o.repeats, "repeats", probe.DefaultRepeats, "sessions for each test")
	f.IntVar(&o.offers, "offers", probe.DefaultOffers, "offers of each session, one after the other")
	f.IntVar(&o.simultaneous, "simultaneous", probe.DefaultSimultaneous, "connections that offer one session at the same time")
	f.StringArrayVar(&o.expect, "expect", nil, "conditions that must hold, as in 'ticket>=1, shared-keys'; see above")
	f.DurationVar(&o.watch, "watch", 0, "then offer sessions again and again for this long, and tell when one is refused")
	f.DurationVar(&o.every, "every", time.Second, "time between the offers of --watch")
	f.DurationVar(&o.timeout, "timeout", 10*time.Second, "limit of each attempt")
	f.Uint64Var(&o.seed, "seed", 0, "seed of the order of the offers (default: random, and saved)")
	o.connectionFlags(f, "1.0-1.3")
	f.StringArrayVarP(&o.outputs, "output", "o", nil, "FORMAT[=FILE], repeatable: text, json")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress on stderr")
	return c
}
