package yardstick

import (
	"context"
	"errors"
	"testing"

	"go.uber.org/goleak"

	"tlsbench/bench/cpu"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestReadMakesHandshakes(t *testing.T) {
	y, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	pace, err := y.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if pace.Handshake <= 0 {
		t.Errorf("a handshake took %v", pace.Handshake)
	}
	if _, err := cpu.Self(); !errors.Is(err, cpu.ErrUnavailable) && pace.CPU <= 0 {
		t.Errorf("a handshake cost %v", pace.CPU)
	}
	if n := y.server.Counts().Full; n < handshakes-1 || n > handshakes { // the last may still be on its way
		t.Errorf("the server counted %d handshakes, want %d", n, handshakes)
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	y, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := y.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkRead(b *testing.B) {
	y, err := New()
	if err != nil {
		b.Fatal(err)
	}
	defer y.Close()
	for b.Loop() {
		if _, err := y.Read(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
