package quicgo_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tlsbench/bench"
	"tlsbench/bench/engine/enginetest"
	"tlsbench/bench/engine/quicgo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// armAt is an arm for a server, with requests or without.
func armAt(s *enginetest.QUICServer, requests bool) bench.Arm {
	host, port, _ := net.SplitHostPort(s.Address)
	arm := bench.Arm{
		Engine: bench.EngineQUIC, Want: bench.WantFull, Timeout: 10 * time.Second,
		Target: bench.Target{URL: "h3://" + s.Address + "/", Scheme: bench.SchemeH3, Host: host, Port: port, Path: "/", Roots: s.Roots},
		TLS:    bench.TLS{MinVersion: 0x304, MaxVersion: 0x304, ALPN: []string{"h3"}},
	}
	if requests {
		arm.HTTP = bench.HTTP{Method: "GET", Proto: bench.H3}
	}
	return arm
}

func open(t testing.TB, arm bench.Arm) bench.Dialer {
	t.Helper()
	if err := (quicgo.Engine{}).Check(arm); err != nil {
		t.Fatal(err)
	}
	client, err := quicgo.Engine{}.Open(context.Background(), arm)
	if err != nil {
		t.Fatal(err)
	}
	d := client.Dialer()
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestConformanceHTTP3(t *testing.T) {
	enginetest.Run(t, quicgo.Engine{}, bench.Arm{
		Engine: bench.EngineQUIC, HTTP: bench.HTTP{Method: "GET", Proto: bench.H3}, TLS: bench.TLS{ALPN: []string{"h3"}},
	})
}

func TestConformanceHandshakes(t *testing.T) {
	enginetest.Run(t, quicgo.Engine{}, bench.Arm{Engine: bench.EngineQUIC, TLS: bench.TLS{ALPN: []string{"h3"}}})
}

// quic-go marks the session that it is given. Every offer of a frozen one must
// be as good as the first.
func TestFrozenSessionIsOfferedAsItWas(t *testing.T) {
	for _, requests := range []bool{true, false} {
		server := enginetest.NewQUICServer(t, enginetest.QUICOptions{})
		arm := armAt(server, requests)
		arm.Want = bench.WantEarlyData
		early := open(t, arm)
		arm.Want = bench.WantResumed
		plain := open(t, arm)
		offer := enginetest.Primed(t, early)
		const n = 300
		for i := range n {
			if s, _ := enginetest.Succeed(t, early, offer); s.Kind != bench.EarlyData || !s.Offered || s.EarlyDataRejected {
				t.Fatalf("requests %t: offer %d: %v, %+v", requests, i, s.Kind, s)
			}
			if i%10 == 0 { // which would take the mark off
				if s, _ := enginetest.Succeed(t, plain, offer); s.Kind != bench.PSK || s.EarlyDataRejected {
					t.Fatalf("requests %t: %v, and 0-RTT was not wanted", requests, s.Kind)
				}
			}
		}
		// quic-go's server may forget a connection that ends before it is accepted.
		const least = n * 9 / 10
		if !enginetest.Eventually(func() bool { return server.Early() >= least }) || server.Early() > n {
			t.Errorf("requests %t: the server took 0-RTT data %d times, want %d", requests, server.Early(), n)
		}
	}
}

func check(arm bench.Arm) error { return quicgo.Engine{}.Check(arm) }

func wantError(t *testing.T, name string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: %v", name, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: error %v, want one that says %q", name, err, want)
	}
}
