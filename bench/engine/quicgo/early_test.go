package quicgo_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quic-go/quic-go"

	"tlsbench/bench"
	"tlsbench/bench/engine/enginetest"
	"tlsbench/bench/engine/quicgo"
	"tlsbench/bench/session"
	"tlsbench/bench/target/servertest"
	"tlsbench/bench/testserve"
)

// rejects starts a server that takes no 0-RTT data, and returns a session with
// which an arm sends some to it. sameKey says that it resumes the session.
func rejects(t *testing.T, requests, sameKey bool) (*enginetest.QUICServer, bench.Arm, session.Session) {
	t.Helper()
	var cert tls.Certificate
	o := enginetest.QUICOptions{Config: func(c *tls.Config) {
		cert = c.Certificates[0]
		c.SetSessionTicketKeys([][32]byte{{1}})
	}}
	ports, err := testserve.FreePorts("127.0.0.1", 1) // nobody takes it in between
	if err != nil {
		t.Fatal(err)
	}
	o.Address = fmt.Sprintf("127.0.0.1:%d", ports[0])
	before := enginetest.NewQUICServer(t, o)
	arm := armAt(before, requests)
	arm.Want = bench.WantEarlyData
	offer := enginetest.Primed(t, open(t, arm))
	before.Close()

	o.No0RTT = sameKey
	o.Config = func(c *tls.Config) {
		c.Certificates[0] = cert
		if sameKey {
			c.SetSessionTicketKeys([][32]byte{{1}})
		}
	}
	return enginetest.NewQUICServer(t, o), arm, offer.Session
}

// 0-RTT data that the server does not take is sent again, and counted as what
// the handshake became.
func TestRejectedEarlyData(t *testing.T) {
	for _, tt := range []struct {
		name    string
		sameKey bool
		kind    bench.Kind
	}{
		{"another ticket key", false, bench.Full},
		{"0-RTT is off now", true, bench.PSK},
	} {
		for _, requests := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, requests %t", tt.name, requests), func(t *testing.T) {
				server, arm, session := rejects(t, requests, tt.sameKey)
				d := open(t, arm) // the other's farewells went to a closed port
				const n = 20
				for range n {
					s, _ := enginetest.Succeed(t, d, bench.Offer{Session: session})
					if s.Kind != tt.kind || !s.EarlyDataRejected || !s.Offered {
						t.Errorf("kind %v, rejected %t, offered %t", s.Kind, s.EarlyDataRejected, s.Offered)
					}
					if requests && (s.Status != 200 || s.Phases[bench.TTFB] < 0 || s.Phases[bench.Total] <= s.Phases[bench.TLSPhase]) {
						t.Errorf("status %d, phases %v: the request was not made again", s.Status, s.Phases)
					}
				}
				if server.Early() != 0 {
					t.Errorf("the server took 0-RTT data %d times", server.Early())
				}
			})
		}
	}
}

// Caddy answers requests that come as 0-RTT data, each once.
func TestEarlyRequestsToCaddy(t *testing.T) {
	caddy := servertest.Caddy(t, servertest.QUICOptions{})
	pem, err := os.ReadFile(caddy.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	arm := armAt(&enginetest.QUICServer{Address: caddy.HTTPS, Roots: roots}, true)
	arm.TLS.ServerName, arm.Want = "localhost", bench.WantEarlyData
	d := open(t, arm)
	offer := enginetest.Primed(t, d)
	const n = 10
	for range n {
		if s, _ := enginetest.Succeed(t, d, offer); s.Kind != bench.EarlyData || s.EarlyDataRejected || s.Status != 200 {
			t.Errorf("kind %v, rejected %t, status %d", s.Kind, s.EarlyDataRejected, s.Status)
		}
	}
	if got := caddy.Requests(); got != n+1 {
		t.Errorf("the server saw %d requests, the client made %d", got, n+1)
	}
}

// On a busy machine http3 opens its control stream late, and a rejection must
// not overtake it.
func TestRejectedEarlyDataAtOnce(t *testing.T) {
	const workers, each = 30, 5 // a server of quic-go refuses more than 32 that wait
	_, arm, session := rejects(t, true, true)
	arm.Timeout = time.Minute
	client, err := quicgo.Engine{}.Open(context.Background(), arm)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var work sync.WaitGroup
	for range workers {
		work.Go(func() {
			d := client.Dialer()
			defer d.Close()
			for range each {
				s, _ := enginetest.Attempt(t, d, bench.Offer{Session: session}) // Fatal is not for goroutines, and a run never ends here
				if s.Failure != nil || s.Kind != bench.PSK || !s.EarlyDataRejected || s.Status != 200 {
					t.Errorf("kind %v, rejected %t, status %d: %v", s.Kind, s.EarlyDataRejected, s.Status, s.Failure)
				}
			}
		})
	}
	work.Wait()
}

// crypto/tls keeps a session back that it cannot verify, and says nothing of it.
// No server refused that.
func TestWithheldSession(t *testing.T) {
	server := enginetest.NewQUICServer(t, enginetest.QUICOptions{})
	for _, requests := range []bool{true, false} {
		for _, want := range []bench.Want{bench.WantResumed, bench.WantEarlyData} {
			arm := armAt(server, requests)
			arm.Want = want
			insecure := arm
			insecure.TLS.Insecure = true
			offer := enginetest.Primed(t, open(t, insecure))
			s, _ := enginetest.Succeed(t, open(t, arm), offer)
			if s.Kind != bench.Full || s.Offered || s.EarlyDataRejected || requests && s.Status != 200 {
				t.Errorf("requests %t, %s: kind %v, offered %t, rejected %t, status %d", requests, want, s.Kind, s.Offered, s.EarlyDataRejected, s.Status)
			}
		}
	}
}

// A session without 0-RTT is offered by an arm that wants it as by any other.
func TestSessionWithoutEarlyData(t *testing.T) {
	server := enginetest.NewQUICServer(t, enginetest.QUICOptions{No0RTT: true})
	arm := armAt(server, true)
	arm.Want = bench.WantEarlyData
	d := open(t, arm)
	if s, _ := enginetest.Succeed(t, d, enginetest.Primed(t, d)); s.Kind != bench.PSK || !s.Offered || s.EarlyDataRejected {
		t.Errorf("kind %v, offered %t, rejected %t", s.Kind, s.Offered, s.EarlyDataRejected)
	}
}

// A HelloRetryRequest behind 0-RTT data breaks crypto/tls of Go 1.26, so that
// what to try is said. A release that follows it is as good.
func TestHelloRetryBehindEarlyData(t *testing.T) {
	server := enginetest.NewQUICServer(t, enginetest.QUICOptions{Config: func(c *tls.Config) {
		c.CurvePreferences = []tls.CurveID{tls.CurveP384}
	}})
	for _, requests := range []bool{true, false} {
		arm := armAt(server, requests)
		arm.Want = bench.WantEarlyData
		d := open(t, arm)
		offer := enginetest.Primed(t, d)
		if s, _ := enginetest.Attempt(t, d, offer); s.Failure != nil {
			if s.Failure.Class != bench.Alert("decrypt_error") || !strings.Contains(s.Failure.Error(), "--groups") {
				t.Errorf("requests %t: %v", requests, s.Failure)
			}
		} else if !s.HelloRetry || !s.EarlyDataRejected || s.Kind != bench.PSK {
			t.Errorf("requests %t: kind %v, hello retry %t, rejected %t", requests, s.Kind, s.HelloRetry, s.EarlyDataRejected)
		}
		arm.TLS.Groups = []string{"P-384"}
		if s, _ := enginetest.Succeed(t, open(t, arm), offer); s.Kind != bench.EarlyData {
			t.Errorf("requests %t: with the server's group: kind %v", requests, s.Kind)
		}
	}
}

// quic-go begins with version 1, and does not follow a server to another one
// once 0-RTT data is out.
func TestVersionNegotiationBehindEarlyData(t *testing.T) {
	server := enginetest.NewQUICServer(t, enginetest.QUICOptions{Versions: []quic.Version{quic.Version2}})
	for _, requests := range []bool{true, false} {
		arm := armAt(server, requests)
		arm.Want = bench.WantEarlyData
		d := open(t, arm)
		s, _ := enginetest.Attempt(t, d, enginetest.Primed(t, d))
		if f := s.Failure; f == nil || f.Class != bench.ClassQUICVersion || f.Phase != bench.TLSPhase || !strings.Contains(f.Error(), "0rtt") {
			t.Errorf("requests %t: kind %v, %v", requests, s.Kind, f)
		}
	}
}

// A response to an early request is read as any other is.
func TestResponsesToEarlyData(t *testing.T) {
	for name, tt := range map[string]struct {
		method  string
		handler http.HandlerFunc
		status  int
		class   bench.ErrorClass
	}{
		"head": {method: http.MethodHead, status: 200, handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
		}},
		"informational": {method: http.MethodGet, status: 404, handler: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusNotFound)
		}},
		"only informational": {method: http.MethodGet, class: bench.ClassHTTP, handler: func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				w.WriteHeader(http.StatusEarlyHints)
			}
		}},
		"too early": {method: http.MethodGet, status: http.StatusTooEarly, handler: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTooEarly)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var asks atomic.Bool // priming is to succeed
			server := enginetest.NewQUICServer(t, enginetest.QUICOptions{Handler: func(w http.ResponseWriter, r *http.Request) {
				if asks.Load() {
					tt.handler(w, r)
				}
			}})
			arm := armAt(server, true)
			arm.Want, arm.HTTP.Method = bench.WantEarlyData, tt.method
			d := open(t, arm)
			offer := enginetest.Primed(t, d)
			asks.Store(true)
			for range 3 {
				s, _ := enginetest.Attempt(t, d, offer)
				switch {
				case tt.class != "":
					if s.Failure == nil || s.Failure.Class != tt.class {
						t.Errorf("status %d, %v, want %s", s.Status, s.Failure, tt.class)
					}
				case s.Failure != nil || s.Kind != bench.EarlyData || s.Status != tt.status:
					t.Errorf("kind %v, status %d, want %d: %v", s.Kind, s.Status, tt.status, s.Failure)
				}
			}
		})
	}
}
