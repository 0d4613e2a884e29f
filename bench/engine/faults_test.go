package engine_test

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
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

// place is an outcome of a connection: a class and its phase, or neither.
type place struct {
	class bench.ErrorClass
	phase bench.Phase
}

// witness looks over an engine's and the driver's shoulders: it counts the
// outcomes of the connections that no result tells of, and those of the samples.
type witness struct {
	bench.Engine
	failed func(f bench.Failure, n int64)
	begun  func()

	mu               sync.Mutex
	started          time.Time
	latest           map[stretch]time.Duration // when the last attempt of a block began
	measured, primed map[place]int64
	classes          map[bench.ErrorClass]int64
	arms             map[int]map[string]int64 // samples by kind or class
	starts           map[stretch][]start
	inFlight, peak   int64 // attempts
}

func (w *witness) under(n int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inFlight += n
	w.peak = max(w.peak, w.inFlight)
}

// start is when an attempt began, and when it fell due.
type start struct{ began, due time.Duration }

func (w *witness) Open(ctx context.Context, arm bench.Arm) (bench.Client, error) {
	c, err := w.Engine.Open(ctx, arm)
	return &witnessClient{c, w}, err
}

// stretch is a block, by its arm in the plan and its round.
type stretch struct{ arm, round int }

func (w *witness) Begin(started time.Time, _ bench.Plan) { w.started = started }
func (w *witness) End() bench.SampleLog                  { return bench.SampleLog{Written: sum(w.measured)} }
func (w *witness) Take(arm, round int, all []bench.Sample) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := stretch{arm, round}
	for i := range all {
		w.measured[placeOf(&all[i])]++
		w.noteArm(at, &all[i])
		w.latest[at] = max(w.latest[at], all[i].Began.Sub(w.started))
	}
}

// noteArm is under the lock.
func (w *witness) noteArm(at stretch, s *bench.Sample) {
	if w.arms[at.arm] == nil {
		w.arms[at.arm] = map[string]int64{}
	}
	outcome := s.Kind.String()
	if s.Failure != nil {
		outcome = string(s.Failure.Class)
	}
	w.arms[at.arm][outcome]++
	if lag := s.Phases[bench.Lag]; lag != bench.Absent {
		if w.starts == nil {
			w.starts = map[stretch][]start{}
		}
		began := s.Began.Sub(w.started)
		w.starts[at] = append(w.starts[at], start{began, began - lag})
	}
}

type witnessClient struct {
	bench.Client
	*witness
}

func (c *witnessClient) Dialer() bench.Dialer { return &witnessDialer{c.Client.Dialer(), c.witness} }
func (c *witnessClient) Close() error         { return c.Client.Close() }

type witnessDialer struct {
	bench.Dialer
	*witness
}

func (d *witnessDialer) Close() error { return d.Dialer.Close() }

func (d *witnessDialer) Dial(ctx context.Context, offer bench.Offer, s *bench.Sample) ([]session.Session, error) {
	if !offer.Prime {
		d.under(1)
		defer d.under(-1)
		if d.begun != nil {
			d.begun()
		}
	}
	granted, err := d.Dialer.Dial(ctx, offer, s)
	d.mu.Lock()
	defer d.mu.Unlock()
	if offer.Prime {
		d.primed[placeOf(s)]++
	}
	if s.Failure != nil && d.failed != nil {
		if d.classes == nil {
			d.classes = map[bench.ErrorClass]int64{}
		}
		d.classes[s.Failure.Class]++
		d.failed(*s.Failure, d.classes[s.Failure.Class])
	}
	return granted, err
}

func placeOf(s *bench.Sample) place {
	if s.Failure == nil {
		return place{}
	}
	return place{s.Failure.Class, s.Failure.Phase}
}

func sum[K comparable](m map[K]int64) (n int64) {
	for _, v := range m {
		n += v
	}
	return n
}

// of is how many connections ended in a class, the unmeasured ones included.
func (w *witness) of(class bench.ErrorClass) (n int64) {
	for _, m := range []map[place]int64{w.measured, w.primed} {
		for at, v := range m {
			if at.class == class {
				n += v
			}
		}
	}
	return n
}

// check holds every side's counts against each other. refused are the
// connections that never reached the relay; served are those that the server
// completed although their client failed.
func (f faulty) check(t *testing.T, refused, served int64) {
	t.Helper()
	r := f.result
	var attempts int64
	classes := map[bench.ErrorClass]int64{}
	for i := range r.Arms {
		a := &r.Arms[i]
		attempts += a.Attempts
		if a.Attempts != sum(a.Kinds)+sum(a.Errors) {
			t.Errorf("%s: %d attempts, kinds %v, errors %v", a.Name, a.Attempts, a.Kinds, a.Errors)
		}
		for class, n := range a.Errors {
			classes[class] += n
			if a.FirstErrors[class] == "" {
				t.Errorf("%s: no example of %s", a.Name, class)
			}
		}
		own := map[string]int64{}
		for kind, n := range a.Kinds {
			own[kind.String()] += n
		}
		for class, n := range a.Errors {
			own[string(class)] += n
		}
		if seen := f.seen.arms[i]; !maps.Equal(own, seen) && len(own)+len(seen) > 0 {
			t.Errorf("%s: its outcomes are %v, its samples' %v", a.Name, own, seen)
		}
		// One kind only, but for what had no session to offer.
		arm := r.Plan.Arms[i]
		if others := a.Completed() - a.Wanted(arm.Want); others > a.Sessions.Starved {
			t.Errorf("%s: kinds %v with %d connections that had no session to offer", a.Name, a.Kinds, a.Sessions.Starved)
		}
	}
	if got := sum(f.seen.measured); got != attempts {
		t.Errorf("%d samples were handed over of %d attempts", got, attempts)
	}
	byClass := map[bench.ErrorClass]int64{}
	for at, n := range f.seen.measured {
		if at.class != "" {
			byClass[at.class] += n
		}
	}
	if !maps.Equal(classes, byClass) {
		t.Errorf("the result's errors are %v, the samples' %v", classes, byClass)
	}
	if all := attempts + sum(f.seen.primed); all != f.relay.Accepted+refused {
		t.Errorf("%d attempts and %v unmeasured connections; the relay accepted %d, and %d never came there", attempts, f.seen.primed, f.relay.Accepted, refused)
	}
	completed := f.seen.measured[place{}] + f.seen.primed[place{}]
	if got := f.server.Full + f.server.Ticket + f.server.PSK; got != completed+served {
		t.Errorf("%d handshakes were completed, the server saw %+v, of which %d are to have failed", completed, f.server, served)
	}
}

// complete insists that a run went to its end, however many attempts failed.
func (f faulty) complete(t *testing.T, count int64) {
	t.Helper()
	if f.result.Ended != bench.Complete {
		t.Errorf("it ended %q, last failure %v", f.result.Ended, f.result.LastFailure)
	}
	for i := range f.result.Arms {
		if a := &f.result.Arms[i]; a.Attempts != count || a.Completed() == 0 {
			t.Errorf("%s: %d attempts, want %d; kinds %v, errors %v", a.Name, a.Attempts, count, a.Kinds, a.Errors)
		}
	}
}

func planned(plan func(int64) faultrelay.Fault) func(*faultrelay.Relay, int64) faultrelay.Fault {
	return func(_ *faultrelay.Relay, n int64) faultrelay.Fault { return plan(n) }
}

// patient is far above what a handshake takes on a busy machine, since one that
// is late would be counted as a fault that the relay knows nothing of.
const patient = 20 * time.Second

// costly is still far above it, where some connections take all of it.
const costly = 5 * time.Second

// Every third connection fails at one point or another. Each is in one class, as
// often as the relay made it so, and the others are not touched.
func TestEveryThirdConnectionFails(t *testing.T) {
	for _, tt := range []struct {
		fault   faultrelay.Fault
		class   bench.ErrorClass
		phases  []bench.Phase
		served  bool // the server's handshake was completed
		request bool // of clients that make one
	}{
		{fault: faultrelay.Fault{Kind: faultrelay.Reset, At: faultrelay.AtAccept}, class: bench.ClassReset, phases: []bench.Phase{bench.Connect, bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.Reset}, class: bench.ClassReset, phases: []bench.Phase{bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.Reset, At: faultrelay.InFlight}, class: bench.ClassReset, phases: []bench.Phase{bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.Reset, At: faultrelay.AtRequest}, class: bench.ClassReset, phases: []bench.Phase{bench.Request, bench.TTFB}, served: true, request: true},
		{fault: faultrelay.Fault{Kind: faultrelay.HalfClose}, class: bench.ClassReset, phases: []bench.Phase{bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.HalfClose, At: faultrelay.InFlight}, class: bench.ClassReset, phases: []bench.Phase{bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.HalfClose, At: faultrelay.AtRequest}, class: bench.ClassReset, phases: []bench.Phase{bench.TTFB}, served: true, request: true},
		{fault: faultrelay.Fault{Kind: faultrelay.Garbage, At: faultrelay.AtAccept}, class: bench.ClassNotTLS, phases: []bench.Phase{bench.TLSPhase}},
		{fault: faultrelay.Fault{Kind: faultrelay.Garbage}, class: bench.ClassNotTLS, phases: []bench.Phase{bench.TLSPhase}},
	} {
		for _, w := range ways() {
			if tt.request && !w.requests() {
				continue
			}
			t.Run(fmt.Sprintf("%s at %q/%s", tt.fault.Kind, tt.fault.At, w), func(t *testing.T) {
				t.Parallel()
				const count = 18
				f := trial{way: w, plan: planned(faultrelay.Every(3, tt.fault)), count: count, workers: 2, timeout: patient}.run(t)
				struck := f.relay.Struck[tt.fault.Kind]
				var served int64
				if tt.served {
					served = struck
				}
				f.check(t, 0, served)
				f.complete(t, count)
				if got := f.seen.of(tt.class); struck != f.relay.Accepted/3 || got != struck {
					t.Errorf("%d are %s: %v and %v; the relay struck %d of %d", got, tt.class, f.seen.measured, f.seen.primed, struck, f.relay.Accepted)
				}
				for at := range f.seen.measured {
					if at != (place{}) && (at.class != tt.class || !slices.Contains(tt.phases, at.phase)) {
						t.Errorf("some are %s in phase %s", at.class, at.phase)
					}
				}
			})
		}
	}
}

// A server that stalls for less than the timeout, or drips, is slow and nothing
// else; the time that it took is seen.
func TestSlowServerIsNoFailure(t *testing.T) {
	const pause = 30 * time.Millisecond
	for _, fault := range []faultrelay.Fault{
		{Kind: faultrelay.Stall, At: faultrelay.AtAccept, For: pause},
		{Kind: faultrelay.Stall, For: pause},
		{Kind: faultrelay.Stall, At: faultrelay.InFlight, For: pause},
		{Kind: faultrelay.Drip, For: pause / 10, Piece: 100}, // and more than ten of them
	} {
		for _, w := range ways() {
			t.Run(fmt.Sprintf("%s at %q/%s", fault.Kind, fault.At, w), func(t *testing.T) {
				t.Parallel()
				const count = 12
				f := trial{way: w, plan: planned(faultrelay.Every(3, fault)), count: count, workers: 2, timeout: patient}.run(t)
				f.check(t, 0, 0)
				f.complete(t, count)
				if n := f.relay.Struck[fault.Kind]; n != f.relay.Accepted/3 || sum(f.seen.measured) != f.seen.measured[place{}] {
					t.Errorf("the relay struck %d of %d; %v", n, f.relay.Accepted, f.seen.measured)
				}
				full := f.result.Arms[0]
				if slowest, ok := full.Phases[bench.TLSPhase].Stat("max"); !ok || slowest < pause*9/10 {
					t.Errorf("the slowest handshake took %v, the relay waited %v", slowest, pause)
				}
			})
		}
	}
}

// A connection that is accepted and never answered, at whatever point, costs its
// timeout and is counted as what it is.
func TestSilentConnectionsTimeOut(t *testing.T) {
	for _, tt := range []struct {
		at      faultrelay.Point
		class   bench.ErrorClass
		phases  []bench.Phase
		request bool
	}{
		{at: faultrelay.AtAccept, class: bench.ClassHandshakeTimeout, phases: []bench.Phase{bench.TLSPhase}},
		{at: faultrelay.InFlight, class: bench.ClassHandshakeTimeout, phases: []bench.Phase{bench.TLSPhase}},
		{at: faultrelay.AtRequest, class: bench.ClassHTTPTimeout, phases: []bench.Phase{bench.Request, bench.TTFB}, request: true},
	} {
		for _, w := range ways() {
			if tt.request && !w.requests() {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s", tt.at, w), func(t *testing.T) {
				t.Parallel()
				const count = 24
				fault := faultrelay.Fault{Kind: faultrelay.Silence, At: tt.at}
				f := trial{way: w, plan: planned(faultrelay.Every(40, fault)), count: count, workers: 2, timeout: costly}.run(t)
				struck := f.relay.Struck[faultrelay.Silence]
				var served int64
				if tt.request {
					served = struck
				}
				f.check(t, 0, served)
				f.complete(t, count)
				if got := f.seen.of(tt.class); struck == 0 || got != struck {
					t.Errorf("%d are %s: %v and %v; the relay was silent to %d", got, tt.class, f.seen.measured, f.seen.primed, struck)
				}
				for at := range f.seen.measured {
					if at != (place{}) && !slices.Contains(tt.phases, at.phase) {
						t.Errorf("some are %s in phase %s", at.class, at.phase)
					}
				}
			})
		}
	}
}

// A timed run ends on time although some connections are never answered: none is
// begun after its block's time, those in flight are waited for, and all count.
func TestTimedRunEndsOnTime(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			const lasts = bench.MinRounds * bench.MinBlock
			f := trial{way: w, lasts: lasts, workers: 2, timeout: costly, plan: planned(func(n int64) faultrelay.Fault {
				if n == 10 || n == 40 {
					return faultrelay.Fault{Kind: faultrelay.Silence}
				}
				return faultrelay.Fault{}
			})}.run(t)
			f.check(t, 0, 0)
			r := f.result
			if r.Ended != bench.Complete || len(r.Rounds) != bench.MinRounds || r.Completed() == 0 {
				t.Errorf("it ended %q after %d rounds, with %d completed", r.Ended, len(r.Rounds), r.Completed())
			}
			if n, struck := f.seen.of(bench.ClassHandshakeTimeout), f.relay.Struck[faultrelay.Silence]; struck != 2 || n != struck {
				t.Errorf("%d timeouts, the relay was silent to %d of %d", n, struck, f.relay.Accepted)
			}
			for i, arm := range r.Plan.Arms {
				for j, round := range r.Rounds {
					// A busy machine may take a while from the look at the clock
					// to the attempt, but not half of a timeout.
					b, _ := round.Block(arm.Name)
					if last := f.seen.latest[stretch{i, j + 1}] - b.Start; last > bench.MinBlock+costly/2 {
						t.Errorf("round %d, %s: an attempt began after %v", j+1, arm.Name, last)
					}
				}
			}
		})
	}
}

// A server that never answers anybody is given up after a few timeouts, however
// much was asked for.
func TestSilentServerIsGivenUp(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			const workers = 3
			fault := faultrelay.Fault{Kind: faultrelay.Silence, At: faultrelay.AtAccept}
			f := trial{way: w, plan: planned(faultrelay.Always(fault)), count: 100_000, workers: workers, timeout: 500 * time.Millisecond}.run(t)
			f.check(t, 0, 0)
			r := f.result
			if r.Ended != bench.GaveUp || r.LastFailure == nil || r.LastFailure.Class != bench.ClassHandshakeTimeout {
				t.Errorf("it ended %q, %v", r.Ended, r.LastFailure)
			}
			// Two timeouts in a row are enough, and whoever is in its third then.
			if n := f.relay.Accepted; n > 3*workers || n != f.relay.Struck[faultrelay.Silence] || n != f.seen.of(bench.ClassHandshakeTimeout) {
				t.Errorf("the relay was silent to %d of %d connections; %v", f.relay.Struck[faultrelay.Silence], n, f.seen.measured)
			}
		})
	}
}

// A server that dies and comes back costs what failed meanwhile, and not the run.
func TestServerThatComesBack(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			const count, workers = 60, 2
			f := trial{
				way: w, count: count, workers: workers, timeout: patient,
				plan: func(r *faultrelay.Relay, n int64) faultrelay.Fault {
					if n == 30 {
						r.Refuse()
					}
					return faultrelay.Fault{}
				},
				failed: func(r *faultrelay.Relay, failure bench.Failure, n int64) {
					if failure.Class == bench.ClassConnectRefused && n == 5 {
						if err := r.Listen(); err != nil {
							t.Error(err)
						}
					}
				},
			}.run(t)
			f.complete(t, count)
			refused := f.seen.of(bench.ClassConnectRefused)
			if refused < 5 || refused >= 5+workers {
				t.Errorf("%d were refused: %v and %v", refused, f.seen.measured, f.seen.primed)
			}
			// What waited to be accepted was reset, and the relay never saw it.
			waited := sum(f.seen.measured) + sum(f.seen.primed) - f.relay.Accepted - refused
			resets := f.seen.of(bench.ClassReset)
			if waited < 0 || waited > workers || resets > f.relay.Cut+waited {
				t.Errorf("%d waited, %d were reset, the relay cut %d", waited, resets, f.relay.Cut)
			}
			// A client of TLS 1.3 is done before the server has its Finished, which
			// may be cut off on its way.
			completed := f.seen.measured[place{}] + f.seen.primed[place{}]
			served := f.server.Full + f.server.Ticket + f.server.PSK - completed
			if served < -f.relay.Cut || served > resets {
				t.Errorf("the server completed %d more than the client, which saw %d resets", served, resets)
			}
			f.check(t, refused+waited, served)
		})
	}
}

// A run among faults of all sorts leaves nothing behind, and what it keeps does
// not grow with the failures.
func TestFaultsLeaveNothingBehind(t *testing.T) {
	sorts := []faultrelay.Fault{
		{Kind: faultrelay.Reset, At: faultrelay.AtAccept}, {},
		{Kind: faultrelay.Reset}, {},
		{Kind: faultrelay.HalfClose, At: faultrelay.InFlight}, {},
		{Kind: faultrelay.Garbage}, {},
		{Kind: faultrelay.Reset, At: faultrelay.AtRequest}, {},
		{Kind: faultrelay.Stall, At: faultrelay.InFlight, For: time.Millisecond}, {},
	}
	run := func(t *testing.T, w way, count int64) {
		f := trial{way: w, count: count, workers: 4, timeout: patient, plan: planned(func(n int64) faultrelay.Fault {
			return sorts[n%int64(len(sorts))]
		})}.run(t)
		f.complete(t, count)
	}
	for _, w := range ways() {
		if w.version != tls.VersionTLS13 {
			continue
		}
		t.Run(w.String(), func(t *testing.T) {
			run(t, w, 24) // what is made once
			goroutines, heap := settled(0)
			run(t, w, 144)
			after, grown := settled(goroutines)
			if after > goroutines {
				t.Errorf("%d goroutines, before it were %d:\n%s", after, goroutines, stacks())
			}
			if most := heap + 1<<20; grown > most {
				t.Errorf("%d kB of heap, before it were %d", grown>>10, heap>>10)
			}
		})
	}
}

// settled waits for goroutines that are about to end, until there are no more
// than so many, or for a while.
func settled(most int) (goroutines int, heap uint64) {
	for range 500 {
		if goroutines = runtime.NumGoroutine(); goroutines <= most {
			break
		}
		if most == 0 {
			time.Sleep(100 * time.Millisecond)
			goroutines = runtime.NumGoroutine()
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return goroutines, m.HeapAlloc
}

func stacks() string {
	text := make([]byte, 1<<16)
	return string(text[:runtime.Stack(text, true)])
}
