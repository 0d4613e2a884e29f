package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/session"
	"tlsbench/bench/target"
)

// exported runs against an embedded server in this process and returns the
// sessions that the run wrote, and how to reach the server again.
func exported(t *testing.T, query string, args ...string) (s *target.Server, reach []string, file string) {
	t.Helper()
	s, ca := embedded(t, query)
	file = filepath.Join(t.TempDir(), "f.sessions")
	reach = []string{"run", "https://" + s.Endpoint().Address, "--cacert", ca, "--warmup", "0"}
	r := measure(t, slices.Concat(reach, []string{"-n", "20", "--sessions-out", file}, args)...)
	var made int64
	for i := range r.Arms {
		made += r.Arms[i].Attempts + r.Arms[i].Sessions.Primed
	}
	if n := connectionsBy(s, made); n < made { // sessions used once are renewed for the file
		t.Fatalf("%v: the server saw %d connections, want %d", args, n, made)
	}
	return s, slices.Clip(reach[:4]), file
}

// edit changes a session file.
func edit(t *testing.T, file string, do func(*session.File)) {
	t.Helper()
	f, err := session.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	do(&f)
	if err := f.Save(file); err != nil {
		t.Fatal(err)
	}
}

func connections(s *target.Server) int64 {
	c := s.Counts()
	return c.Full + c.Ticket + c.PSK + c.Failed
}

// connectionsBy is connections once they are so many, for a server counts one only
// behind the client's last message. It does not wait for ever.
func connectionsBy(s *target.Server, n int64) int64 {
	for deadline := time.Now().Add(10 * time.Second); connections(s) < n && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	return connections(s)
}

// A fresh run that imports sessions resumes at its first handshake, and nothing
// goes ahead of that.
func TestImportedSessionsResumeAtOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		query string
		kind  bench.Kind
		args  []string
	}{
		{"tls=1.2", bench.Ticket, nil},
		{"tls=1.3", bench.PSK, nil},
		{"", bench.PSK, []string{"--handshake-only"}},
		{"", bench.PSK, []string{"--session-policy", "frozen"}},
		{"", bench.PSK, []string{"--session-policy", "once"}},
		{"", bench.Ticket, []string{"--arms", "ticket", "--tls", "1.2"}},
	} {
		s, reach, file := exported(t, tt.query, tt.args...)
		before := connections(s)
		r := measure(t, slices.Concat(reach, []string{"--arms", "resumed", "--sessions-in", file, "-n", "1"}, tt.args)...)
		a := r.Arms[0]
		if a.Attempts != 1 || a.Kinds[tt.kind] != 1 {
			t.Errorf("%v: kinds %v of %d attempts, want 1 %s", tt, a.Kinds, a.Attempts, tt.kind)
		}
		if n := connectionsBy(s, before+1) - before; n != 1 {
			t.Errorf("%v: the server saw %d connections, want 1", tt, n)
		}
		if a.Sessions.Imported == 0 || a.Sessions.Primed != 0 {
			t.Errorf("%v: %+v", tt, a.Sessions)
		}
	}
}

// A pool that is offered once each comes whole through a file, and from there
// into all rounds.
func TestImportedPool(t *testing.T) {
	t.Parallel()
	s, reach, file := exported(t, "", "--session-policy", "once", "--session-pool", "12", "--rounds", "2")
	f, err := session.Load(file)
	if err != nil || len(f.Sessions) != 12 {
		t.Fatalf("%d sessions, %v", len(f.Sessions), err)
	}
	before := connections(s)
	r := measure(t, append(reach, "--arms", "resumed", "--sessions-in", file, "--session-policy", "once", "-n", "12", "--rounds", "2")...)
	a := r.Arms[0]
	if n := connectionsBy(s, before+12) - before; a.Kinds[bench.PSK] != 12 || a.Sessions.Imported != 12 || n != 12 {
		t.Errorf("kinds %v, %+v, %d connections", a.Kinds, a.Sessions, n)
	}
}

// What an importing run holds in the end can be written again, also to the same
// file.
func TestImportAndExport(t *testing.T) {
	t.Parallel()
	_, reach, file := exported(t, "")
	first, err := session.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	o := run(t, append(reach, "-n", "5", "--sessions-in", file, "--sessions-out", file)...)
	if o.exit != compare.Passed || !strings.Contains(o.stderr, "tlsbench: wrote 1 session (1 psk of TLS 1.3) to "+file) {
		t.Errorf("exit %d: %s", o.exit, o.stderr)
	}
	second, err := session.Load(file)
	if err != nil || !second.Created.After(first.Created) {
		t.Errorf("written at %v and %v, %v", first.Created, second.Created, err)
	}
}

func TestSessionFileIsSecret(t *testing.T) {
	t.Parallel()
	_, reach, file := exported(t, "")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	var secrets []string
	for _, m := range regexp.MustCompile(`"(?:state|ticket)": "([^"]{32})`).FindAllStringSubmatch(string(text), -1) {
		secrets = append(secrets, m[1])
	}
	if len(secrets) != 2 {
		t.Fatalf("%d secrets in the file", len(secrets))
	}
	for _, o := range []outcome{
		run(t, "sessions", file), run(t, "sessions", file, "-o", "json"),
		run(t, append(reach, "-n", "5", "--sessions-in", file)...), run(t, append(reach, "-n", "5", "--sessions-in", file, "-o", "json")...),
	} {
		if o.exit != compare.Passed || !strings.Contains(o.stdout, "psk") {
			t.Errorf("exit %d:\n%s%s", o.exit, o.stdout, o.stderr)
		}
		for _, secret := range secrets {
			if strings.Contains(o.stdout+o.stderr, secret) {
				t.Error("a secret was printed")
			}
		}
	}
}

// Sessions that a run cannot use are refused before the first connection.
func TestUnusableSessionsAreRefused(t *testing.T) {
	t.Parallel()
	s, reach, file := exported(t, "", "--session-policy", "once")
	_, port, _ := strings.Cut(s.Endpoint().Address, ":")
	ca := reach[3]
	tests := []struct {
		name   string
		change func(f *session.File)
		args   []string
		stderr []string
	}{
		{"another target", nil, []string{"run", "https://localhost:" + port, "--cacert", ca}, []string{s.Endpoint().Address, "localhost:" + port, "--sessions-force"}},
		{"another name", nil, append(reach, "--sni", "localhost"), []string{"server name localhost", "--sessions-force"}},
		{"another Go", func(f *session.File) { f.Go = "go1.99" }, reach, []string{"go1.99", "--sessions-force"}},
		{"unverified", func(f *session.File) { f.Verified = false }, reach, []string{"add --insecure"}},
		{"unverified and forced", func(f *session.File) { f.Verified = false }, append(reach, "--sessions-force"), []string{"add --insecure"}},
		{"over", func(f *session.File) {
			for i := range f.Sessions {
				f.Sessions[i].Granted = f.Sessions[i].Granted.Add(-8 * 24 * time.Hour)
			}
		}, reach, []string{"sessions that are over: the last of"}},
		{"another kind", nil, append(reach, "--arms", "ticket"), []string{"psk of TLS 1.3", "session=ticket offers ticket of TLS 1.2", "--arms"}},
		{"another version", nil, append(reach, "--tls", "1.2"), []string{"offers any of TLS 1.2:", "--tls"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := copied(t, file)
			if tt.change != nil {
				edit(t, file, tt.change)
			}
			before := connections(s)
			o := run(t, slices.Concat(tt.args, []string{"-n", "1", "--sessions-in", file})...)
			if o.exit != compare.Usage || strings.Count(o.stderr, "\n") != 1 || o.stdout != "" {
				t.Errorf("exit %d:\n%s%s", o.exit, o.stdout, o.stderr)
			}
			for _, part := range append(tt.stderr, file) {
				if !strings.Contains(o.stderr, part) {
					t.Errorf("no %q in %s", part, o.stderr)
				}
			}
			if connections(s) != before {
				t.Error("a connection was made")
			}
		})
	}
	t.Run("others can read it", func(t *testing.T) {
		if os.PathSeparator != '/' {
			t.Skip("file modes tell who can read only on unix")
		}
		file := copied(t, file)
		if err := os.Chmod(file, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{append(reach, "--sessions-in", file), append(reach, "--sessions-out", file), {"sessions", file}} {
			if o := run(t, args...); o.exit != compare.Usage || !strings.Contains(o.stderr, "others can read it (mode 0644): chmod 600 it") {
				t.Errorf("%v: exit %d: %s", args, o.exit, o.stderr)
			}
		}
	})
}

func copied(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "copy")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Some targets share their keys: forced, the sessions are offered, and what
// comes of it is observed.
func TestForcedSessions(t *testing.T) {
	t.Parallel()
	_, reach, file := exported(t, "")
	edit(t, file, func(f *session.File) { f.Target.Address, f.Go = "elsewhere.example:443", "go1.99" })
	r := measure(t, append(reach, "--arms", "resumed", "-n", "1", "--sessions-in", file, "--sessions-force")...)
	if r.Arms[0].Kinds[bench.PSK] != 1 {
		t.Errorf("kinds %v", r.Arms[0].Kinds)
	}
	if o := run(t, "sessions", file); o.exit != compare.Passed || !strings.Contains(o.stdout, "warning: sessions of another Go release: go1.99 wrote") {
		t.Errorf("exit %d:\n%s%s", o.exit, o.stdout, o.stderr)
	}
}

func TestInsecureSessions(t *testing.T) {
	t.Parallel()
	s, _ := embedded(t, "")
	file := filepath.Join(t.TempDir(), "f")
	reach := []string{"run", "https://" + s.Endpoint().Address}
	measure(t, append(reach, "-k", "-n", "5", "--warmup", "0", "--sessions-out", file)...)
	if o := run(t, append(reach, "-n", "1", "--sessions-in", file)...); o.exit != compare.Usage || !strings.Contains(o.stderr, "add --insecure") {
		t.Errorf("exit %d: %s", o.exit, o.stderr)
	}
	r := measure(t, append(reach, "-k", "-n", "1", "--arms", "resumed", "--sessions-in", file)...)
	if r.Arms[0].Kinds[bench.PSK] != 1 {
		t.Errorf("kinds %v", r.Arms[0].Kinds)
	}
	if o := run(t, "sessions", file); !strings.Contains(o.stdout, "verified  no") {
		t.Errorf("%s", o.stdout)
	}
}

// Some sessions that are over are left out, and said to be.
func TestExpiredSessionsAreLeftOut(t *testing.T) {
	t.Parallel()
	_, reach, file := exported(t, "", "--session-policy", "once", "--session-pool", "3")
	edit(t, file, func(f *session.File) { f.Sessions[1].Granted = f.Sessions[1].Granted.Add(-8 * 24 * time.Hour) })
	o := run(t, append(reach, "-q", "-n", "2", "--rounds", "1", "--session-policy", "once", "--arms", "resumed", "--sessions-in", file)...)
	if o.exit != compare.Passed || !strings.Contains(o.stderr, "1 of 3 sessions are over and are left out") || !strings.Contains(o.stdout, "2 of 2 psk") {
		t.Errorf("exit %d:\n%s%s", o.exit, o.stdout, o.stderr)
	}
}

// A server that grants none leaves nothing to write; the report comes first,
// and what stood in the file stays.
func TestNothingToExport(t *testing.T) {
	t.Parallel()
	s, ca := embedded(t, "tickets=off")
	file := filepath.Join(t.TempDir(), "f")
	o := run(t, "run", "https://"+s.Endpoint().Address, "--cacert", ca, "-n", "5", "-q", "--sessions-out", file)
	if o.exit != compare.Failed || !strings.Contains(o.stdout, "kinds ") || !strings.Contains(o.stderr, "nothing was written: no session was held at the end") {
		t.Errorf("exit %d:\n%s%s", o.exit, o.stdout, o.stderr)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a file was written")
	}
}

// How a run ends that has a result but could not write everything.
func TestEnded(t *testing.T) {
	t.Parallel()
	failed := os.ErrPermission
	for _, tt := range []struct {
		outcome compare.Outcome
		failed  []error
		code    compare.Exit
		reasons int
	}{
		{compare.Outcome{}, []error{nil}, compare.Passed, 0},
		{compare.Outcome{}, []error{failed}, compare.NotRun, 1},
		{compare.Outcome{Exit: compare.Interrupted, Reasons: []string{"x"}}, []error{nil}, compare.Interrupted, 1},
		{compare.Outcome{Exit: compare.Interrupted, Reasons: []string{"x"}}, []error{failed}, compare.Interrupted, 2},
	} {
		err := ended(tt.outcome, tt.failed...)
		if tt.code == compare.Passed {
			if err != nil {
				t.Errorf("%v: %v", tt, err)
			}
			continue
		}
		if exit, ok := err.(*exitError); !ok || exit.code != tt.code || len(exit.reasons) != tt.reasons {
			t.Errorf("%v: %#v", tt, err)
		}
	}
}

// An interrupted run keeps its sessions, too.
func TestInterruptKeepsSessions(t *testing.T) {
	// Not beside others: the whole process is interrupted.
	if os.PathSeparator != '/' {
		t.Skip("a process can interrupt itself only on unix")
	}
	s, ca := embedded(t, "")
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	relay := relay(t, s, func() bool {
		if n.Add(1) == 50 {
			self.Signal(os.Interrupt)
		}
		return true
	})
	file := filepath.Join(t.TempDir(), "f")
	o := run(t, "run", "https://"+relay, "--cacert", ca, "--arms", "resumed", "-d", "60s", "--warmup", "0", "-q", "--sessions-out", file)
	if o.exit != compare.Interrupted || !strings.Contains(o.stdout, "kinds ") {
		t.Errorf("exit %d:\n%s%s", o.exit, o.stdout, o.stderr)
	}
	if f, err := session.Load(file); err != nil || len(f.Sessions) == 0 {
		t.Errorf("%d sessions, %v: %s", len(f.Sessions), err, o.stderr)
	}
}
