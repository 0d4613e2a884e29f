package main

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"tlsbench/bench/compare"
	"tlsbench/bench/testserve"
)

// A target that takes connections and never answers is given up after the
// timeout that was given, not the default one, and nothing else is waited for.
func TestSilentTarget(t *testing.T) {
	t.Parallel()
	addr := testserve.Each(t, func(c *net.TCPConn) { _, _ = io.Copy(io.Discard, c) })
	o := run(t, "doctor", "https://"+addr, "--timeout", "500ms")
	if o.exit != compare.NotRun || !strings.Contains(o.stderr, "accepts connections but does not finish the handshake") {
		t.Errorf("exit %d: %s", o.exit, o.stderr)
	}
	if strings.Contains(o.stdout, "calibration") || !strings.Contains(o.stdout, "open files") {
		t.Errorf("want what can be read quickly: %s", o.stdout)
	}
}

func TestTimeoutOfAProbe(t *testing.T) {
	t.Parallel()
	timeout := func(o *probeOptions) error {
		p, err := o.arms()
		if err != nil {
			return err
		}
		if got := p.Arms[0].Timeout; got != 30*time.Millisecond {
			t.Errorf("attempts may take %v", got)
		}
		return nil
	}
	for _, c := range []*cobra.Command{
		newProbe(func(_ *cobra.Command, o *probeOptions) error { return timeout(o) }),
		newDoctor(func(_ *cobra.Command, o *doctorOptions) error { return timeout(&o.probeOptions) }),
	} {
		c.SetArgs([]string{"https://127.0.0.1:1/", "--timeout", "30ms"})
		if err := c.Execute(); err != nil {
			t.Errorf("%s: %v", c.Name(), err)
		}
	}
}

// A target over QUIC cannot be probed: one connection tells whether it answers.
func TestDoctorOverQUIC(t *testing.T) {
	t.Parallel()
	for target, answers := range map[string]bool{"embedded:?proto=h3": true, "h3://" + testserve.ClosedUDP(t): false} {
		c := newDoctor(func(c *cobra.Command, o *doctorOptions) error {
			arms, err := o.examined()
			if err != nil {
				return err
			}
			found := o.examine(t.Context(), arms, func(string) {})
			if got := found.QUIC != nil && found.Failure == ""; got != answers || found.Probe != nil {
				t.Errorf("%s answers: %v, want %v: %s", target, got, answers, found.Failure)
			}
			return nil
		})
		c.SetArgs([]string{target, "--timeout", "5s"})
		if err := c.Execute(); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
}
