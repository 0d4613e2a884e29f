package servertest

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Those with processes of many kinds, and one that is started a connection at a
// time.
func TestPeersStop(t *testing.T) {
	for name, start := range map[string]func(testing.TB, Options) *Peer{"postfix": Postfix, "dovecot": Dovecot, "inn": INN} {
		var peer *Peer
		if !t.Run(name, func(t *testing.T) { peer = start(t, Options{Host: "127.0.0.2"}) }) || peer == nil {
			continue
		}
		for _, address := range peer.address {
			if !strings.HasPrefix(address, "127.0.0.2:") {
				t.Errorf("%s listens on %s", name, address)
			}
			if conn, err := net.Dial("tcp", address); err == nil {
				conn.Close()
				t.Errorf("%s still listens on %s after its test", name, address)
			}
		}
		if _, err := os.Stat(filepath.Dir(peer.CAFile)); !os.IsNotExist(err) {
			t.Errorf("%s leaves its folder: %v", name, err)
		}
	}
}

func TestDaemonHeedsAllOfItsOptions(t *testing.T) {
	v := &verdict{TB: t}
	newDaemon(v, Options{NoTickets: true}, "sh", "dash")
	if !strings.HasPrefix(v.how, "fail: sh is set up by its key") {
		t.Errorf("got %q", v.how)
	}
}

func TestDaemonThatExitsWithoutAWord(t *testing.T) {
	d := newDaemon(t, Options{}, "sh", "dash")
	tries := 0
	p := d.start(1, func([]int) ([]string, func() error) {
		tries++
		if tries == 1 {
			return []string{"sh", "-c", "exit 1"}, func() error { return errors.New("refused") }
		}
		return []string{"sleep", "60"}, func() error { return nil }
	})
	if tries != 2 {
		t.Errorf("%d tries, want 2", tries)
	}
	p.Stop()
}

func TestMissingFile(t *testing.T) {
	t.Setenv("TLSBENCH_REQUIRE_SERVERS", "")
	v := &verdict{TB: t}
	programIn(v, "/no/such/server", "no-such-package")
	if want := "skip: /no/such/server is not installed (Debian package no-such-package)"; v.how != want {
		t.Errorf("%q, want %q", v.how, want)
	}
}

func TestLogged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	for text, want := range map[string]Counts{
		"": {},
		`postfix/smtpd[1]: unknown[127.0.0.1]: Reusing old session (RFC 5077 session ticket)
postfix/smtpd[1]: Anonymous TLS connection established from unknown[127.0.0.1]: TLSv1.3
postfix/smtpd[1]: Anonymous TLS connection established from unknown[127.0.0.1]: TLSv1.3
postfix/smtpd[1]: SSL_accept error from unknown[127.0.0.1]: lost connection
`: {Full: 1, Resumed: 1, Aborted: 1},
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := postfixCounts(file)(); err != nil || got != want {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
	}
	if _, err := postfixCounts(file + ".none")(); err == nil {
		t.Error("a log that is not there was counted")
	}
}

func TestMariaDBCounts(t *testing.T) {
	got, err := mariadbCounts("Ssl_accept_renegotiates\t0\nSsl_accepts\t5\nSsl_finished_accepts\t4\n")
	if want := (Counts{Full: 4, Aborted: 1}); err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	for _, text := range []string{"", "Ssl_accepts\t5\n", "Ssl_accepts\t5\nSsl_finished_accepts\tmany\n"} {
		if _, err := mariadbCounts(text); err == nil {
			t.Errorf("%q was counted", text)
		}
	}
}
