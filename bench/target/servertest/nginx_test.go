package servertest

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestWriteTicketKey(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "key")
	var last string
	for range 2 {
		WriteTicketKey(t, file)
		key, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(key) != 80 || string(key) == last {
			t.Errorf("%d bytes, want 80 new ones", len(key))
		}
		last = string(key)
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, want 0600", info.Mode())
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("%d files are left (%v), want 1", len(files), err)
	}
}

// resumes tells whether the server accepts the session.
func (c client) resumes(t *testing.T, at *NginxServer, offer *tls.ClientSessionState) bool {
	t.Helper()
	c.server = at.Server
	return c.run(t, 1, offer).Resumed == 1
}

// Instances 0 and 1 share a key, instance 2 has another.
func TestFleet(t *testing.T) {
	shared, other := filepath.Join(t.TempDir(), "shared"), filepath.Join(t.TempDir(), "other")
	WriteTicketKey(t, shared)
	WriteTicketKey(t, other)
	fleet := Fleet(t, 3, func(i int, o *Options) {
		o.TicketKeys = []string{[]string{shared, shared, other}[i]}
	})
	for _, service := range []Service{TLS, HTTPS} {
		for _, version := range versionsTested {
			for from := range fleet {
				c := client{server: fleet[from].Server, service: service, version: version, closing: "graceful"}
				offer := c.prime(t, 5*time.Second)
				for to := range fleet {
					if got, want := c.resumes(t, fleet[to], offer), (from == 2) == (to == 2); got != want {
						t.Errorf("%s %s: a ticket of instance %d at %d: resumed %v, want %v",
							service, tls.VersionName(version), from, to, got, want)
					}
				}
			}
		}
	}
	if fleet[0].TLS != "127.0.0.2"+fleet[1].TLS[len("127.0.0.3"):] || fleet[0].CAFile != fleet[2].CAFile {
		t.Errorf("fleet at %s and %s with roots %s and %s", fleet[0].TLS, fleet[1].TLS, fleet[0].CAFile, fleet[2].CAFile)
	}
}

func TestReload(t *testing.T) {
	dir := t.TempDir()
	current, previous := filepath.Join(dir, "current"), filepath.Join(dir, "previous")
	WriteTicketKey(t, current)
	WriteTicketKey(t, previous)
	s := Nginx(t, Options{Workers: 2, TicketKeys: []string{current, previous}})
	for _, service := range []Service{TLS, HTTPS} {
		for _, version := range versionsTested {
			c := client{server: s.Server, service: service, version: version, closing: "graceful"}
			offer := c.prime(t, 5*time.Second)
			steps := []struct {
				what   string
				rotate func() error
				want   bool
			}{
				{"before a reload", func() error { return nil }, true},
				{"without a change", func() error { s.Reload(); return nil }, true},
				{"as the previous key", func() error {
					err := os.Rename(current, previous)
					WriteTicketKey(t, current)
					s.Reload()
					return err
				}, true},
				{"no more", func() error { WriteTicketKey(t, previous); s.Reload(); return nil }, false},
			}
			for _, step := range steps {
				if err := step.rotate(); err != nil {
					t.Fatal(err)
				}
				if got := c.resumes(t, s, offer); got != step.want {
					t.Errorf("%s %s, key is there %s: resumed %v", service, tls.VersionName(version), step.what, got)
				}
			}
		}
	}
}

// Without key files nginx forgets its ticket key in a reload; a shared session
// cache stays.
func TestReloadWithoutKeys(t *testing.T) {
	for _, o := range []Options{{}, {NoTickets: true, SessionCache: true}} {
		s := Nginx(t, o)
		c := client{server: s.Server, service: TLS, version: tls.VersionTLS13, closing: "graceful"}
		offer := c.prime(t, 5*time.Second)
		if !c.resumes(t, s, offer) {
			t.Errorf("%+v: not resumed before the reload", o)
		}
		s.Reload()
		if got := c.resumes(t, s, offer); got != o.SessionCache {
			t.Errorf("%+v: resumed %v after the reload", o, got)
		}
	}
}
