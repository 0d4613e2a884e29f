package tlsconn

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/dial"
	"tlsbench/bench/session"
	"tlsbench/bench/testcert"
	"tlsbench/bench/testserve"
	"tlsbench/bench/tlsconf"
)

// listen serves TLS 1.2 and 1.3 handshakes until the test ends.
func listen(t *testing.T) (address string, leaf *x509.Certificate) {
	t.Helper()
	cert, _ := testcert.New(t, nil)
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	return testserve.Each(t, func(tcp *net.TCPConn) {
		conn := tls.Server(tcp, config)
		_ = conn.Handshake()
		_, _ = conn.Read(make([]byte, 1)) // until the client is gone
	}), cert.Leaf
}

// shake makes one connection. tamper may change what has been prepared.
func shake(t *testing.T, address string, version uint16, want bench.Want, offer bench.Offer, keyLog *bytes.Buffer, tamper func(*Attempt)) (*Attempt, *bench.Sample, error) {
	t.Helper()
	raw, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	conn := dial.NewConn(raw.(*net.TCPConn), make([]byte, dial.BufferSize), bench.CloseGraceful)
	config := &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version}
	if keyLog != nil {
		config.KeyLogWriter = keyLog
	}
	a := &Attempt{}
	config = a.Begin(&tlsconf.Config{Config: config}, want, conn, offer)
	if tamper != nil {
		tamper(a)
	}
	tlsConn := tls.Client(conn, config)
	t.Cleanup(func() { tlsConn.Close() })
	if err := tlsConn.Handshake(); err != nil {
		t.Fatal(err)
	}
	if version == tls.VersionTLS13 && offer.Prime {
		a.OnTicket(func() { _ = tlsConn.SetReadDeadline(time.Unix(1, 0)) }) // which ends the Read
		_ = tlsConn.SetReadDeadline(time.Now().Add(20 * time.Second))
		_, _ = tlsConn.Read(make([]byte, 1))
	}
	state := tlsConn.ConnectionState()
	s := &bench.Sample{Facts: &bench.Facts{}}
	return a, s, a.HandshakeDone(&state, s)
}

// byID is a session that no server knows.
func byID(t *testing.T, leaf *x509.Certificate) session.Session {
	t.Helper()
	s, err := session.NewByID(&tls.ConnectionState{
		Version: tls.VersionTLS12, CipherSuite: tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, PeerCertificates: []*x509.Certificate{leaf},
	}, bytes.Repeat([]byte{5}, session.IDLength), true, make([]byte, 48))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A release of Go that reads its random bytes in another order sends another
// session ID. That must end the run, and never count as a refusal.
func TestSessionIDThatDoesNotGoOut(t *testing.T) {
	address, leaf := listen(t)
	offer := bench.Offer{Session: byID(t, leaf)}
	a, s, err := shake(t, address, tls.VersionTLS12, bench.WantSessionID, offer, nil, nil)
	if err != nil || !s.Offered || s.Kind != bench.Full {
		t.Errorf("as it should be: %v, offered %t, kind %v", err, s.Offered, s.Kind)
	}
	if err := a.Check(); err != nil {
		t.Error(err)
	}
	otherOrder := func(a *Attempt) { _, _ = a.rand.Read(make([]byte, 8)) }
	a, _, err = shake(t, address, tls.VersionTLS12, bench.WantSessionID, offer, nil, otherOrder)
	if !errors.Is(err, ErrNotSent) || !errors.Is(a.Check(), ErrNotSent) {
		t.Errorf("the ID did not go out: %v", err)
	}
}

func TestCheckBeforeAnythingWentOut(t *testing.T) {
	_, leaf := listen(t)
	a := &Attempt{}
	a.Begin(&tlsconf.Config{Config: &tls.Config{}}, bench.WantSessionID, dial.NewConn(nil, nil, bench.CloseReset), bench.Offer{Session: byID(t, leaf)})
	if err := a.Check(); err != nil {
		t.Errorf("a connection that broke before its ClientHello: %v", err)
	}
}

// What was offered is read from the wire: crypto/tls leaves out a session that
// does not fit the configuration, and says nothing of it.
func TestOfferedIsWhatWentOut(t *testing.T) {
	address, _ := listen(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		a, s, err := shake(t, address, version, bench.WantResumed, bench.Offer{Prime: true}, nil, nil)
		if err != nil || s.Offered {
			t.Fatalf("offered %t, %v", s.Offered, err)
		}
		granted, _ := a.Granted()
		if len(granted) == 0 || granted[0].Version != version || granted[0].NotAfter.IsZero() {
			t.Fatalf("granted %d: %+v", len(granted), granted)
		}
		if hint := granted[0].Lifetime; version == tls.VersionTLS13 && hint != 7*24*time.Hour {
			t.Errorf("TLS 1.3: a lifetime of %v, and Go's servers say seven days", hint)
		}
		if _, s, err = shake(t, address, version, bench.WantResumed, bench.Offer{Session: granted[0]}, nil, nil); err != nil || !s.Offered || !s.Kind.Resumed() {
			t.Errorf("version %x: offered %t, kind %v, %v", version, s.Offered, s.Kind, err)
		}
		other := tls.VersionTLS12 + tls.VersionTLS13 - version
		if _, s, err = shake(t, address, other, bench.WantResumed, bench.Offer{Session: granted[0]}, nil, nil); err != nil || s.Offered || s.Kind != bench.Full {
			t.Errorf("version %x under %x: offered %t, kind %v, %v", version, other, s.Offered, s.Kind, err)
		}
	}
}

func TestUsersKeyLogIsKept(t *testing.T) {
	address, _ := listen(t)
	var lines bytes.Buffer
	if _, _, err := shake(t, address, tls.VersionTLS12, bench.WantSessionID, bench.Offer{Prime: true}, &lines, nil); err != nil {
		t.Fatal(err)
	}
	if got := lines.String(); !strings.HasPrefix(got, "CLIENT_RANDOM ") || strings.Count(got, "\n") != 1 {
		t.Errorf("the key log holds %d bytes in %d lines", len(got), strings.Count(got, "\n"))
	}
}

func TestKeyLogLines(t *testing.T) {
	for _, tt := range []struct {
		line   string
		secret string
		fails  bool
	}{
		{"CLIENT_RANDOM 00ff 0102\n", "\x01\x02", false},
		{"CLIENT_HANDSHAKE_TRAFFIC_SECRET 00ff 0102\n", "", false},
		{"CLIENT_RANDOM 00ff\n", "", false},
		{"CLIENT_RANDOM 00ff xy\n", "", true},
		{"", "", false},
	} {
		var k keyLog
		n, err := k.Write([]byte(tt.line))
		if (err != nil) != tt.fails || !tt.fails && n != len(tt.line) || string(k.secret) != tt.secret {
			t.Errorf("%q: secret %q, %d, %v", tt.line, k.secret, n, err)
		}
	}
}
