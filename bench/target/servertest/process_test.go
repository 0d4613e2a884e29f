package servertest

import (
	"errors"
	"fmt"
	"testing"
)

// verdict records how a test was ended. Unlike the real ones, its methods
// return: the first of them counts.
type verdict struct {
	testing.TB
	how string
}

func (v *verdict) Helper()           {}
func (v *verdict) Fatal(args ...any) { v.end("fail: ", args) }
func (v *verdict) Fatalf(format string, args ...any) {
	v.Fatal(fmt.Sprintf(format, args...))
}
func (v *verdict) Skip(args ...any) { v.end("skip: ", args) }

func (v *verdict) end(how string, args []any) {
	if v.how == "" {
		v.how = how + fmt.Sprint(args...)
	}
}

func TestMissingServer(t *testing.T) {
	const message = "no-such-server is not installed (Debian package no-such-package)"
	for require, want := range map[string]string{"": "skip: " + message, "1": "fail: " + message} {
		t.Setenv("TLSBENCH_REQUIRE_SERVERS", require)
		v := &verdict{TB: t}
		program(v, "no-such-server", "no-such-package")
		if v.how != want {
			t.Errorf("TLSBENCH_REQUIRE_SERVERS=%q: %q, want %q", require, v.how, want)
		}
	}
}

func TestPortTaken(t *testing.T) {
	tries := 0
	p := launch(t, Options{}.withDefaults(), 1, func([]int) ([]string, func() error) {
		tries++
		if tries == 1 {
			return []string{"sh", "-c", "echo 'bind: Address already in use' >&2"}, func() error { return errors.New("refused") }
		}
		return []string{"sleep", "60"}, func() error { return nil }
	})
	if tries != 2 {
		t.Errorf("%d tries, want 2", tries)
	}
	p.Stop()
}
