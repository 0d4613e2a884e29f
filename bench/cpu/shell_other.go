//go:build !windows

package cpu

import (
	"context"
	"os/exec"
	"syscall"
)

// shell gives the command a process group of its own, so that all of it ends
// with ctx, and so that Ctrl-C lets the reading in progress finish.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sh", "-c", line)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}
