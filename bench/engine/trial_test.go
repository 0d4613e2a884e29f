package engine_test

import (
	"cmp"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
	"tlsbench/bench"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/engine/nethttp"
	"tlsbench/bench/session"
	"tlsbench/bench/target"
	"tlsbench/bench/target/faultrelay"
)

// ways are the engines with the versions in which faults are tried.
func ways() (all []way) {
	for _, e := range []bench.Engine{cryptotls.Engine{}, nethttp.Engine{}} {
		for _, version := range []bench.Version{tls.VersionTLS12, tls.VersionTLS13} {
			all = append(all, way{e, version})
		}
	}
	return all
}

type way struct {
	engine  bench.Engine
	version bench.Version
}

func (w way) String() string { return w.engine.Name() + " " + w.version.String() }

func (w way) requests() bool { return w.engine.Name() == bench.EngineNetHTTP }

// faulty is one run through a relay, and what all sides counted.
type faulty struct {
	result *bench.Result
	relay  faultrelay.Counts
	server target.Counts
	seen   *witness
}

// trial is how a run goes.
type trial struct {
	way
	plan    func(*faultrelay.Relay, int64) faultrelay.Fault
	count   int64 // or, where it is 0,
	lasts   time.Duration
	workers int
	timeout time.Duration
	failed  func(*faultrelay.Relay, bench.Failure, int64) // the nth of its class
	begun   func()                                        // before each attempt

	rounds int        // 0 for as many as a comparison takes
	load   bench.Load // in place of workers
	mix    float64    // the share of resumed handshakes in one stream, 0 for none
	policy session.Policy
	burn   string // CPU time that each handshake costs the server
}

func (tr trial) run(t *testing.T) faulty {
	t.Helper()
	var query url.Values
	if tr.burn != "" {
		query = url.Values{"burn": {tr.burn}}
	}
	settings, err := target.Embedded().Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	server, err := target.Listen(settings, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, server.Endpoint().RootsPEM, 0o644); err != nil {
		t.Fatal(err)
	}
	var relay *faultrelay.Relay
	ready := make(chan struct{})
	relay = faultrelay.Start(t, server.Endpoint().Address, func(n int64) faultrelay.Fault {
		<-ready
		return tr.plan(relay, n)
	})
	close(ready)
	defer relay.Close()
	seen := &witness{Engine: tr.engine, begun: tr.begun, arms: map[int]map[string]int64{}, latest: map[stretch]time.Duration{}, measured: map[place]int64{}, primed: map[place]int64{}}
	if tr.failed != nil {
		seen.failed = func(f bench.Failure, n int64) { tr.failed(relay, f, n) }
	}
	plan := bench.Plan{Compare: "session", Rounds: cmp.Or(tr.rounds, bench.MinRounds), Count: tr.count, Duration: tr.lasts, Seed: 1, Confidence: 0.95}
	for _, want := range []bench.Want{bench.WantFull, bench.WantResumed} {
		plan.Arms = append(plan.Arms, tr.arm(t, relay.Address(), ca, want))
	}
	r, err := (&bench.Driver{Plan: plan, Engines: []bench.Engine{seen}, Samples: seen}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	awaitServer(relay, server)
	relay.Close() // and so it has counted all
	_ = server.Close()
	return faulty{r, relay.Counts(), server.Counts(), seen}
}

// awaitServer waits until the server knows how each connection ended: a client of
// TLS 1.3 is done before the server has read its Finished.
func awaitServer(relay *faultrelay.Relay, server *target.Server) {
	for range 500 {
		c := server.Counts()
		if c.Full+c.Ticket+c.PSK+c.Failed >= relay.Counts().Passed {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (tr trial) arm(t *testing.T, address, ca string, want bench.Want) bench.Arm {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	a := bench.NewArm(bench.Coord{Dimension: "session", Value: string(want)})
	a.Want, a.Engine, a.Timeout, a.Load.Workers = want, tr.engine.Name(), tr.timeout, tr.workers
	a.Target = bench.Target{Scheme: bench.SchemeTLS, Host: host, Port: port}
	a.TLS = bench.TLS{MinVersion: tr.version, MaxVersion: tr.version, Groups: []string{"X25519", "P-256"}, CAFile: ca}
	a.Net.Close = bench.CloseGraceful // a server may drop a handshake that ends in RST
	if tr.requests() {
		a.Target.Scheme, a.Target.Path = bench.SchemeHTTPS, "/"
		a.HTTP.Method, a.TLS.ALPN = http.MethodGet, []string{"http/1.1"}
	}
	if want == bench.WantResumed {
		a.Session = bench.SessionPolicy{Policy: session.Frozen, Scope: session.PerWorker}
		if tr.requests() {
			a.Session.Policy = session.Latest
		}
		if tr.load.Open() {
			a.Session.Scope = session.Shared
		}
		if tr.policy != "" {
			a.Session.Policy = tr.policy
		}
	}
	if tr.load.Open() {
		a.Load = tr.load
		if tr.mix > 0 {
			a.Load.Share = 1 - tr.mix
			if want == bench.WantResumed {
				a.Load.Share = tr.mix
			}
		}
	}
	return a
}

func planned(plan func(int64) faultrelay.Fault) func(*faultrelay.Relay, int64) faultrelay.Fault {
	return func(_ *faultrelay.Relay, n int64) faultrelay.Fault { return plan(n) }
}

// patient is far above what a handshake takes on a busy machine, since one that
// is late would be counted as a fault that the relay knows nothing of.
const patient = 20 * time.Second

// few rounds are enough where attempts are counted and not compared: a round
// costs more than the attempts in it.
const few = 3

// costly is still far above it, where some connections take all of it.
const costly = 5 * time.Second
