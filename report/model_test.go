package report

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// cross makes an arm for each combination of the dimensions' values, which are
// written as in "session=full,resumed".
func cross(dimensions ...string) []bench.Arm {
	combinations := [][]bench.Coord{nil}
	for _, text := range dimensions {
		dimension, values, _ := strings.Cut(text, "=")
		var longer [][]bench.Coord
		for _, coords := range combinations {
			for value := range strings.SplitSeq(values, ",") {
				longer = append(longer, append(coords[:len(coords):len(coords)], bench.Coord{Dimension: dimension, Value: value}))
			}
		}
		combinations = longer
	}
	var arms []bench.Arm
	for _, coords := range combinations {
		arms = append(arms, modelled(bench.NewArm(coords...)))
	}
	return arms
}

// modelled gives an arm what its coordinates say.
func modelled(arm bench.Arm) bench.Arm {
	arm.Engine, arm.Timeout, arm.Want = "model", 10*time.Second, bench.WantFull
	arm.Target = bench.Target{URL: "https://h.example:443/", Path: "/"}
	arm.HTTP.Method = "GET"
	arm.Load.Workers = 1
	for _, c := range arm.Coords {
		switch c.Dimension {
		case "workers":
			arm.Load.Workers, _ = strconv.Atoi(c.Value)
		case "session":
			arm.Want = bench.Want(c.Value)
		case "tls":
			arm.TLS.MinVersion, _ = bench.ParseVersion(c.Value)
			arm.TLS.MaxVersion = arm.TLS.MinVersion
		case "target":
			arm.Target.URL = "https://" + c.Value + ".example:443/"
		}
	}
	if arm.Want.Resumes() {
		arm.Session = bench.SessionPolicy{Policy: session.Latest, Scope: session.PerWorker}
	}
	return arm
}

// cost is what a handshake takes on its own, by the coordinates.
func cost(arm bench.Arm) time.Duration {
	us := 1000.0
	for _, c := range arm.Coords {
		n, _ := strconv.ParseFloat(c.Value, 64)
		switch c.String() {
		case "session=resumed", "session=psk", "session=ticket", "session=session-id":
			us *= 0.6
		case "key=rsa-4096":
			us *= 4
		case "key=rsa-2048":
			us *= 2
		case "tls=1.2", "target=new":
			us *= 1.2
		}
		if c.Dimension == "chain" {
			us += 100 * n
		}
	}
	return time.Duration(us * 1e3)
}

// model is an engine whose server has four processors.
type model struct{ fails func(bench.Arm) bool }

func (model) Name() string          { return "model" }
func (model) Check(bench.Arm) error { return nil }
func (m model) Open(_ context.Context, arm bench.Arm) (bench.Client, error) {
	return &modelClient{model: m, arm: arm}, nil
}

type modelClient struct {
	model
	arm bench.Arm
	n   atomic.Int64
}

func (c *modelClient) Dialer() bench.Dialer { return c }
func (c *modelClient) Close() error         { return nil }

const processors = 4

func (c *modelClient) Dial(_ context.Context, offer bench.Offer, s *bench.Sample) ([]session.Session, error) {
	queue := max(1, float64(c.arm.Load.Workers)/processors)
	spread := []float64{0.97, 1.02, 0.99, 1.3, 1, 1.01, 0.98, 1.05, 0.96, 1.12, 1.03}[c.n.Add(1)%11]
	took := time.Duration(float64(cost(c.arm)) * queue * spread)
	time.Sleep(took)
	if c.fails != nil && c.fails(c.arm) {
		s.Failure = &bench.Failure{Class: bench.ClassReset, Phase: bench.TLSPhase, Err: errors.New("connection reset by peer")}
		return nil, nil
	}
	s.Kind, s.Offered, s.Status = bench.Full, !offer.Session.IsZero(), 200
	if s.Offered {
		s.Kind = bench.PSK
		if c.arm.Want == bench.WantTicket {
			s.Kind = bench.Ticket
		}
	}
	s.Phases[bench.Connect], s.Phases[bench.TLSPhase], s.Phases[bench.Total] = 100*time.Microsecond, took, took+200*time.Microsecond
	s.BytesIn, s.BytesOut, s.RoundTrips = 2400, 1600, 1
	if s.Kind == bench.Full && c.arm.Coord("tls") == "1.2" {
		s.RoundTrips = 2
	}
	if s.Kind == bench.PSK {
		s.BytesIn = 1400
	}
	if s.Facts != nil {
		version := c.arm.Coord("tls")
		if version == "" {
			version = "1.3"
		}
		*s.Facts = bench.Facts{Remote: "192.0.2.1:443", Version: version, Suite: "AES_128_GCM_SHA256", Group: "X25519", Key: "ECDSA P-256", Chain: 1, Protocol: "HTTP/1.1", Status: 200}
	}
	granted := session.Session{State: new(tls.ClientSessionState), Version: tls.VersionTLS13}
	if s.Kind == bench.Ticket || c.arm.Want == bench.WantTicket {
		granted.Version = tls.VersionTLS12
	}
	return []session.Session{granted}, nil
}

// manyDocument runs arms in virtual time. What comes from the machine's own
// clocks is then said anew, with a little noise from round to round.
func manyDocument(t *testing.T, compared string, arms []bench.Arm, fails func(bench.Arm) bool, change func(*bench.Result)) *Document {
	t.Helper()
	var r *bench.Result
	synctest.Test(t, func(t *testing.T) {
		plan := bench.Plan{Arms: arms, Compare: compared, Rounds: 7, Count: 1200, Seed: 1, Confidence: 0.95}
		var err error
		if r, err = (&bench.Driver{Plan: plan, Engines: []bench.Engine{model{fails}}}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	r.Plan.Rounds = len(r.Rounds)
	r.Tool.Version, r.Tool.Go = "0.1.0", "go1.26"
	r.Env = bench.Env{OS: "linux", Arch: "amd64", CPU: "model", CPUs: processors, GOMAXPROCS: processors}
	for i := range r.Rounds {
		for j := range r.Rounds[i].Blocks {
			b := &r.Rounds[i].Blocks[j]
			b.Histograms = nil // no tail is shown with its change, and they take long to compare
			clock(r, b.Arm, &b.Stats, []float64{1, 1.01, 0.98, 1.003, 0.994, 1.008, 0.991}[(5*i+3*j)%7])
		}
	}
	for i := range r.Arms {
		clock(r, r.Arms[i].Name, &r.Arms[i].Stats, 1)
	}
	if change != nil {
		change(r)
	}
	return NewDocument(r)
}

// failed makes every attempt of an arm a failure.
func failed(name string) func(*bench.Result) {
	return func(r *bench.Result) {
		a, _ := r.Arm(name)
		*a = bench.ArmResult{
			Name: name, Stats: bench.Stats{Attempts: 1200, Errors: map[bench.ErrorClass]int64{bench.ClassReset: 1200}},
			FirstErrors: map[bench.ErrorClass]string{bench.ClassReset: "connection reset by peer"},
		}
		for i := range r.Rounds {
			b, _ := r.Rounds[i].Block(name)
			b.Stats = bench.Stats{Attempts: 171, Errors: map[bench.ErrorClass]int64{bench.ClassReset: 171}}
		}
	}
}

func clock(r *bench.Result, name string, s *bench.Stats, noise float64) {
	arm, _ := r.Plan.Arm(name)
	if s.Completed() == 0 {
		return
	}
	alone := cost(arm).Seconds()
	rate := math.Round(noise * min(float64(arm.Load.Workers), processors) / (alone + 200e-6))
	client, server := math.Round(noise*alone*0.4e9), math.Round(noise*alone*0.3e9)
	s.Rate, s.ClientCPU, s.ServerCPU = &rate, &client, &server
	s.Took = time.Duration(float64(s.Completed()) / rate * 1e9)
	for p, median := range s.Medians {
		s.Medians[p] = time.Duration(float64(median) / noise)
	}
}
