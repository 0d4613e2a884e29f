package report

import (
	"testing"

	"tlsbench/bench"
)

func TestCores(t *testing.T) {
	for _, tt := range []struct{ client, server, want string }{
		{"", "", "client and server share 2 cores"},
		{"0", "1", "client on CPU 0, server on CPU 1"},
		{"0", "", "client on CPU 0, server not pinned, of 2 cores"},
		{"", "0-1", "client not pinned, server on CPU 0-1, of 2 cores"},
		{"0", "0", "client on CPU 0, server on CPU 0, of 2 cores"},
	} {
		if got := cores(bench.Env{CPUs: 2, ClientCPUs: tt.client, ServerCPUs: tt.server}); got != tt.want {
			t.Errorf("%q, %q: %s, want %s", tt.client, tt.server, got, tt.want)
		}
	}
}

func TestLengthOfACount(t *testing.T) {
	for n, want := range map[int64]string{1: "1 attempt per arm", 2: "2 attempts per arm"} {
		d := NewDocument(&bench.Result{Plan: bench.Plan{Count: n, Arms: []bench.Arm{{Name: "a"}}}})
		if got := d.length(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
