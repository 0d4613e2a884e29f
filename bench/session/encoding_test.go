package session

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"

	"tlsbench/bench/testcert"
)

// certificate is a fresh one.
func certificate(t testing.TB, notAfter time.Time) *x509.Certificate {
	t.Helper()
	cert, _ := testcert.New(t, func(c *x509.Certificate) { c.NotAfter = notAfter })
	return cert.Leaf
}

func TestNewByID(t *testing.T) {
	end := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	leaf, issuer := certificate(t, end), certificate(t, end)
	id := bytes.Repeat([]byte{7}, IDLength)
	secret := bytes.Repeat([]byte{9}, 48)
	for _, extended := range []bool{false, true} {
		for _, chains := range [][][]*x509.Certificate{nil, {{leaf, issuer}}, {{leaf, issuer}, {leaf}}} {
			cs := &tls.ConnectionState{
				Version: tls.VersionTLS12, CipherSuite: tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, CurveID: tls.X25519,
				PeerCertificates: []*x509.Certificate{leaf, issuer}, VerifiedChains: chains,
			}
			s, err := NewByID(cs, id, extended, secret)
			if err != nil {
				t.Fatal(err)
			}
			if s.Mechanism() != ByID || s.ID != string(id) || s.Version != tls.VersionTLS12 || !s.NotAfter.Equal(end) || s.TicketSize() != 0 {
				t.Errorf("%s, version %x, until %v, ticket of %d bytes", s.Mechanism(), s.Version, s.NotAfter, s.TicketSize())
			}
			_, state, err := s.State.ResumptionState()
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := state.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			got, err := decode(encoded)
			if err != nil {
				t.Fatal(err)
			}
			if got.version != cs.Version || got.suite != cs.CipherSuite || got.curve != cs.CurveID ||
				got.extended != extended || !bytes.Equal(got.secret, secret) || !got.certificateEnd.Equal(end) {
				t.Errorf("decoded %+v", got)
			}
		}
	}
}

func TestNewByIDRefuses(t *testing.T) {
	good := &tls.ConnectionState{Version: tls.VersionTLS12, PeerCertificates: []*x509.Certificate{certificate(t, time.Now())}}
	id := make([]byte, IDLength)
	if _, err := NewByID(good, id[:16], true, []byte{1}); !errors.Is(err, ErrIDLength) {
		t.Errorf("an ID of 16 bytes: %v", err)
	}
	for name, tt := range map[string]struct {
		cs     *tls.ConnectionState
		secret []byte
	}{
		"TLS 1.3":        {&tls.ConnectionState{Version: tls.VersionTLS13, PeerCertificates: good.PeerCertificates}, []byte{1}},
		"no secret":      {good, nil},
		"no certificate": {&tls.ConnectionState{Version: tls.VersionTLS12}, []byte{1}},
	} {
		if s, err := NewByID(tt.cs, id, true, tt.secret); err == nil || !s.IsZero() {
			t.Errorf("%s was accepted", name)
		}
	}
}

// A release of Go with another encoding must be noticed.
func TestForeignEncodingIsAnError(t *testing.T) {
	encoded, err := clientSession{
		version: tls.VersionTLS12, suite: 1, secret: []byte{1}, peer: []*x509.Certificate{certificate(t, time.Now())},
	}.encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parseState(encoded); err != nil {
		t.Fatalf("what crypto/tls knows: %v", err)
	}
	for name, changed := range map[string][]byte{
		"longer":  append(bytes.Clone(encoded), 0), // a field that this package does not know
		"shorter": encoded[:len(encoded)-1],
		"empty":   nil,
	} {
		if _, err := parseState(changed); !errors.Is(err, ErrEncoding) {
			t.Errorf("%s: parseState says %v", name, err)
		}
		if _, err := decode(changed); !errors.Is(err, ErrEncoding) {
			t.Errorf("%s: decode says %v", name, err)
		}
	}
}

// The session ID is the second thing that crypto/tls reads.
func TestHelloRand(t *testing.T) {
	id := strings.Repeat("i", IDLength)
	r := &HelloRand{ID: id}
	seen := map[string]bool{}
	for i := range 5 {
		p := make([]byte, 32)
		if n, err := r.Read(p); n != 32 || err != nil {
			t.Fatal(n, err)
		}
		if (string(p) == id) != (i == 1) {
			t.Errorf("read %d gave %x", i, p)
		}
		if seen[string(p)] || bytes.Equal(p, make([]byte, 32)) {
			t.Errorf("read %d is not random", i)
		}
		seen[string(p)] = true
	}
	r = &HelloRand{ID: id}
	p := make([]byte, 16)
	for range 2 {
		if _, err := r.Read(p); err != nil || strings.Contains(string(p), "iiii") {
			t.Errorf("a read of another length got the ID: %x, %v", p, err)
		}
	}
}

func TestExpires(t *testing.T) {
	granted := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		s    Session
		want time.Time
	}{
		{Session{Granted: granted}, time.Time{}},
		{Session{Granted: granted, Lifetime: time.Hour}, granted.Add(time.Hour)},
		{Session{Granted: granted, NotAfter: granted.Add(time.Minute)}, granted.Add(time.Minute)},
		{Session{Granted: granted, Lifetime: time.Hour, NotAfter: granted.Add(time.Minute)}, granted.Add(time.Minute)},
		{Session{Granted: granted, Lifetime: time.Second, NotAfter: granted.Add(time.Minute)}, granted.Add(time.Second)},
	} {
		if got := tt.s.Expires(); !got.Equal(tt.want) {
			t.Errorf("%v, %v: expires %v, want %v", tt.s.Lifetime, tt.s.NotAfter, got, tt.want)
		}
		if tt.want.IsZero() {
			continue
		}
		if tt.s.Expired(tt.want) || !tt.s.Expired(tt.want.Add(1)) {
			t.Errorf("%v: not over exactly after %v", tt.s.Lifetime, tt.want)
		}
	}
}

func TestStoresThrowAwayWhatIsOver(t *testing.T) {
	now := time.Now()
	over := Session{State: new(tls.ClientSessionState), Granted: now.Add(-time.Hour), Lifetime: time.Minute}
	good := Session{State: new(tls.ClientSessionState), Granted: now, Lifetime: time.Minute}
	for _, p := range Policies() {
		store := NewStore(p, PerWorker)
		store.Keep([]Session{over})
		if got, n := store.Next(now); !got.IsZero() || n != 1 || store.Len() != 0 {
			t.Errorf("%s: offered %v, threw away %d, holds %d", p, got, n, store.Len())
		}
		store.Keep([]Session{good})
		if got, n := store.Next(now); got != good || n != 0 {
			t.Errorf("%s: offered %v, threw away %d", p, got, n)
		}
	}
	pool := NewStore(Once, Shared)
	pool.Keep([]Session{over, over, good})
	if got, n := pool.Next(now); got != good || n != 2 {
		t.Errorf("pool: offered %v, threw away %d", got, n)
	}
}
