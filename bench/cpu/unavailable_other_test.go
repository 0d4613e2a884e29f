//go:build !linux

package cpu

import (
	"errors"
	"testing"
)

func TestUnavailableIsSaid(t *testing.T) {
	_, tree := Tree(1)
	_, cgroup := Cgroup("/")
	for _, err := range []error{tree, cgroup} {
		if !errors.Is(err, ErrUnavailable) {
			t.Errorf("got %v, want %v", err, ErrUnavailable)
		}
	}
}
