package process

import "syscall"

// attributes let a server end with its starter even when that is killed. The
// signal hangs on the thread that started the child: see Process.run.
func attributes(apart bool) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: apart}
}
