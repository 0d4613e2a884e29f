package target

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	"go.uber.org/goleak"
)

func TestQUICServerCountsKinds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query    string
		early    bool // the client sends early data where its session allows it
		want     Counts
		rejected int
	}{
		{"", false, Counts{Full: 1, PSK: 3}, 0},
		{"", true, Counts{Full: 1, EarlyData: 3}, 0},
		{"rtt=2ms", true, Counts{Full: 1, EarlyData: 3}, 0},
		{"retry=on", true, Counts{Full: 1, EarlyData: 3}, 0},
		{"early-data=off", true, Counts{Full: 1, PSK: 3}, 3},
		{"early-data=off", false, Counts{Full: 1, PSK: 3}, 0},
		{"early-data=none", true, Counts{Full: 1, PSK: 3}, 0},
		{"tickets=off", true, Counts{Full: 4}, 0},
		{"client-auth=require", false, Counts{Full: 1, PSK: 3}, 0},
		{"client-auth=request&key=rsa-2048&chain=3&burn=1ms", true, Counts{Full: 1, EarlyData: 3}, 0},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s early %t", tt.query, tt.early), func(t *testing.T) {
			t.Parallel()
			server := listen(t, "proto=h3&"+tt.query)
			client := newQUICClient(t, server.Endpoint())
			var seen Counts
			var session *tls.ClientSessionState
			rejected := 0
			for range 4 {
				v, err := client.visit(t, session, tt.early)
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case v.Used0RTT:
					seen.EarlyData++
				case v.TLS.DidResume:
					seen.PSK++
				default:
					seen.Full++
				}
				if v.rejectedEarly {
					rejected++
				}
				if session != nil && v.offeredEarly != (server.endpoint.Settings.EarlyData != EarlyDataNone) {
					t.Errorf("the session allows early data: %t", v.offeredEarly)
				}
				session = v.granted
			}
			if seen != tt.want || rejected != tt.rejected {
				t.Errorf("the client saw %+v, %d times rejected, want %+v and %d", seen, rejected, tt.want, tt.rejected)
			}
			waitForCounts(t, server.Counts, tt.want)
		})
	}
}

func TestQUICServerCountsFailures(t *testing.T) {
	t.Parallel()
	server := listen(t, "proto=h3&client-auth=require")
	client := newQUICClient(t, server.Endpoint())
	fails := func(what string, code quic.TransportErrorCode, edit func(*tls.Config)) {
		t.Helper()
		other := *client
		other.tls = client.tls.Clone()
		edit(other.tls)
		_, err := other.visit(t, nil, false)
		var refused *quic.TransportError
		if !errors.As(err, &refused) || refused.ErrorCode != code {
			t.Errorf("%s: %v, want the error %v", what, err, code)
		}
	}
	const cryptoError, noApplicationProtocol, certificateRequired, badCertificate = 0x100, 120, 116, 42
	fails("another ALPN", cryptoError+noApplicationProtocol, func(c *tls.Config) { c.NextProtos = []string{"smtp"} })
	fails("no ALPN", cryptoError+noApplicationProtocol, func(c *tls.Config) { c.NextProtos = nil })
	fails("no certificate", cryptoError+certificateRequired, func(c *tls.Config) { c.Certificates = nil })
	fails("no trust", cryptoError+badCertificate, func(c *tls.Config) { c.RootCAs = nil })
	waitForCounts(t, server.Counts, Counts{Failed: 4})

	socket, err := net.DialUDP("udp", nil, client.server)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, junk := range []string{"", "x", "\xc0\x00\x00\x00\x01", "GET / HTTP/1.1\r\n\r\n"} {
		socket.Write([]byte(junk))
	}
	if _, err := client.visit(t, nil, false); err != nil {
		t.Errorf("after junk: %v", err)
	}
	waitForCounts(t, server.Counts, Counts{Full: 1, Failed: 4})
}

// A client that has no token is sent a Retry, one that brings a token of an
// earlier connection is not.
func TestQUICServerRetries(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"retry=off", "retry=on", "retry=on&rtt=2ms"} {
		server := listen(t, "proto=h3&"+query)
		client := newQUICClient(t, server.Endpoint())
		client.quic.TokenStore = quic.NewLRUTokenStore(1, 1)
		var seen [2]int64 // a Retry answers each datagram of a ClientHello
		for i := range seen {
			if _, err := client.visit(t, nil, false); err != nil {
				t.Fatal(err)
			}
			seen[i] = client.retries.Load()
		}
		if want := server.endpoint.Settings.Retry; (seen[0] > 0) != want || seen[1] > seen[0] {
			t.Errorf("%s: %d Retry packets after the first connection, %d after the second", query, seen[0], seen[1])
		}
	}
}

// A full or resumed request takes a round trip for the handshake and one for
// itself, one in early data takes one (RFC 9001, section 4.6), and a Retry costs
// another. None is faster, and one of many is not a whole round trip slower.
func TestQUICServerRoundTrips(t *testing.T) {
	const rtt, tries = 60 * time.Millisecond, 50
	server := listen(t, fmt.Sprintf("proto=h3&rtt=%v", rtt))
	validating := listen(t, fmt.Sprintf("proto=h3&retry=on&rtt=%v", rtt))
	client, stranger := newQUICClient(t, server.Endpoint()), newQUICClient(t, validating.Endpoint())
	client.asksEarly = true
	var session *tls.ClientSessionState
	for _, tt := range []struct {
		name           string
		client         *quicClient
		offer, early   bool
		handshake, all time.Duration
	}{
		{"retried", stranger, false, true, 2 * rtt, 3 * rtt},
		{"full", client, false, true, rtt, 2 * rtt},
		{"resumed", client, true, false, rtt, 2 * rtt},
		{"early", client, true, true, rtt, rtt},
	} {
		least := time.Hour
		for i := 0; i < tries && least >= tt.all+rtt; i++ {
			if !tt.offer {
				session = nil
			}
			v, err := tt.client.visit(t, session, tt.early)
			if err != nil {
				t.Fatal(err)
			}
			if v.handshake < tt.handshake || v.all < tt.all {
				t.Errorf("%s: a handshake of %v and a response after %v, want at least %v and %v", tt.name, v.handshake, v.all, tt.handshake, tt.all)
			}
			if v.Used0RTT != (tt.offer && tt.early) || v.TLS.DidResume != tt.offer {
				t.Errorf("%s: resumed: %t, early data used: %t", tt.name, v.TLS.DidResume, v.Used0RTT)
			}
			session, least = v.granted, min(least, v.all)
		}
		if least >= tt.all+rtt {
			t.Errorf("%s: a response took %v at least, want less than %v", tt.name, least, tt.all+rtt)
		}
	}
}

func TestQUICServerServesMany(t *testing.T) {
	const clients, each = 30, 7 // a server of quic-go refuses more than 32 that wait
	for _, query := range []string{"", "rtt=5ms"} {
		server := listen(t, "proto=h3&"+query)
		client := newQUICClient(t, server.Endpoint())
		var all sync.WaitGroup
		for range clients {
			all.Go(func() {
				for range each {
					if _, err := client.visit(t, nil, false); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		waitForCounts(t, server.Counts, Counts{Full: clients * each})
	}
}

// Close ends connections in every state and leaves nothing behind.
func TestQUICServerClose(t *testing.T) {
	for _, query := range []string{"", "rtt=20ms", "burn=20ms"} {
		leak := goleak.IgnoreCurrent()
		server := listen(t, "proto=h3&"+query)
		client := newQUICClient(t, server.Endpoint())
		idle, err := client.transport.Dial(t.Context(), client.server, client.tls, nil)
		if err != nil {
			t.Fatal(err)
		}
		waitForCounts(t, server.Counts, Counts{Full: 1})
		var begun sync.WaitGroup
		for range 5 {
			begun.Go(func() {
				client.transport.Dial(t.Context(), client.server, client.tls, &quic.Config{HandshakeIdleTimeout: 50 * time.Millisecond})
			})
		}
		for range 2 {
			if err := server.Close(); err != nil {
				t.Errorf("%q: %v", query, err)
			}
		}
		if query == "" {
			<-idle.Context().Done() // it is told
		}
		socket, err := net.ListenUDP("udp", client.server) // at once, before another's socket gets the port
		if err != nil {
			t.Errorf("%q: it still listens: %v", query, err)
		} else {
			socket.Close()
		}
		begun.Wait()
		client.transport.Close()
		client.transport.Conn.Close()
		goleak.VerifyNone(t, leak)
	}
}
