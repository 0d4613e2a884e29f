package dial

import (
	"context"
	"errors"
	"net"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/testtime"
)

func arm(host, port string) bench.Arm {
	return bench.Arm{Target: bench.Target{Host: host, Port: port}}
}

func TestResolve(t *testing.T) {
	long := strings.Repeat("x", 64) + ".invalid" // refused without asking anyone
	for _, tt := range []struct {
		name string
		edit func(*bench.Arm)
		want string // the address, or part of the error where it begins with "!"
	}{
		{"IPv4", func(*bench.Arm) {}, "127.0.0.1:443"},
		{"IPv6", func(a *bench.Arm) { a.Target.Host = "::1" }, "[::1]:443"},
		{"IPv4 only", func(a *bench.Arm) { a.Net.Family = 4 }, "127.0.0.1:443"},
		{"IPv6 only", func(a *bench.Arm) { a.Target.Host, a.Net.Family = "::1", 6 }, "[::1]:443"},
		{"name", func(a *bench.Arm) { a.Target.Host, a.Net.Family = "localhost", 4 }, "127.0.0.1:443"},
		{"another family's address", func(a *bench.Arm) { a.Net.Family = 6 }, "!dns"},
		{"no such name", func(a *bench.Arm) { a.Target.Host = long }, "!dns"},
		{"literal on each attempt", func(a *bench.Arm) { a.Net.ResolveEach = true }, "127.0.0.1:443"},
		{"name on each attempt", func(a *bench.Arm) { a.Target.Host, a.Net.ResolveEach = long, true }, ""},
		{"connect", func(a *bench.Arm) { a.Target.Host, a.Net.Connect = long, "127.0.0.2:8443" }, "127.0.0.2:8443"},
		{"connect to IPv6", func(a *bench.Arm) { a.Net.Connect = "[::1]:8443" }, "[::1]:8443"},
		{"connect by service", func(a *bench.Arm) { a.Net.Connect = "127.0.0.1:https" }, "127.0.0.1:443"},
		{"connect without a port", func(a *bench.Arm) { a.Net.Connect = "127.0.0.1" }, `!connect to "127.0.0.1"`},
		{"connect to no port", func(a *bench.Arm) { a.Net.Connect = "127.0.0.1:nonsense" }, `!connect to "127.0.0.1:nonsense"`},
	} {
		a := arm("127.0.0.1", "443")
		tt.edit(&a)
		tcp, err := Resolve(context.Background(), a)
		if want, fails := strings.CutPrefix(tt.want, "!"); fails {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want one with %q", tt.name, err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		} else if got := tcp.to.text; got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// dialOnce makes one connection and returns its phases.
func dialOnce(t *testing.T, a bench.Arm, timeout time.Duration) (bench.Sample, error) {
	t.Helper()
	tcp, err := Resolve(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	var tracer Tracer
	tracer.Begin()
	ctx := httptrace.WithClientTrace(context.Background(), tracer.Trace(nil))
	conn, err := tcp.Dial(ctx, &tracer, tracer.Began().Add(timeout))
	if err == nil {
		conn.Close()
	}
	var s bench.Sample
	s.Reset()
	tracer.Fill(&s, 0)
	return s, err
}

func TestDial(t *testing.T) { ofEachKind(t, testDial) }

func testDial(t *testing.T, edit func(*bench.Arm)) {
	_, port, _ := net.SplitHostPort(listen(t).Addr().String())
	a := arm("127.0.0.1", port)
	edit(&a)
	s, err := dialOnce(t, a, 10*time.Second)
	if err != nil || s.Phases[bench.Connect] < 0 || s.Phases[bench.DNS] != bench.Absent {
		t.Errorf("%v, phases %v", err, s.Phases)
	}

	a.Target.Host, a.Net.Family, a.Net.ResolveEach = "localhost", 4, true
	s, err = dialOnce(t, a, 10*time.Second)
	if err != nil || s.Phases[bench.Connect] < 0 || s.Phases[bench.DNS] < 0 {
		t.Errorf("resolved each time: %v, phases %v", err, s.Phases)
	}
}

// The round trip that the kernel spares a loopback connect belongs to connect,
// once, and to nothing else.
func TestSimulatedRoundTrip(t *testing.T) { ofEachKind(t, testSimulatedRoundTrip) }

func testSimulatedRoundTrip(t *testing.T, edit func(*bench.Arm)) {
	const rtt = 40 * time.Millisecond
	_, port, _ := net.SplitHostPort(listen(t).Addr().String())
	a := arm("localhost", port)
	edit(&a)
	a.Net.Family, a.Net.ResolveEach, a.Target.RTT = 4, true, rtt
	testtime.Once(t, 2*rtt-1, func() time.Duration {
		s, err := dialOnce(t, a, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		connect := s.Phases[bench.Connect]
		if connect < rtt {
			t.Errorf("connect took %v, want one round trip of %v", connect, rtt)
		}
		return max(connect, s.Phases[bench.DNS]+rtt)
	})

	a.Target.Host, a.Net.ResolveEach, a.Target.RTT = "127.0.0.1", false, time.Minute
	_, err := dialOnce(t, a, 2*rtt)
	if got := Classify(err, bench.Connect).Class; got != bench.ClassConnectTimeout {
		t.Errorf("a timeout shorter than the round trip: %s (%v)", got, err)
	}
}

func TestDialHasADeadline(t *testing.T) { ofEachKind(t, testDialHasADeadline) }

func testDialHasADeadline(t *testing.T, edit func(*bench.Arm)) {
	listener := listen(t)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	a := arm("127.0.0.1", port)
	edit(&a)
	tcp, err := Resolve(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	var conn net.Conn
	// A busy machine may connect late.
	for wait := 30 * time.Millisecond; ; wait *= 2 {
		if conn, err = tcp.Dial(context.Background(), new(Tracer), time.Now().Add(wait)); err == nil {
			break
		}
		if wait > time.Minute {
			t.Fatal(err)
		}
	}
	defer conn.Close()
	var timeout net.Error
	if _, err := conn.Read(make([]byte, 1)); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("reading from a silent server: %v", err)
	}
}
