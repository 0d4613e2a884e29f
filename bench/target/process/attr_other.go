//go:build !unix

package process

import "syscall"

func attributes(bool) *syscall.SysProcAttr { return nil }

// killGroup has nothing to kill: there are no process groups.
func killGroup(int) {}
