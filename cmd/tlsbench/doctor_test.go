package main

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"tlsbench/bench/compare"
)

// A target that takes connections and never answers is given up after the
// timeout that was given, not the default one, and nothing else is waited for.
func TestSilentTarget(t *testing.T) {
	t.Parallel()
	addr := listen(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	o := run(t, "doctor", "https://"+addr, "--timeout", "30ms")
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
