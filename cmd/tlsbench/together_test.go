package main

import (
	"slices"
	"strings"
	"testing"

	"tlsbench/bench"
)

// Options that change what a connection is go with those that change when it is
// made: each arm gets what it wants, every time.
func TestOptionsTogether(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"embedded:?proto=h3 --arms full,0rtt -r 200/s -n 24 --mix 0rtt=50%",
		"embedded:?proto=h3 --arms full,resumed,0rtt --storm 6 --rounds 2",
		"embedded:?proto=h3 --arms full,0rtt --storm 8 --rounds 2 --mix full=50%",
		"embedded:?proto=h3 --arms full,0rtt -n 24 -c 3 --session-policy once",
		"embedded:?proto=h3&client-auth=request --arms full,0rtt -n 12 --vary client-cert=off,on",
		"embedded:?proto=h3&client-auth=require --arms full,resumed,0rtt -n 12",
		"embedded:?proto=h3&retry=on --arms full,0rtt -n 12 --vary tokens=keep,drop",
		"embedded:?proto=h3 --arms full,0rtt -n 12 --vary ech=off,on",
		"embedded:?proto=h3&ech=on&client-auth=require -n 12 --arms full,0rtt --ramp 50/s..100/s:2",
		"embedded:?client-auth=require&ech=on -n 12 --vary proto=h1,h3",
		"embedded: -n 24 -r 200/s --mix resumed=50% --vary proto=h1,h2",
		"embedded: --handshake-only -n 12 --vary ech=off,on --session-policy once",
		"embedded:?client-auth=request --handshake-only --storm 6 --rounds 2 --vary client-cert=off,on",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			r := measure(t, slices.Concat([]string{"run"}, strings.Fields(line), []string{"--warmup", "0"})...)
			for i := range r.Arms {
				a, arm := &r.Arms[i], r.Plan.Arms[i]
				if a.Attempts == 0 || a.Wanted(arm.Want) != a.Attempts {
					t.Errorf("arm %s: %d attempts, kinds %v, errors %v", a.Name, a.Attempts, a.Kinds, a.FirstErrors)
				}
				if with := strings.Contains(arm.Target.URL, "ech=on"); with != (a.ECH == a.Attempts) || !with && a.ECH > 0 {
					t.Errorf("arm %s: %d of %d with Encrypted Client Hello", a.Name, a.ECH, a.Attempts)
				}
				if drop := arm.Net.Tokens == bench.DropTokens; strings.Contains(arm.Target.URL, "retry=on") && drop != (a.Retries == a.Attempts) {
					t.Errorf("arm %s: %d of %d after a Retry", a.Name, a.Retries, a.Attempts)
				}
			}
		})
	}
}
