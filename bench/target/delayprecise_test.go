package target

import (
	"io"
	"net"
	"slices"
	"testing"
	"time"
)

// pings returns the sorted round-trip times of single bytes.
func pings(t testing.TB, client, server net.Conn, n int) []time.Duration {
	t.Helper()
	go io.Copy(struct{ io.Writer }{server}, server)
	times := make([]time.Duration, n)
	for i := range times {
		begun := time.Now()
		if _, err := client.Write([]byte{1}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(client, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		times[i] = time.Since(begun)
	}
	slices.Sort(times)
	return times
}

// base is what a ping-pong costs without a delay on a machine that rests
// between ping and pong, as it does during one with a delay: twice the way of a
// byte after a pause, as waking up costs the most.
func base(t testing.TB, rtt time.Duration) time.Duration {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client, server := connect(t, listener)
	begun, ways := make(chan time.Time, 1), make([]time.Duration, 30)
	for i := range ways {
		go func() {
			time.Sleep(min(rtt/2, 10*time.Millisecond))
			begun <- time.Now()
			server.Write([]byte{1})
		}()
		if _, err := io.ReadFull(client, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		ways[i] = time.Since(<-begun)
	}
	slices.Sort(ways)
	return 2 * oneOfTheBest(ways)
}

// The best pings stand for the line: what the others take longer, on a machine
// with other work, is that work's. A line that waited in whole milliseconds, or
// slept once too often, would show in every ping.
func TestDelayIsPrecise(t *testing.T) {
	tests := []struct {
		rtt   time.Duration
		pings int
	}{
		{time.Millisecond, 80},
		{5 * time.Millisecond, 60},
		{20 * time.Millisecond, 50},
		{100 * time.Millisecond, 8},
		{200 * time.Millisecond, 5},
	}
	const tolerance, attempts = 200 * time.Microsecond, 6
	for _, tt := range tests {
		var off []time.Duration
		for range attempts {
			client, server := delayedPair(t, tt.rtt)
			times := pings(t, client, server, tt.pings)
			if times[0] < tt.rtt {
				t.Fatalf("rtt %v: a ping took %v", tt.rtt, times[0])
			}
			off = append(off, oneOfTheBest(times)-base(t, tt.rtt)-tt.rtt)
			if slices.Min(off) <= tolerance {
				break
			}
		}
		t.Logf("rtt %v: off by %v", tt.rtt, off)
		if slices.Min(off) > tolerance {
			t.Errorf("rtt %v: pings are off by %v, want at most %v", tt.rtt, off, tolerance)
		}
	}
}

// oneOfTheBest is the best of a few, and has a sixteenth of many below it.
func oneOfTheBest(sorted []time.Duration) time.Duration { return sorted[len(sorted)/16] }
