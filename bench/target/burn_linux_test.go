package target

import (
	"runtime"
	"testing"
	"time"
)

func TestBurnUsesCPUTime(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := threadTime()
	if err != nil {
		t.Skipf("no CPU clock of a thread here: %v", err)
	}
	const d = 3 * time.Millisecond
	burn(d)
	after, _ := threadTime()
	if spent := after - before; spent < d {
		t.Errorf("burning %v took %v of CPU time", d, spent)
	}
}
