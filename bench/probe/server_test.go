package probe_test

import (
	"context"
	"crypto/tls"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tlsbench/bench"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/engine/nethttp"
	"tlsbench/bench/probe"
	"tlsbench/bench/session"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// planFor is a plan for servers on loopback that trust one root.
func planFor(t *testing.T, caFile string, addresses ...string) probe.Plan {
	t.Helper()
	target, err := bench.ParseTarget("https://localhost/")
	if err != nil {
		t.Fatal(err)
	}
	arm := bench.NewArm()
	arm.Timeout = 5 * time.Second
	arm.TLS = bench.TLS{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS13, CAFile: caFile}
	p := probe.Plan{Target: target, Template: arm, Seed: 1}
	for _, a := range addresses {
		p.Places = append(p.Places, probe.Place{Name: a, Address: a})
	}
	return p
}

func probed(t *testing.T, p probe.Plan) *probe.Result {
	t.Helper()
	res, err := probe.Run(context.Background(), cryptotls.Engine{}, nethttp.Engine{}, p, func(s string) { t.Log(s) })
	if err != nil {
		t.Fatal(err)
	}
	for _, note := range res.Notes {
		t.Log("note: ", note)
	}
	return res
}

func mechanism(t *testing.T, res *probe.Result, place int, m session.Mechanism) probe.MechanismResult {
	t.Helper()
	got, ok := res.Places[place].Mechanism(m)
	if !ok {
		t.Fatalf("%s was not asked for %s", res.Places[place].Name, m)
	}
	return got
}
