//go:build !linux

package servertest

import "syscall"

// childAttr has nothing to ask for: only Linux ties a child's life to its
// parent's.
func childAttr() *syscall.SysProcAttr { return nil }
