package engine_test

import (
	"crypto/tls"
	"fmt"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/cpu"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/target/servertest"
)

// BenchmarkPeers compares the client CPU of a full handshake with that of
// openssl s_time: alternating, each one second at a time, against one nginx,
// with the same cipher and curve, without verification, with RST behind every
// handshake. s_time's own start is taken off. It makes full handshakes for sure
// (-new), so its kinds need no proof; its resumed ones, in TLS 1.3, are full.
//
//	taskset -c 0 go test -run '^$' -bench Peers -benchtime 10x ./bench/engine
func BenchmarkPeers(b *testing.B) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		b.Skip("openssl is not installed, so its s_time is left out")
	}
	server := servertest.Nginx(b, servertest.Options{CPUs: otherCPU()})
	for _, version := range []bench.Version{tls.VersionTLS12, tls.VersionTLS13} {
		b.Run("tls="+version.String()+"/session=full", func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			e := cryptotls.Engine{}
			a := arm(b, e, server.TLS, version, bench.WantFull)
			// What OpenSSL prefers, and Go offers first where it has AES.
			a.TLS.Ciphers = []string{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}
			if version == tls.VersionTLS13 {
				a.TLS.Ciphers = nil
			}
			a.Load.Workers = 1
			dialer := dialerOf(b, e, a)
			facts := &bench.Facts{}
			sample := bench.Sample{Facts: facts}
			ours := func() (time.Duration, int) { return handshakes(b, dialer, &sample, time.Second) }
			theirs := func() (time.Duration, int) { return sTime(b, openssl, a.Target.Address(), version) }

			b.StopTimer()
			var each [2]time.Duration
			var ratios []float64
			for i := range b.N {
				var cost [2]float64
				for k := range cost {
					k = (k + i) % 2
					spent, n := []func() (time.Duration, int){ours, theirs}[k]()
					cost[k] = float64(spent) / float64(n)
					each[k] += time.Duration(cost[k])
				}
				ratios = append(ratios, cost[0]/cost[1])
			}
			if !strings.HasSuffix(facts.Suite, "AES_128_GCM_SHA256") || facts.Group != "X25519" {
				b.Errorf("another handshake than s_time's: %s with %s", facts.Suite, facts.Group)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(each[0])/float64(b.N)/1e3, "ours-µs")
			b.ReportMetric(float64(each[1])/float64(b.N)/1e3, "s_time-µs")
			b.ReportMetric(median(ratios), "ratio")
		})
	}
}

// handshakes makes them for a time, and tells the CPU time and the number.
func handshakes(b *testing.B, dialer bench.Dialer, s *bench.Sample, during time.Duration) (time.Duration, int) {
	b.Helper()
	clock, err := cpu.Self()
	if err != nil {
		b.Skip("the client's CPU clock is needed: ", err)
	}
	n := 0
	spent := spent(b, clock, 1, func() {
		for end := time.Now().Add(during); time.Now().Before(end); n++ {
			facts := s.Facts
			s.Reset()
			s.Facts = facts
			if _, err := dialer.Dial(b.Context(), bench.Offer{}, s); err != nil || s.Failure != nil || s.Kind != bench.Full {
				b.Fatal(err, s.Failure, s.Kind)
			}
			s.Facts = nil // once is enough
		}
	})
	return spent, n
}

var connections = regexp.MustCompile(`(?m)^(\d+) connections in [\d.]+s;`)

// sTime has openssl make full handshakes for a second, and tells the CPU time
// and the number.
func sTime(b *testing.B, openssl, address string, version bench.Version) (time.Duration, int) {
	b.Helper()
	args := []string{"s_time", "-connect", address, "-new", "-time", "1", "-no-CAfile", "-no-CApath", "-no-CAstore"}
	if version == tls.VersionTLS13 {
		args = append(args, "-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256")
	} else {
		args = append(args, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")
	}
	work := exec.Command(openssl, args...)
	out, err := work.Output()
	if err != nil {
		b.Fatalf("%v: %v", work, err)
	}
	found := connections.FindSubmatch(out)
	if found == nil {
		b.Fatalf("%v: no number of connections in %q", work, out)
	}
	n, err := strconv.Atoi(string(found[1]))
	if err != nil || n == 0 {
		b.Fatalf("%v: %s connections", work, found[1])
	}
	start := exec.Command(openssl, "version")
	if err := start.Run(); err != nil {
		b.Fatal(fmt.Errorf("%v: %w", start, err))
	}
	return used(work) - used(start), n
}

// used is the CPU time that a command took.
func used(c *exec.Cmd) time.Duration { return c.ProcessState.UserTime() + c.ProcessState.SystemTime() }
