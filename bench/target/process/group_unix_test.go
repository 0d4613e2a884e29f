//go:build unix

package process

import (
	"syscall"
	"time"
)

// groupMembers reports whether a process group still has members after a
// moment: the system reaps orphans when it gets to it.
func groupMembers(leader int) bool {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if syscall.Kill(-leader, 0) != nil {
			return false
		}
	}
	return true
}
