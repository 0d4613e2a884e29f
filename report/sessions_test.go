package report

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"runtime"
	"strings"
	"testing"
	"time"

	"tlsbench/bench/session"
	"tlsbench/bench/testcert"
)

// listing has a session of each kind: one that goes on, one that is over, and
// one of which little is known.
func listing(t *testing.T) Sessions {
	t.Helper()
	now := time.Date(2026, 5, 17, 12, 0, 0, 0, time.UTC)
	cert, _ := testcert.New(t, func(c *x509.Certificate) { c.NotAfter = now.Add(49 * time.Hour) })
	cs := &tls.ConnectionState{Version: tls.VersionTLS12, CipherSuite: tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, PeerCertificates: []*x509.Certificate{cert.Leaf}}
	id, err := session.NewByID(cs, bytes.Repeat([]byte("S"), session.IDLength), true, bytes.Repeat([]byte("E"), 48))
	if err != nil {
		t.Fatal(err)
	}
	_, state, err := id.State.ResumptionState()
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := state.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if state, err = tls.ParseSessionState(encoded); err != nil { // a copy
		t.Fatal(err)
	}
	withTicket, err := tls.NewResumptionState(bytes.Repeat([]byte("C"), 1200), state)
	if err != nil {
		t.Fatal(err)
	}
	id.Granted = now.Add(-90 * time.Second)
	over := session.Session{State: withTicket, Version: tls.VersionTLS13, Granted: now.Add(-2 * time.Hour), Lifetime: time.Hour, NotAfter: id.NotAfter}
	little := session.Session{State: withTicket, Version: tls.VersionTLS12, Granted: now}
	return Sessions{Now: now, File: session.File{
		Target: session.Target{Address: "192.0.2.1:443", ServerName: "server.example"},
		Go:     runtime.Version(), Created: now.Add(-3 * time.Minute), Verified: true,
		Sessions: []session.Session{id, over, little},
	}}
}

func written(t *testing.T, l Sessions) (text, object string) {
	t.Helper()
	var a, b bytes.Buffer
	if err := l.WriteText(&a); err != nil {
		t.Fatal(err)
	}
	if err := l.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{a.String(), b.String()} {
		for _, secret := range []string{"SSSS", "EEEE", "CCCC", "U1NT", "RUVF", "Q0ND", "5353", "4545", "4343"} {
			if strings.Contains(out, secret) {
				t.Errorf("a secret in\n%s", out)
			}
		}
	}
	return strings.ReplaceAll(a.String(), nbsp, " "), b.String()
}

func TestSessionsAsText(t *testing.T) {
	l := listing(t)
	text, _ := written(t, l)
	want := `target    192.0.2.1:443, server name server.example
written   2026-05-17T11:57:00Z (3 min ago), by ` + runtime.Version() + `
verified  yes

#  kind        TLS         age  lifetime hint  end              ticket bytes
1  session-id  1.2  1 min 30 s              –  in 2 d 1 h                  –
2  psk         1.3         2 h            1 h  expired 1 h ago         1 200
3  ticket      1.2         0 s              –  –                       1 200
`
	if text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	l.File.Verified, l.File.Go = false, "go1.99"
	text, _ = written(t, l)
	for _, part := range []string{"verified  no: made with --insecure", "by go1.99\n", "\nwarning: sessions of another Go release: go1.99"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}

func TestSessionsAsJSON(t *testing.T) {
	l := listing(t)
	_, object := written(t, l)
	var got struct {
		Age      int64            `json:"age_ns"`
		Verified bool             `json:"verified"`
		Warnings []string         `json:"warnings"`
		Sessions []map[string]any `json:"sessions"`
	}
	if err := json.Unmarshal([]byte(object), &got); err != nil {
		t.Fatal(err)
	}
	if got.Age != int64(3*time.Minute) || !got.Verified || got.Warnings == nil || len(got.Warnings) != 0 || len(got.Sessions) != 3 {
		t.Errorf("%+v", got)
	}
	for i, want := range []map[string]any{
		{"kind": "session-id", "tls": "1.2", "age_ns": 9e10, "lifetime_hint_ns": nil, "ends_in_ns": float64(49 * time.Hour), "expired": false, "ticket_bytes": nil},
		{"kind": "psk", "tls": "1.3", "lifetime_hint_ns": float64(time.Hour), "ends_in_ns": -float64(time.Hour), "expired": true, "ticket_bytes": 1200.},
		{"kind": "ticket", "not_after": nil, "ends_in_ns": nil, "expired": false, "age_ns": 0.},
	} {
		for key, value := range want {
			if v, ok := got.Sessions[i][key]; !ok || v != value {
				t.Errorf("session %d: %s is %v, want %v", i, key, v, value)
			}
		}
	}
	l.File.Go = "go1.99"
	if _, object = written(t, l); !strings.Contains(object, "sessions of another Go release: go1.99") {
		t.Errorf("no warning in\n%s", object)
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 999 * time.Millisecond: "0 s", 59 * time.Second: "59 s", time.Minute: "1 min", 90 * time.Second: "1 min 30 s",
		25 * time.Hour: "1 d 1 h", 7 * 24 * time.Hour: "7 d", time.Hour + time.Second: "1 h", -time.Minute: "−1 min",
		24000 * time.Hour: "1 000 d",
	} {
		if got := strings.ReplaceAll(span(d), nbsp, " "); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	if got := ago(-time.Second); got != "1"+nbsp+"s from now" {
		t.Errorf("%q", got)
	}
}
