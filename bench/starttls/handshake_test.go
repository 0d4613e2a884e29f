package starttls_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/session"
	"tlsbench/bench/starttls"
	"tlsbench/bench/testcert"
)

// listen serves each connection by the protocol's script, up to odd's turn,
// and then shakes hands.
func listen(t *testing.T, protocol string, at int, odd func(net.Conn, turn)) (port string, roots *x509.CertPool) {
	t.Helper()
	cert, roots := testcert.New(t, nil)
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			work.Go(func() {
				defer conn.Close()
				if err := play(conn, scripts()[protocol], at, odd); err != nil {
					t.Errorf("%s: the server: %v", protocol, err)
				} else if at < 0 && tls.Server(conn, config).Handshake() == nil {
					_, _ = io.Copy(io.Discard, conn)
				}
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		work.Wait()
	})
	_, port, _ = net.SplitHostPort(listener.Addr().String())
	return port, roots
}

// open is an arm's dialer for the server on that port, known as server.test.
func open(t *testing.T, protocol, port string, edit func(*bench.Arm)) bench.Dialer {
	t.Helper()
	target, err := bench.ParseTarget(protocol + "://server.test:" + port)
	if err != nil {
		t.Fatal(err)
	}
	arm := bench.Arm{
		Target: target, Timeout: 20 * time.Second, Load: bench.Load{Workers: 2},
		Net: bench.Net{Connect: "127.0.0.1:" + port, Close: bench.CloseReset},
	}
	edit(&arm)
	client, err := cryptotls.Engine{}.Open(context.Background(), arm)
	if err != nil {
		t.Fatal(err)
	}
	d := client.Dialer()
	t.Cleanup(func() {
		d.Close()
		client.Close()
	})
	return d
}

func attempt(t *testing.T, d bench.Dialer, offer bench.Offer) (s bench.Sample, granted []session.Session) {
	t.Helper()
	s.Reset()
	granted, err := d.Dial(context.Background(), offer, &s)
	if err != nil {
		t.Fatal(err)
	}
	return s, granted
}

// Behind every preamble full and resumed handshakes work, over sockets of
// either kind, and the preamble's time is its own.
func TestHandshakeFollows(t *testing.T) {
	for _, p := range starttls.Protocols() {
		t.Run(p.Name, func(t *testing.T) {
			port, roots := listen(t, p.Name, -1, nil)
			for version, kind := range map[bench.Version]bench.Kind{tls.VersionTLS12: bench.Ticket, tls.VersionTLS13: bench.PSK} {
				for workers := 1; workers <= 2; workers++ {
					d := open(t, p.Name, port, func(a *bench.Arm) {
						a.Target.Roots, a.Load.Workers = roots, workers
						a.TLS.MinVersion, a.TLS.MaxVersion = version, version
					})
					full, granted := attempt(t, d, bench.Offer{Prime: true})
					if len(granted) == 0 {
						t.Fatalf("TLS %v: no session was granted: %v", version, full.Failure)
					}
					resumed, _ := attempt(t, d, bench.Offer{Session: granted[len(granted)-1]})
					if full.Kind != bench.Full || resumed.Kind != kind {
						t.Errorf("TLS %v: %v, then %v", version, full.Kind, resumed.Kind)
					}
					checkPhases(t, full)
					checkPhases(t, resumed)
				}
			}
		})
	}
}

// What --sni names is the server's name in the preamble, too.
func TestServerNameIsTold(t *testing.T) {
	port, roots := listen(t, "xmpp-client", -1, nil)
	d := open(t, "xmpp-client", port, func(a *bench.Arm) {
		a.Target.Host, a.Target.Roots, a.TLS.ServerName = "other.test", roots, "server.test"
		a.TLS.MinVersion, a.TLS.MaxVersion = tls.VersionTLS13, tls.VersionTLS13
	})
	s, _ := attempt(t, d, bench.Offer{})
	checkPhases(t, s)
}

func checkPhases(t *testing.T, s bench.Sample) {
	t.Helper()
	if s.Failure != nil {
		t.Errorf("failed: %v", s.Failure)
		return
	}
	p := s.Phases
	if p[bench.StartTLS] <= 0 || p[bench.Proxy] != bench.Absent {
		t.Errorf("starttls %v, proxy %v", p[bench.StartTLS], p[bench.Proxy])
	}
	if sum := p[bench.Connect] + p[bench.StartTLS] + p[bench.TLSPhase]; sum > p[bench.Total] {
		t.Errorf("the phases are %v together, more than the total %v", sum, p[bench.Total])
	}
}

// A server that does not come to TLS is a failure in the phase starttls, over
// sockets of either kind.
func TestFailuresHaveTheirPhase(t *testing.T) {
	for workers := 1; workers <= 2; workers++ {
		for _, tt := range []struct {
			odd     func(net.Conn, turn)
			timeout time.Duration
			class   bench.ErrorClass
			want    string
		}{
			{say("454 not now\r\n"), 20 * time.Second, bench.ClassStartTLS, `smtp: STARTTLS: the server answered "454 not now"`},
			{say("220 go\r\ninjected"), 20 * time.Second, bench.ClassStartTLS, `smtp: STARTTLS: the server's agreement came with bytes in clear behind it`},
			{func(net.Conn, turn) {}, 20 * time.Second, bench.ClassStartTLS, "smtp: STARTTLS: the server closed the connection"},
			{func(c net.Conn, _ turn) { _, _ = c.Read(make([]byte, 1)) }, 2 * time.Second, bench.ClassStartTLSTimeout, "smtp: STARTTLS: "},
		} {
			port, roots := listen(t, "smtp", 2, tt.odd)
			d := open(t, "smtp", port, func(a *bench.Arm) {
				a.Target.Roots, a.Load.Workers, a.Timeout = roots, workers, tt.timeout
				a.TLS.MinVersion, a.TLS.MaxVersion = tls.VersionTLS13, tls.VersionTLS13
			})
			s, _ := attempt(t, d, bench.Offer{})
			if f := s.Failure; f == nil || f.Class != tt.class || f.Phase != bench.StartTLS || !strings.HasPrefix(f.Err.Error(), tt.want) {
				t.Errorf("%d workers: got %v\nwant %s in phase starttls: %s", workers, f, tt.class, tt.want)
			}
		}
	}
}
