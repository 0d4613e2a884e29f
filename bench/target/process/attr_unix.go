//go:build unix && !linux

package process

import "syscall"

// attributes cannot ask for a signal when the starter ends: only Linux ties a
// child's life to its parent's.
func attributes(apart bool) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: apart}
}
