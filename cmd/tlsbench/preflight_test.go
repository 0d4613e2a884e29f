package main

import (
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/limits"
	"tlsbench/scenarios"
)

// Each source address brings ports of its own.
func TestPreflightCountsSources(t *testing.T) {
	l := limits.Limits{FirstPort: 1001, LastPort: 2000}
	for sources, want := range map[string]string{
		"":                              "1500 ports, and between two addresses there are 1000, 500 too few",
		"127.0.0.2":                     "500 too few",
		"127.0.0.2-127.0.0.3,127.0.0.9": "",
	} {
		arm := bench.NewArm()
		arm.Load.Workers, arm.Net.Sources, arm.Net.Close = 1500, sources, bench.CloseReset
		arm.Target = bench.Target{URL: "https://192.0.2.1/"}
		o := &options{scenario: scenarios.Default()}
		_, err := o.preflight(bench.Plan{Arms: []bench.Arm{arm}, Rounds: 1, Count: 1500}, l)
		switch {
		case want == "" && err != nil:
			t.Errorf("from %q: %v", sources, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "(--source)")):
			t.Errorf("from %q: %v, want %q", sources, err, want)
		}
	}
}
