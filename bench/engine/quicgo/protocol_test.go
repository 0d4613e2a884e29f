package quicgo_test

import (
	"bytes"
	"crypto/tls"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/quic-go/quic-go"

	"tlsbench/bench"
	"tlsbench/bench/engine/enginetest"
	"tlsbench/bench/session"
)

// A server that proves addresses costs every connection a round trip that
// presents no token.
func TestRetryAndTokens(t *testing.T) {
	always := func(tr *quic.Transport) { tr.VerifySourceAddress = func(net.Addr) bool { return true } }
	for _, tt := range []struct {
		tokens bench.Tokens
		first  bool // whether the connection after one that waited is retried
	}{
		{bench.KeepTokens, false},
		{bench.DropTokens, true},
	} {
		server := enginetest.NewQUICServer(t, enginetest.QUICOptions{Transport: always})
		arm := armAt(server, true)
		arm.Net.Tokens = tt.tokens
		d := open(t, arm)
		if s, _ := enginetest.Succeed(t, d, bench.Offer{Prime: true}); !s.Retry || s.VersionNegotiation {
			t.Errorf("%s: the first connection: retry %t, version negotiation %t", tt.tokens, s.Retry, s.VersionNegotiation)
		}
		if s, _ := enginetest.Succeed(t, d, bench.Offer{}); s.Retry != tt.first {
			t.Errorf("%s: the second connection: retry %t, want %t", tt.tokens, s.Retry, tt.first)
		}
	}
	server := enginetest.NewQUICServer(t, enginetest.QUICOptions{})
	if s, _ := enginetest.Succeed(t, open(t, armAt(server, true)), bench.Offer{}); s.Retry || s.VersionNegotiation || s.HelloRetry {
		t.Errorf("without any: %+v", s)
	}
}

// A response to 0-RTT data overtakes the ticket and the token. Both are had all
// the same, so that each connection offers the last one's.
func TestEarlyDataGetsTicketAndToken(t *testing.T) {
	server := enginetest.NewQUICServer(t, enginetest.QUICOptions{Transport: func(tr *quic.Transport) {
		tr.VerifySourceAddress = func(net.Addr) bool { return true }
	}})
	arm := armAt(server, true)
	arm.Want, arm.Net.Tokens = bench.WantEarlyData, bench.KeepTokens
	d := open(t, arm)
	offer := enginetest.Primed(t, d)
	for i := range 50 {
		s, granted := enginetest.Succeed(t, d, offer)
		if s.Kind != bench.EarlyData || s.Retry {
			t.Errorf("connection %d: kind %v, retry %t", i, s.Kind, s.Retry)
		}
		if len(granted) == 0 {
			t.Fatalf("connection %d was granted no session", i)
		}
		offer.Session = granted[len(granted)-1]
	}
}

func TestVersionNegotiation(t *testing.T) {
	server := enginetest.NewQUICServer(t, enginetest.QUICOptions{Versions: []quic.Version{quic.Version2}})
	d := open(t, armAt(server, true))
	for range 3 {
		s, _ := enginetest.Succeed(t, d, bench.Offer{})
		if !s.VersionNegotiation || s.Retry || s.Facts.QUIC != "v2" || s.BytesIn == 0 {
			t.Errorf("version negotiation %t, retry %t, %s", s.VersionNegotiation, s.Retry, s.Facts.QUIC)
		}
	}
}

// A ticket without 0-RTT is none for an arm that wants it.
func TestTicketsSayWhetherTheyAllowEarlyData(t *testing.T) {
	for _, off := range []bool{false, true} {
		server := enginetest.NewQUICServer(t, enginetest.QUICOptions{No0RTT: off})
		arm := armAt(server, true)
		arm.Want = bench.WantEarlyData
		s := enginetest.Primed(t, open(t, arm)).Session
		if arm.Takes(s) == off {
			t.Errorf("0-RTT off %t: the arm takes the session: %t", off, arm.Takes(s))
		}
		arm.Want = bench.WantResumed
		if !arm.Takes(s) {
			t.Error("an arm that resumes does not take the session")
		}
		arm.Engine = bench.EngineNetHTTP
		if arm.Takes(s) {
			t.Error("an arm over TCP takes a session of QUIC")
		}
	}
}

// A session keeps in a file what it is good for.
func TestSessionFile(t *testing.T) {
	server := enginetest.NewQUICServer(t, enginetest.QUICOptions{})
	arm := armAt(server, false)
	arm.Want = bench.WantEarlyData
	d := open(t, arm)
	offer := enginetest.Primed(t, d)
	var file bytes.Buffer
	err := session.File{
		Target: session.Target{Address: server.Address, ServerName: "127.0.0.1"}, Go: runtime.Version(),
		Created: time.Now().UTC(), Verified: true, Sessions: []session.Session{offer.Session},
	}.Encode(&file)
	if err != nil {
		t.Fatal(err)
	}
	read, err := session.Decode(&file)
	if err != nil {
		t.Fatal(err)
	}
	again := read.Sessions[0]
	if !again.QUIC || !arm.Takes(again) {
		t.Fatalf("over QUIC: %t, and the arm takes it: %t", again.QUIC, arm.Takes(again))
	}
	if s, _ := enginetest.Succeed(t, d, bench.Offer{Session: again}); s.Kind != bench.EarlyData {
		t.Errorf("kind %v", s.Kind)
	}
	tcp := arm
	tcp.Engine, tcp.Want = bench.EngineNetHTTP, bench.WantResumed
	if tcp.Takes(again) {
		t.Error("an arm over TCP takes it")
	}
}

// With 0-RTT the request does not wait for the handshake, so it has no phase of
// its own behind that.
func TestPhasesOfEarlyData(t *testing.T) {
	server := enginetest.NewQUICServer(t, enginetest.QUICOptions{})
	arm := armAt(server, true)
	arm.Want = bench.WantEarlyData
	d := open(t, arm)
	s, _ := enginetest.Succeed(t, d, enginetest.Primed(t, d))
	for phase, there := range map[bench.Phase]bool{
		bench.TLSPhase: true, bench.Total: true, bench.Request: false, bench.TTFB: false, bench.Wait: false, bench.Local: false, bench.Connect: false,
	} {
		if got := s.Phases[phase]; (got >= 0) != there {
			t.Errorf("%v: %v", phase, got)
		}
	}
}

func TestCheck(t *testing.T) {
	server := enginetest.NewQUICServer(t, enginetest.QUICOptions{})
	for _, tt := range []struct {
		name string
		edit func(*bench.Arm)
		want string // part of the error, none where it is empty
	}{
		{"fine", func(*bench.Arm) {}, ""},
		{"TLS 1.2", func(a *bench.Arm) { a.TLS.MinVersion, a.TLS.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 }, "--tls 1.2"},
		{"a ticket", func(a *bench.Arm) { a.Want = bench.WantTicket }, "QUIC has TLS 1.3"},
		{"a session ID", func(a *bench.Arm) { a.Want = bench.WantSessionID }, "QUIC has TLS 1.3"},
		{"a suite", func(a *bench.Arm) { a.TLS.Ciphers = []string{"TLS_RSA_WITH_AES_128_CBC_SHA"} }, "--ciphers"},
		{"a close", func(a *bench.Arm) { a.Net.Close = bench.CloseGraceful }, "--close graceful"},
		{"no protocol", func(a *bench.Arm) { a.HTTP, a.TLS.ALPN = bench.HTTP{}, nil }, "--alpn is missing"},
		{"another protocol", func(a *bench.Arm) { a.TLS.ALPN = []string{"h2"} }, "--alpn [h2]"},
		{"0-RTT that changes something", func(a *bench.Arm) { a.Want, a.HTTP.Method = bench.WantEarlyData, "POST" }, "--method POST"},
		{"a group", func(a *bench.Arm) { a.TLS.Groups = []string{"none"} }, "--groups"},
		{"a source", func(a *bench.Arm) { a.Net.Sources = "nowhere" }, "--source"},
	} {
		arm := armAt(server, true)
		tt.edit(&arm)
		wantError(t, tt.name, check(arm), tt.want)
	}
}
