// Package engine_test holds the benchmarks of what the engines cost above the
// TLS stack that they drive.
package engine_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/cpu"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/engine/nethttp"
	"tlsbench/bench/session"
	"tlsbench/bench/target/servertest"
)

// BenchmarkOverhead compares the client CPU of one attempt with that of a bare
// loop over the same library, against nginx on another core: blocks of both
// alternate, on one processor, without verification, X25519 only.
//
// It reports CPU time per attempt of both, and the median over blocks of their
// ratio, which is what to look at: the machine's speed drifts, the ratio of
// neighbouring blocks does not.
//
//	go test -run '^$' -bench Overhead -benchtime 100x ./bench/engine
func BenchmarkOverhead(b *testing.B) {
	server := servertest.Nginx(b, servertest.Options{CPUs: otherCPU()})
	for _, mode := range []struct {
		name, address string
		engine        bench.Engine
		workers       int
		bare          func(*testing.B, string, *tls.Config) func()
	}{
		{"tls/workers=1", server.TLS, cryptotls.Engine{}, 1, bareHandshake},
		{"tls/workers=many", server.TLS, cryptotls.Engine{}, many, bareHandshake},
		{"https/workers=1", server.HTTPS, nethttp.Engine{}, 1, bareRequest},
	} {
		for _, version := range []bench.Version{tls.VersionTLS12, tls.VersionTLS13} {
			for _, want := range []bench.Want{bench.WantFull, bench.WantResumed} {
				name := mode.name + "/tls=" + version.String() + "/session=" + string(want)
				b.Run(name, func(b *testing.B) {
					a := arm(b, mode.engine, mode.address, version, want)
					a.Load.Workers = mode.workers
					overhead(b, mode.engine, a, mode.bare)
				})
			}
		}
	}
}

// many workers have sockets of another kind than one has. The benchmark works
// with one of them.
const many = 2

// otherCPU leaves the first processor to the client where there is a second,
// also where the client is pinned to the first and sees only that.
func otherCPU() string {
	const second = "/sys/devices/system/cpu/cpu1"
	if _, err := os.Stat(second); err != nil {
		return ""
	}
	return "1"
}

func arm(b testing.TB, e bench.Engine, address string, version bench.Version, want bench.Want) bench.Arm {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		b.Fatal(err)
	}
	a := bench.NewArm(bench.Coord{Dimension: "session", Value: string(want)})
	a.Want, a.Engine, a.Timeout = want, e.Name(), 10*time.Second
	a.Target = bench.Target{Scheme: bench.SchemeTLS, Host: host, Port: port}
	a.TLS = bench.TLS{MinVersion: version, MaxVersion: version, Groups: []string{"X25519", "P-256"}, Insecure: true}
	if version == tls.VersionTLS13 {
		a.TLS.Groups = a.TLS.Groups[:1]
	}
	a.Net.Close = bench.CloseReset
	if e.Name() == (nethttp.Engine{}).Name() {
		a.Target.Scheme, a.Target.Path = bench.SchemeHTTPS, "/"
		a.HTTP.Method = http.MethodGet
		a.TLS.ALPN = []string{"http/1.1"}
	}
	return a
}

// dialerOf opens the engine for one worker, until the benchmark ends.
func dialerOf(b testing.TB, e bench.Engine, a bench.Arm) bench.Dialer {
	b.Helper()
	client, err := e.Open(context.Background(), a)
	if err != nil {
		b.Fatal(err)
	}
	dialer := client.Dialer()
	b.Cleanup(func() {
		_ = dialer.Close()
		_ = client.Close()
	})
	return dialer
}

// overhead alternates blocks of the engine's attempts with blocks of the bare
// loop's, each b.N times.
func overhead(b *testing.B, e bench.Engine, a bench.Arm, bare func(*testing.B, string, *tls.Config) func()) {
	const block = 25
	b.StopTimer()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	dialer := dialerOf(b, e, a)
	var tally bench.Tally
	var sample bench.Sample
	dial := func(offer bench.Offer) []session.Session {
		sample.Reset()
		granted, err := dialer.Dial(b.Context(), offer, &sample)
		if err != nil || sample.Failure != nil {
			b.Fatal(err, sample.Failure)
		}
		tally.Add(&sample)
		return granted
	}
	var offer bench.Offer
	config := &tls.Config{
		InsecureSkipVerify: true, MinVersion: uint16(a.TLS.MinVersion), MaxVersion: uint16(a.TLS.MaxVersion),
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256}[:len(a.TLS.Groups)], NextProtos: a.TLS.ALPN,
	}
	if a.Want == bench.WantResumed {
		granted := dial(bench.Offer{Prime: true})
		if len(granted) == 0 {
			b.Fatal("the server granted no session")
		}
		offer.Session = granted[0]
	}
	config.ClientSessionCache = frozen{offer.Session.State}
	address := a.Target.Address()
	ours := func() { dial(offer) }
	theirs := bare(b, address, config)

	alternate(b, block, contender{"ours", ours}, contender{"bare", theirs})
	if wrong, err := tally.Of(otherThan(a.Want)); err != nil || wrong.Count > 1 { // the priming one
		b.Fatalf("%d attempts were not %s (%v)", wrong.Count, a.Want, err)
	}
}

// contender is one of two things whose cost is compared.
type contender struct {
	name string
	do   func()
}

// alternate runs blocks of two contenders in turn, b.N of each, and reports the
// CPU time of both and the median over blocks of the first's to the second's.
func alternate(b *testing.B, block int, ours, theirs contender) {
	b.Helper()
	clock, err := cpu.Self()
	if err != nil {
		b.Skip("the client's CPU clock is needed: ", err)
	}
	for range block { // warm up
		ours.do()
		theirs.do()
	}
	var ourTime, theirTime time.Duration
	var ratios []float64
	for i := range b.N {
		first, second := ours.do, theirs.do
		if i%2 == 1 {
			first, second = second, first
		}
		t1 := spent(b, clock, block, first)
		t2 := spent(b, clock, block, second)
		if i%2 == 1 {
			t1, t2 = t2, t1
		}
		ourTime, theirTime = ourTime+t1, theirTime+t2
		ratios = append(ratios, float64(t1)/float64(t2))
	}
	each := float64(b.N*block) * 1e3
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(theirTime)/each, theirs.name+"-µs")
	b.ReportMetric(float64(ourTime)/each, ours.name+"-µs")
	b.ReportMetric(median(ratios), "ratio")
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func otherThan(w bench.Want) bench.Want {
	if w == bench.WantFull {
		return bench.WantResumed
	}
	return bench.WantFull
}

func spent(b *testing.B, clock cpu.Clock, n int, do func()) time.Duration {
	b.Helper()
	before := reading(b, clock)
	for range n {
		do()
	}
	return since(b, reading(b, clock), before)
}

// frozen is the simplest session cache that resumes, or, with nothing in it,
// the simplest that lets the client advertise what a resuming one does.
type frozen struct{ state *tls.ClientSessionState }

func (f frozen) Get(string) (*tls.ClientSessionState, bool) { return f.state, f.state != nil }
func (f frozen) Put(string, *tls.ClientSessionState)        {}

// bareHandshake is what anyone would write.
func bareHandshake(b *testing.B, address string, config *tls.Config) func() {
	resumed := config.ClientSessionCache.(frozen).state != nil
	return func() {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		c := tls.Client(conn, config)
		if err := c.Handshake(); err != nil {
			b.Fatal(err)
		}
		if c.ConnectionState().DidResume != resumed {
			b.Fatal("the bare loop timed the wrong kind of handshake")
		}
		if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
			b.Fatal(err)
		}
		c.Close()
	}
}

// bareRequest is net/http with httptrace and a fresh connection a request.
func bareRequest(b *testing.B, address string, config *tls.Config) func() {
	resumed := config.ClientSessionCache.(frozen).state != nil
	transport := &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   config,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			var d net.Dialer
			conn, err := d.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return conn, conn.(*net.TCPConn).SetLinger(0)
		},
	}
	url := "https://" + address + "/"
	return func() {
		var marks [6]time.Time
		mark := func(i int) { marks[i] = time.Now() }
		var didResume bool
		trace := &httptrace.ClientTrace{
			ConnectStart:      func(string, string) { mark(0) },
			ConnectDone:       func(string, string, error) { mark(1) },
			TLSHandshakeStart: func() { mark(2) },
			TLSHandshakeDone: func(cs tls.ConnectionState, _ error) {
				mark(3)
				didResume = cs.DidResume
			},
			WroteRequest:         func(httptrace.WroteRequestInfo) { mark(4) },
			GotFirstResponseByte: func() { mark(5) },
		}
		req, err := http.NewRequestWithContext(httptrace.WithClientTrace(b.Context(), trace), http.MethodGet, url, nil)
		if err != nil {
			b.Fatal(err)
		}
		resp, err := transport.RoundTrip(req)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			b.Fatal(err)
		}
		resp.Body.Close()
		if didResume != resumed {
			b.Fatal("the bare loop timed the wrong kind of handshake")
		}
	}
}
