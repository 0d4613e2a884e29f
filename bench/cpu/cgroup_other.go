//go:build !linux

package cpu

// Cgroup always fails here: the error wraps [ErrUnavailable].
func Cgroup(string) (Clock, error) { return nil, unavailable("a cgroup") }
