//go:build !race

package engine_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"runtime"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/engine/nethttp"
)

// inFlight is how many connections are measured at the same time: enough for
// what a process has once, such as histograms, to weigh little.
const inFlight = 2000

// -race multiplies memory, so this is built without it.
//
// A connection in flight, whatever the driver and its workers keep for it
// included, takes at most 64 KiB more than what the library takes by itself,
// and no more than a preflight reckons with.
func TestMemoryInFlight(t *testing.T) {
	for _, mode := range []struct {
		name   string
		engine bench.Engine
		bare   func(address string, roots *x509.CertPool) func() error
	}{
		{"tls", cryptotls.Engine{}, bareTLS},
		{"https", nethttp.Engine{}, bareHTTPS},
	} {
		for _, stop := range []string{stopSilent, stopUnfinished} {
			t.Run(mode.name+"/"+stop, func(t *testing.T) {
				bare := perConnection(t, stop, func(_ context.Context, address string, roots *x509.CertPool) func() {
					do := mode.bare(address, roots)
					return func() {
						done := make(chan struct{})
						for range inFlight {
							go func() {
								_ = do() // it fails when the server ends
								done <- struct{}{}
							}()
						}
						for range inFlight {
							<-done
						}
					}
				})
				ours := perConnection(t, stop, func(ctx context.Context, address string, roots *x509.CertPool) func() {
					driver := driverOf(t, mode.engine, address, roots)
					return func() { _, _ = driver.Run(ctx) } // all of it fails when the server ends
				})
				t.Logf("%.1f KiB a connection, the bare library %.1f KiB: %.1f KiB of ours", ours/1024, bare/1024, (ours-bare)/1024)
				if bare < 1024 {
					t.Errorf("a bare connection took %.0f bytes: that is not measured", bare)
				}
				if ours-bare > 64<<10 {
					t.Errorf("ours takes %.1f KiB more than the bare library, want at most 64", (ours-bare)/1024)
				}
				// The heap grows to twice what is in use before it is collected.
				if most := float64(bench.ConnectionMemory + bench.WorkerMemory); 2*ours > most {
					t.Errorf("a connection takes twice %.1f KiB, and the preflight reckons with %.1f", ours/1024, most/1024)
				}
			})
		}
	}
}

func bareTLS(address string, roots *x509.CertPool) func() error {
	config := &tls.Config{RootCAs: roots, ServerName: "localhost"}
	return func() error {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return err
		}
		defer conn.Close()
		return tls.Client(conn, config).Handshake()
	}
}

func bareHTTPS(address string, roots *x509.CertPool) func() error {
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: roots, ServerName: "localhost"},
		DisableKeepAlives: true,
	}
	return func() error {
		request, err := http.NewRequest(http.MethodGet, "https://"+address+"/", nil)
		if err != nil {
			return err
		}
		resp, err := transport.RoundTrip(request)
		if err == nil {
			err = resp.Body.Close()
		}
		return err
	}
}

func driverOf(t *testing.T, e bench.Engine, address string, roots *x509.CertPool) *bench.Driver {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	a := bench.NewArm(bench.Coord{Dimension: "session", Value: "full"})
	a.Want, a.Engine, a.Timeout = bench.WantFull, e.Name(), time.Minute
	a.Target = bench.Target{Scheme: bench.SchemeTLS, Host: host, Port: port, Roots: roots}
	a.TLS = bench.TLS{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13, ServerName: "localhost"}
	a.Net.Close = bench.CloseReset
	a.Load.Workers = inFlight
	if e.Name() == (nethttp.Engine{}).Name() {
		a.Target.Scheme, a.Target.Path = bench.SchemeHTTPS, "/"
		a.HTTP.Method, a.TLS.ALPN = http.MethodGet, []string{"http/1.1"}
	}
	return &bench.Driver{
		Plan:    bench.Plan{Arms: []bench.Arm{a}, Rounds: 1, Duration: time.Minute, Confidence: 0.95},
		Engines: []bench.Engine{e},
	}
}

// perConnection is the heap and the stacks, in bytes, that each of the
// connections takes while the server keeps all of them waiting.
func perConnection(t *testing.T, stop string, prepare func(context.Context, string, *x509.CertPool) func()) float64 {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	address, roots, waiting, kill := keepWaiting(t, stop)
	before := inUse()
	run := prepare(ctx, address, roots)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		run()
	}()
	for n := range inFlight {
		if _, err := waiting.ReadString('\n'); err != nil {
			t.Fatalf("after %d connections: %v", n, err)
		}
	}
	// The last of them have yet to take in what the server sent. That they are
	// all blocked is seen by the memory that stays.
	after := inUse()
	for again := inUse(); again != after && again > after+after/1000; again = inUse() {
		after = again
	}
	cancel()
	kill()
	<-ended
	return (after - before) / inFlight
}

func inUse() float64 {
	runtime.GC()
	runtime.GC() // what finalizers and pools held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}
