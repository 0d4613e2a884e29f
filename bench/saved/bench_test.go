package saved_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/saved"
	"tlsbench/bench/session"
)

// lognormalEngine takes no time, and says that it took some.
type lognormalEngine struct{}

func (lognormalEngine) Name() string          { return "fake" }
func (lognormalEngine) Check(bench.Arm) error { return nil }
func (lognormalEngine) Open(context.Context, bench.Arm) (bench.Client, error) {
	return lognormalEngine{}, nil
}
func (lognormalEngine) Dialer() bench.Dialer {
	return &lognormalDialer{random: rand.New(rand.NewPCG(1, 2)), granted: granted(1)}
}
func (lognormalEngine) Close() error { return nil }

type lognormalDialer struct {
	lognormalEngine
	random  *rand.Rand
	granted []session.Session
}

func (d *lognormalDialer) Dial(_ context.Context, offer bench.Offer, s *bench.Sample) ([]session.Session, error) {
	if !offer.Session.IsZero() {
		s.Kind, s.Offered = bench.PSK, true
	}
	for p := range s.Phases {
		s.Phases[p] = time.Duration(float64(ms) * math.Exp(0.3*d.random.NormFloat64()))
	}
	s.BytesIn, s.BytesOut, s.RoundTrips = 1000, 500, 2
	return d.granted, nil
}

// BenchmarkRead reads what 200 rounds of two arms leave: to compare two
// such results is to take no time that a user would notice.
func BenchmarkRead(b *testing.B) {
	p := testPlan(func(p *bench.Plan) { p.Rounds, p.Count, p.Duration = 200, 200*250, 0 })
	r, err := (&bench.Driver{Plan: p, Engines: []bench.Engine{lognormalEngine{}}}).Run(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if len(r.Rounds) != 200 || r.Arms[1].Kinds[bench.PSK] == 0 {
		b.Fatalf("%d rounds, and %v", len(r.Rounds), r.Arms[1].Kinds)
	}
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := saved.Read(bytes.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}
