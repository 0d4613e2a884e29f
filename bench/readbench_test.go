package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"tlsbench/bench/session"
)

// lognormalEngine takes no time, and says that it took some.
type lognormalEngine struct{ instantEngine }

func (lognormalEngine) Open(context.Context, Arm) (Client, error) { return lognormalEngine{}, nil }
func (lognormalEngine) Dialer() Dialer {
	return &lognormalDialer{random: rand.New(rand.NewPCG(1, 2)), granted: imported(1)}
}

type lognormalDialer struct {
	instantEngine
	random  *rand.Rand
	granted []session.Session
}

func (d *lognormalDialer) Dial(_ context.Context, offer Offer, s *Sample) ([]session.Session, error) {
	if !offer.Session.IsZero() {
		s.Kind, s.Offered = PSK, true
	}
	for p := range s.Phases {
		s.Phases[p] = time.Duration(float64(ms) * math.Exp(0.3*d.random.NormFloat64()))
	}
	s.BytesIn, s.BytesOut, s.RoundTrips = 1000, 500, 2
	return d.granted, nil
}

// BenchmarkReadResult reads what 200 rounds of two arms leave: to compare two
// such results is to take no time that a user would notice.
func BenchmarkReadResult(b *testing.B) {
	p := testPlan(func(p *Plan) { p.Rounds, p.Count, p.Duration = 200, 200*250, 0 })
	r, err := (&Driver{Plan: p, Engines: []Engine{lognormalEngine{}}}).Run(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if len(r.Rounds) != 200 || r.Arms[1].Kinds[PSK] == 0 {
		b.Fatalf("%d rounds, and %v", len(r.Rounds), r.Arms[1].Kinds)
	}
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadResult(bytes.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}
