package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"tlsbench/bench/tlsconf"

	"github.com/spf13/cobra"
)

func TestMisspeltVariables(t *testing.T) {
	for _, tt := range []struct{ entry, want string }{
		{"TLSBENCH_WORKER=4", "TLSBENCH_WORKER is no variable of tlsbench: TLSBENCH_WORKERS is"},
		{"TLSBENCH_MAX_REGRES=5%", "TLSBENCH_MAX_REGRESS is"},
		{"TLSBENCH_MAXREGRESS=5%", "TLSBENCH_MAX_REGRESS is"},
		{"TLSBENCH_CERT_PASWORD=secret", "TLSBENCH_CERT_PASSWORD is"},
		{"TLSBENCH_WORKERS=4", ""},
		{"TLSBENCH_CERT_PASSWORD=secret", ""},
		{"TLSBENCH_WORKER=", ""},        // pipelines set variables to nothing
		{"TLSBENCH_SCREENSHOTS=/x", ""}, // somebody else's
		{"WORKER=4", ""},
	} {
		err := misspelt([]string{"PATH=/bin", tt.entry})
		text := ""
		if err != nil {
			text = err.Error()
		}
		if (tt.want == "") != (text == "") || !strings.Contains(text, tt.want) || strings.Contains(text, "secret") {
			t.Errorf("%s: %q, want %q", tt.entry, text, tt.want)
		}
	}
}

// The password of a client certificate is there for every command that presents
// one, and so are a proxy's user and password.
func TestProbeTakesVariables(t *testing.T) {
	t.Setenv(tlsconf.PasswordVariable, "sesame")
	t.Setenv("TLSBENCH_PROXY", "http://proxy.example:3128")
	t.Setenv("TLSBENCH_WORKERS", "none of its own")
	var o *probeOptions
	c := newProbe(func(_ *cobra.Command, given *probeOptions) error { o = given; return given.describe() })
	c.SetArgs([]string{"tls://server.example:443"})
	if err := c.Execute(); err != nil {
		t.Fatal(err)
	}
	if got := o.scenario; got.TLS.CertPassword != "sesame" || got.Net.Proxy != "http://proxy.example:3128" {
		t.Errorf("password %q, proxy %q", got.TLS.CertPassword, got.Net.Proxy)
	}
}

func TestRenderTakesTheCapacity(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{{nil, "20000/s,50%"}, {[]string{"--capacity", "1/s,10%"}, "1/s,10%"}} {
		t.Setenv("TLSBENCH_CAPACITY", "20000/s,50%")
		var o *renderOptions
		c := newRender(func(_ *cobra.Command, given *renderOptions) error { o = given; return nil })
		c.SetArgs(append(tt.args, "result.json"))
		if err := c.Execute(); err != nil {
			t.Fatal(err)
		}
		if got := o.scenario.Capacity; got != tt.want || !o.scenario.Given("capacity") {
			t.Errorf("%v: capacity %q, want %q", tt.args, got, tt.want)
		}
	}
}

func TestWidthOfAPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for columns, want := range map[string]int{"80": 80, "": 0, "0": 0, "-1": 0, "3": 0, "wide": 0} {
		t.Setenv("COLUMNS", columns)
		for _, to := range []interface{ Write([]byte) (int, error) }{w, &bytes.Buffer{}} {
			if got := width(to); got != want {
				t.Errorf("COLUMNS=%q: %d columns, want %d", columns, got, want)
			}
		}
	}
}

// The runs of noise are judged by nobody, whatever a pipeline is set up to check.
func TestRunsOfNoiseAreNotJudged(t *testing.T) {
	kept := []string{"PATH=/bin", "TLSBENCH_WARMUP=0s", "TLSBENCH_SCREENSHOTS=/x"}
	got := withoutJudging(append([]string{"TLSBENCH_MAX_REGRESS=5%", "TLSBENCH_BASELINE=main", "TLSBENCH_CHECK=errors == 0"}, kept...))
	if !slices.Equal(got, kept) {
		t.Errorf("the environment is %q", got)
	}
}
