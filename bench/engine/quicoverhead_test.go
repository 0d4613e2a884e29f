package engine_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/quic-go/quic-go"

	"tlsbench/bench"
	"tlsbench/bench/engine/quicgo"
	"tlsbench/bench/session"
	"tlsbench/bench/target"
	"tlsbench/bench/testchild"
)

// BenchmarkOverheadQUIC compares the client CPU of one attempt with that of a
// bare loop over quic-go on one socket, as BenchmarkOverhead does, against the
// embedded server in another process.
//
//	go test -run '^$' -bench OverheadQUIC -benchtime 100x ./bench/engine
func BenchmarkOverheadQUIC(b *testing.B) {
	server := quicProcess(b)
	for _, want := range []bench.Want{bench.WantFull, bench.WantPSK, bench.WantEarlyData} {
		b.Run("session="+string(want), func(b *testing.B) {
			const block = 25
			b.StopTimer()
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			host, port, _ := net.SplitHostPort(server.Address)
			arm := bench.Arm{
				Engine: bench.EngineQUIC, Want: want, Timeout: 10 * time.Second,
				Target: bench.Target{Scheme: bench.SchemeQUIC, Host: host, Port: port, Roots: server.pool()},
				TLS:    bench.TLS{MinVersion: tls.VersionTLS13, MaxVersion: tls.VersionTLS13, Groups: []string{"X25519"}, ALPN: []string{"h3"}},
			}
			dialer := dialerOf(b, quicgo.Engine{}, arm)
			var sample bench.Sample
			dial := func(offer bench.Offer) []session.Session {
				sample.Reset()
				granted, err := dialer.Dial(b.Context(), offer, &sample)
				if err != nil || sample.Failure != nil {
					b.Fatal(err, sample.Failure)
				}
				return granted
			}
			var offer bench.Offer
			if want != bench.WantFull {
				granted := dial(bench.Offer{Prime: true})
				if len(granted) == 0 {
					b.Fatal("the server granted no session")
				}
				offer.Session = granted[0]
			}
			ours := func() {
				if dial(offer); !want.Met(sample.Kind) {
					b.Fatal("not ", want, ": ", sample.Kind)
				}
			}
			alternate(b, block, contender{"ours", ours}, contender{"bare", bareQUIC(b, server, want, offer.Session)})
		})
	}
}

// quicServerFor is set in the process that is the server.
const quicServerFor = "TLSBENCH_TEST_QUIC_SERVER"

// quicPeer is a server in another process.
type quicPeer struct {
	Address string
	Roots   []byte // PEM
}

// quicProcess starts one: this program again.
func quicProcess(b *testing.B) quicPeer {
	b.Helper()
	child, err := testchild.Start(quicServerFor + "=1")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := child.End(); err != nil {
			b.Error(err)
		}
	})
	var peer quicPeer
	if err := json.NewDecoder(child.Out).Decode(&peer); err != nil {
		b.Fatal(err)
	}
	return peer
}

func (p quicPeer) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(p.Roots)
	return pool
}

// serveQUIC is the server, until standard input ends.
func serveQUIC() error {
	settings := target.DefaultSettings()
	settings.Proto = target.ProtoH3
	server, err := target.Listen(settings, "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer server.Close()
	e := server.Endpoint()
	if err := json.NewEncoder(os.Stdout).Encode(quicPeer{e.Address, e.RootsPEM}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// copies hands out a copy of a session each time, without which quic-go resumes
// with 0-RTT once.
type copies struct{ of session.Session }

func (c copies) Get(string) (*tls.ClientSessionState, bool) {
	if c.of.IsZero() {
		return nil, false
	}
	state, err := c.of.Copy()
	return state, err == nil
}
func (copies) Put(string, *tls.ClientSessionState) {}

// bareQUIC is what anyone would write: a transport, a connection after the other
// on it, and the wait for the handshake's end.
func bareQUIC(b *testing.B, server quicPeer, want bench.Want, s session.Session) func() {
	socket, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	transport := &quic.Transport{Conn: socket}
	b.Cleanup(func() {
		_ = transport.Close()
		_ = socket.Close()
	})
	to, err := net.ResolveUDPAddr("udp", server.Address)
	if err != nil {
		b.Fatal(err)
	}
	config := &tls.Config{
		RootCAs: server.pool(), ServerName: "127.0.0.1", NextProtos: []string{"h3"},
		CurvePreferences: []tls.CurveID{tls.X25519}, ClientSessionCache: copies{s},
	}
	shake := transport.Dial
	if want == bench.WantEarlyData {
		shake = transport.DialEarly
	}
	return func() {
		ctx, cancel := context.WithTimeout(b.Context(), 10*time.Second)
		defer cancel()
		conn, err := shake(ctx, to, config, &quic.Config{})
		if err != nil {
			b.Fatal(err)
		}
		<-conn.HandshakeComplete()
		state := conn.ConnectionState()
		if state.TLS.DidResume != want.Resumes() || state.Used0RTT != (want == bench.WantEarlyData) {
			b.Fatal("the bare loop timed the wrong kind of handshake")
		}
		if err := conn.CloseWithError(0, ""); err != nil {
			b.Fatal(err)
		}
	}
}
