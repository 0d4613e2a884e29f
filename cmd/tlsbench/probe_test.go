package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tlsbench/bench/compare"
	"tlsbench/bench/probe"
	"tlsbench/bench/session"
	"tlsbench/bench/target/servertest"
)

// probeJSON runs probe and returns what it found and how it ended.
func probeJSON(t *testing.T, args ...string) (probe.Result, outcome) {
	t.Helper()
	o := run(t, append([]string{"probe", "-q", "-o", "json"}, args...)...)
	var r probe.Result
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("%v: exit %d, %s\n%v", args, o.exit, o.stderr, err)
	}
	return r, o
}

// Three nginx, of which two share a ticket key.
func TestProbeFindsWhoSharesKeys(t *testing.T) {
	t.Parallel()
	common, other := filepath.Join(t.TempDir(), "common"), filepath.Join(t.TempDir(), "other")
	servertest.WriteTicketKey(t, common)
	servertest.WriteTicketKey(t, other)
	keys := []string{common, other, common}
	fleet := servertest.Fleet(t, len(keys), func(i int, o *servertest.Options) { o.TicketKeys = []string{keys[i]} })
	target, ca := "tls://"+fleet[0].TLS, fleet[0].CAFile
	addresses := "127.0.0.2,127.0.0.3,127.0.0.4"

	r, o := probeJSON(t, target, "--addresses", addresses, "--cacert", ca, "--tls", "1.2-1.3", "--expect", "psk>=2,ticket,!shared-keys,up,places=3")
	if o.exit != compare.Failed || !strings.Contains(o.stderr, "expected !shared-keys") || strings.Contains(o.stderr, "psk") && !strings.Contains(o.stderr, "!shared-keys") {
		t.Errorf("exit %d: %s", o.exit, o.stderr)
	}
	for _, mx := range r.Matrices {
		if mx.Mechanism == session.ByID {
			continue
		}
		if !slices.EqualFunc(mx.Groups, [][]int{{0, 2}, {1}}, slices.Equal) {
			t.Errorf("%s: groups %v", mx.Mechanism, mx.Groups)
		}
		for i, row := range mx.Cells {
			for j, cell := range row {
				want := 0
				if keys[i] == keys[j] {
					want = r.Repeats
				}
				if cell.Accepted != want || cell.Of != r.Repeats || cell.Failed != 0 {
					t.Errorf("%s: granted at %d, offered at %d: %+v", mx.Mechanism, i, j, cell)
				}
			}
		}
	}
	if _, o := probeJSON(t, target, "--addresses", "127.0.0.2,127.0.0.4", "--cacert", ca, "--expect", "shared-keys"); o.exit != compare.Passed {
		t.Errorf("two that share a key: exit %d: %s", o.exit, o.stderr)
	}
	// An address that is down is marked, and the others go on.
	r, o = probeJSON(t, target, "--addresses", "127.0.0.2,127.0.0.9", "--cacert", ca)
	if o.exit != compare.Passed || !r.Places[0].Up() || r.Places[1].Up() {
		t.Errorf("one of two is down: exit %d, %+v", o.exit, r.Places)
	}
	if _, o := probeJSON(t, target, "--addresses", "127.0.0.2,127.0.0.9", "--cacert", ca, "--expect", "up"); o.exit != compare.Failed {
		t.Errorf("one of two is down, and all are expected to be up: exit %d", o.exit)
	}
	if _, o := probeJSON(t, target, "--addresses", "127.0.0.9", "--cacert", ca); o.exit != compare.NotRun || !strings.Contains(o.stderr, "no address answers") {
		t.Errorf("all are down: exit %d: %s", o.exit, o.stderr)
	}
}

// The report for people tells the same.
func TestProbeText(t *testing.T) {
	t.Parallel()
	s, ca := embedded(t, "")
	o := run(t, "probe", "https://"+s.Endpoint().Address, "--cacert", ca, "--age", "100ms", "--expect", "psk")
	if o.exit != compare.Passed {
		t.Fatalf("exit %d: %s", o.exit, o.stderr)
	}
	for _, text := range []string{"used again and again", "yes (12 of 12)", "one full connection", "one psk connection", "expect: pass psk"} {
		if !strings.Contains(o.stdout, text) {
			t.Errorf("%q is missing in\n%s", text, o.stdout)
		}
	}
	for _, secret := range []string{"CLIENT_RANDOM", "state", "master"} {
		if strings.Contains(o.stdout+o.stderr, secret) {
			t.Errorf("%q is in the output", secret)
		}
	}
}

// A rotation in the middle of a watch is told, with its time.
func TestProbeWatchSeesARotation(t *testing.T) {
	t.Parallel()
	key := filepath.Join(t.TempDir(), "key")
	servertest.WriteTicketKey(t, key)
	s := servertest.Nginx(t, servertest.Options{TicketKeys: []string{key}})
	var stdout bytes.Buffer
	stderr := &noticed{text: "watching for", seen: make(chan struct{})}
	exit := make(chan compare.Exit, 1)
	go func() {
		exit <- execute([]string{"probe", "tls://" + s.TLS, "--cacert", s.CAFile, "--tls", "1.2-1.3", "--repeats", "1",
			"--watch", "20s", "--every", "200ms", "-o", "json"}, strings.NewReader(""), &stdout, stderr)
	}()
	select {
	case <-stderr.seen:
	case got := <-exit:
		t.Fatalf("it ended before the watch: exit %d: %s", got, stderr.String())
	}
	// The watch first finds out how sessions may be used here: four offers of
	// each kind. Then each tick offers one of each.
	const finding, ticks = 2 * probe.DefaultOffers, 2 * 3
	begun := s.Counts(servertest.TLS).Resumed
	for deadline := time.Now().Add(20 * time.Second); s.Counts(servertest.TLS).Resumed < begun+finding+ticks; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the watch offers nothing")
		}
	}
	rotated := time.Now()
	servertest.WriteTicketKey(t, key)
	s.Reload()
	if got := <-exit; got != compare.Passed {
		t.Fatalf("exit %d: %s", got, stderr.String())
	}
	var doc struct{ Watch probe.WatchResult }
	if err := json.Unmarshal(stdout.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	changed := map[session.Mechanism]bool{}
	for _, e := range doc.Watch.Events {
		if e.Kind == probe.KeysChanged && e.Time.After(rotated) && e.Since != nil {
			changed[e.Mechanism] = true
		}
	}
	if !changed[session.ByTicket] || !changed[session.ByPSK] || !strings.Contains(stderr.String(), "keys-changed") {
		t.Errorf("events %+v", doc.Watch.Events)
	}
}

// noticed is a buffer that says when a text has been written into it.
type noticed struct {
	mu   sync.Mutex
	b    bytes.Buffer
	text string
	seen chan struct{}
	once sync.Once
}

func (n *noticed) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.b.Write(p)
	if strings.Contains(n.b.String(), n.text) {
		n.once.Do(func() { close(n.seen) })
	}
	return len(p), nil
}

func (n *noticed) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.String()
}

// Wrong usage is found before anything is dialed.
func TestProbeUsage(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--also :99999": "not between 1 and 65535", "--also foo": "want HOST:PORT", "--also=": "--also is empty",
		"--addresses foo": "want an IP address", "--addresses 127.0.0.0/24": "want an IP address", "--addresses=": "--addresses is empty",
		"--also-sni=": "--also-sni is empty", "--age 0s": "--age", "--age 1s,-1s": "--age", "--repeats 0": "--repeats 0", "--offers 0": "--offers 0",
		"--offers 1": "--offers 1", "--simultaneous 0": "--simultaneous 0", "--simultaneous 1": "--simultaneous 1", "--timeout 0": "--timeout 0",
		"--watch 0": "--watch 0", "--watch -5s": "--watch -5s", "--watch 5s --every 0": "--every 0", "--every 2s": "--every acts on --watch",
	} {
		o := run(t, append([]string{"probe", "tls://nowhere.invalid:1"}, strings.Fields(args)...)...)
		if o.exit != compare.Usage || !strings.Contains(o.stderr, want) {
			t.Errorf("%s: exit %d: %s", args, o.exit, o.stderr)
		}
	}
	if o := run(t, "probe", "tls://nowhere.invalid:1", "-q"); o.exit != compare.NotRun || !strings.Contains(o.stderr, "phase dns") {
		t.Errorf("a name that is not known: exit %d: %s", o.exit, o.stderr)
	}
}

// A server that asks for a client certificate says so in TLS 1.3 only when
// something is read.
func TestProbeClientCertificate(t *testing.T) {
	t.Parallel()
	s, ca := embedded(t, "client-auth=require")
	for _, versions := range []string{"1.0-1.3", "1.3", "1.2"} {
		o := run(t, "probe", "tls://"+s.Endpoint().Address, "--cacert", ca, "--tls", versions, "-q")
		for _, text := range []string{"client certificate", "--cert"} {
			if o.exit != compare.NotRun || !strings.Contains(o.stderr, text) || !strings.Contains(o.stdout, text) {
				t.Errorf("TLS %s: exit %d: %s%s", versions, o.exit, o.stdout, o.stderr)
			}
		}
		if !strings.Contains(o.stdout, "cannot be probed:") || !strings.Contains(o.stderr, "no address can be probed") {
			t.Errorf("TLS %s: %s%s", versions, o.stdout, o.stderr)
		}
	}
}

// A server that dies in the middle leaves nothing that could be trusted.
func TestProbeOfADyingServer(t *testing.T) {
	t.Parallel()
	s, ca := embedded(t, "")
	var connections atomic.Int64
	address := relay(t, s, func() bool { return connections.Add(1) < 12 })
	o := run(t, "probe", "tls://"+address, "--cacert", ca, "-q")
	if o.exit != compare.NotRun || !strings.Contains(o.stderr, "no address answered to the end") {
		t.Errorf("exit %d: %s", o.exit, o.stderr)
	}
}

// A condition on up also regards the watch.
func TestProbeWatchExpectsUp(t *testing.T) {
	t.Parallel()
	s, ca := embedded(t, "")
	var begun atomic.Bool
	var ticks atomic.Int64
	address := relay(t, s, func() bool {
		if !begun.Load() {
			return true
		}
		n := ticks.Add(1)
		return n < 3 || n > 5
	})
	var stdout, stderr bytes.Buffer
	watching := writer(func(p []byte) (int, error) {
		if strings.Contains(string(p), "watching for") {
			begun.Store(true)
		}
		return stderr.Write(p)
	})
	exit := execute([]string{"probe", "tls://" + address, "--cacert", ca, "--repeats", "1", "--tls", "1.2",
		"--watch", "2s", "--every", "100ms", "--expect", "up"}, strings.NewReader(""), &stdout, watching)
	if exit != compare.Failed || !strings.Contains(stderr.String(), "ticks of the watch") || !strings.Contains(stdout.String(), "it was down for at least") {
		t.Errorf("exit %d: %s%s", exit, stdout.String(), stderr.String())
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// SSLKEYLOGFILE is honoured, and warned about.
func TestProbeKeyLog(t *testing.T) {
	s, ca := embedded(t, "")
	file := filepath.Join(t.TempDir(), "keys")
	t.Setenv("SSLKEYLOGFILE", file)
	var stdout, stderr bytes.Buffer
	exit := execute([]string{"probe", "tls://" + s.Endpoint().Address, "--cacert", ca, "-q"}, strings.NewReader(""), &stdout, &stderr)
	if text := strings.Join(strings.Fields(stdout.String()), " "); exit != compare.Passed || !strings.Contains(text, "TLS secrets are written to "+file) {
		t.Errorf("exit %d: %s%s", exit, text, stderr.String())
	}
}
