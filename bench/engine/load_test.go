package engine_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/cpu"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/target/servertest"
)

// BenchmarkSaturates tells how much of its core an nginx worker uses while one
// client core makes full handshakes of TLS 1.3 with 32 workers, a second at a
// time. On a machine that does other work too the server cannot have all of its
// core; wanted-% is the time for which it ran or waited to run.
//
//	taskset -c 0 go test -run '^$' -bench Saturates -benchtime 10x ./bench/engine
func BenchmarkSaturates(b *testing.B) {
	if otherCPU() == "" {
		b.Skip("one core is needed for the client, and one for the server")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	server := servertest.Nginx(b, servertest.Options{CPUs: otherCPU()})
	theirs, err := cpu.Tree(server.PID)
	if err != nil {
		b.Skip("the server's CPU clock is needed: ", err)
	}
	ours, err := cpu.Self()
	if err != nil {
		b.Skip("the client's CPU clock is needed: ", err)
	}
	crowd := newCrowd(b, server.TLS, tls.VersionTLS13, 32)
	b.StopTimer()
	var took, served, wanted, spentHere time.Duration
	var done int64
	for range b.N {
		before, here, runnable := reading(b, theirs), reading(b, ours), wantedToRun(b, server.PID)
		began := time.Now()
		done += crowd.until(began.Add(time.Second))
		took += time.Since(began)
		served += since(b, reading(b, theirs), before)
		wanted += wantedToRun(b, server.PID) - runnable
		spentHere += since(b, reading(b, ours), here)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(100*float64(served)/float64(took), "server-%")
	b.ReportMetric(100*float64(wanted)/float64(took), "wanted-%")
	b.ReportMetric(100*float64(spentHere)/float64(took), "client-%")
	b.ReportMetric(float64(done)/took.Seconds(), "handshakes/s")
}

// BenchmarkInFlight compares the client CPU of a full handshake of TLS 1.3 with
// 10 000 connections in flight with that with 100, in a closed loop: 20 000
// handshakes of each in turn.
//
//	taskset -c 0 go test -run '^$' -bench InFlight -benchtime 3x ./bench/engine
func BenchmarkInFlight(b *testing.B) {
	const few, many, count = 100, 10_000, 20_000
	if limit := bench.ThisEnv().OpenFiles; limit > 0 && limit < many+100 {
		b.Skipf("%d open files are allowed, and %d connections are wanted", limit, many)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	server := servertest.Nginx(b, servertest.Options{CPUs: otherCPU()})
	ours, err := cpu.Self()
	if err != nil {
		b.Skip("the client's CPU clock is needed: ", err)
	}
	b.StopTimer()
	crowds := []*crowd{newCrowd(b, server.TLS, tls.VersionTLS13, few), newCrowd(b, server.TLS, tls.VersionTLS13, many)}
	var each [2]time.Duration
	var ratios []float64
	for i := range b.N {
		var cost [2]float64
		for k := range crowds {
			k = (k + i) % 2
			runtime.GC()
			before := reading(b, ours)
			crowds[k].count(count)
			spent := since(b, reading(b, ours), before)
			cost[k] = float64(spent) / count
			each[k] += spent / count
		}
		ratios = append(ratios, cost[1]/cost[0])
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(each[0])/float64(b.N)/1e3, "100-µs")
	b.ReportMetric(float64(each[1])/float64(b.N)/1e3, "10000-µs")
	b.ReportMetric(median(ratios), "ratio")
}

// crowd is workers that make full handshakes at the same time.
type crowd struct {
	b       *testing.B
	dialers []bench.Dialer
}

func newCrowd(b *testing.B, address string, version bench.Version, workers int) *crowd {
	e := cryptotls.Engine{}
	a := arm(b, e, address, version, bench.WantFull)
	a.Load.Workers, a.Timeout = workers, 10*time.Minute
	client, err := e.Open(context.Background(), a)
	if err != nil {
		b.Fatal(err)
	}
	c := &crowd{b: b}
	for range workers {
		c.dialers = append(c.dialers, client.Dialer())
	}
	b.Cleanup(func() { client.Close() })
	return c
}

// run has all make handshakes as long as more says so, and tells their number.
func (c *crowd) run(more func() bool) int64 {
	var done atomic.Int64
	var work sync.WaitGroup
	for _, d := range c.dialers {
		work.Go(func() {
			var s bench.Sample
			for more() && !c.b.Failed() {
				s.Reset()
				if _, err := d.Dial(c.b.Context(), bench.Offer{}, &s); err != nil || s.Failure != nil {
					c.b.Error(err, s.Failure)
					return
				}
				done.Add(1)
			}
		})
	}
	work.Wait()
	return done.Load()
}

func (c *crowd) until(end time.Time) int64 {
	return c.run(func() bool { return time.Now().Before(end) })
}

func (c *crowd) count(n int64) {
	var begun atomic.Int64
	c.run(func() bool { return begun.Add(1) <= n })
}

// wantedToRun is for how long the children of a process, of one thread each, ran
// or waited for a processor.
func wantedToRun(b *testing.B, parent int) (all time.Duration) {
	b.Helper()
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", parent, parent))
	if err != nil {
		b.Skip("the server's run queue is needed: ", err)
	}
	for _, pid := range strings.Fields(string(children)) {
		text, err := os.ReadFile("/proc/" + pid + "/schedstat")
		if err != nil {
			b.Skip("the server's run queue is needed: ", err)
		}
		var ran, waited time.Duration
		if _, err := fmt.Sscan(string(text), &ran, &waited); err != nil {
			b.Fatal(err)
		}
		all += ran + waited
	}
	return all
}

func reading(b *testing.B, clock cpu.Clock) cpu.Reading {
	b.Helper()
	at, err := clock.Read(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return at
}

func since(b *testing.B, after, before cpu.Reading) time.Duration {
	b.Helper()
	d, ok := after.Since(before)
	if !ok {
		b.Fatal("the CPU clock went backwards")
	}
	return d
}
