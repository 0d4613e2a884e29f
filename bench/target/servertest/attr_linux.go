package servertest

import "syscall"

// childAttr lets a server end with the test binary even when that is killed.
// The signal hangs on the thread that started the child: see process.run.
func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
