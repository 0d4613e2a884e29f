package cpu

import (
	"context"
	"os/exec"
	"syscall"
)

// shell passes the line on as it is: cmd does not follow the quoting rules of
// other programs.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd /S /C "` + line + `"`}
	return cmd
}
