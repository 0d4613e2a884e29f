package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tlsbench/bench"
)

// outOfRange refuses values that mean nothing, also those that a Plan would take
// for "not set".
func (o *probeOptions) outOfRange(t bench.Target) error {
	for _, rule := range []struct {
		broken bool
		text   string
	}{
		{o.repeats < 1, fmt.Sprintf("--repeats %d: want at least 1", o.repeats)},
		{o.offers < 2, fmt.Sprintf("--offers %d: want at least 2", o.offers)},
		{o.simultaneous < 2, fmt.Sprintf("--simultaneous %d: want at least 2", o.simultaneous)},
		{slices.ContainsFunc(o.ages, func(age time.Duration) bool { return age <= 0 }), "--age: want times above 0"},
		{o.flags.Changed("watch") && o.watch <= 0, fmt.Sprintf("--watch %v: want a time above 0", o.watch)},
		{o.every <= 0, fmt.Sprintf("--every %v: want a time above 0", o.every)},
		{o.flags.Changed("every") && !o.flags.Changed("watch"), "--every acts on --watch, and there is none"},
		{o.flags.Changed("addresses") && len(o.addresses) == 0, "--addresses is empty: want IP addresses"},
		{o.flags.Changed("also") && len(o.also) == 0, "--also is empty: want HOST:PORT, or :PORT of the first address"},
		{o.flags.Changed("also-sni") && len(o.alsoSNI) == 0, "--also-sni is empty: want server names"},
		{t.Local() && len(o.addresses) > 0, fmt.Sprintf("--addresses and %s: a server that is started here is found by itself", t.Scheme)},
	} {
		if rule.broken {
			return errors.New(rule.text)
		}
	}
	return nil
}
