package timer

import (
	"os"
	"testing"
	"time"
)

func TestNoDescriptorLeak(t *testing.T) {
	count := func() int {
		t.Helper()
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	if err := Sleep(t.Context(), time.Microsecond); err != nil { // the poller opens its own first
		t.Fatal(err)
	}
	before := count()
	for range 100 {
		if err := Sleep(t.Context(), time.Microsecond); err != nil {
			t.Fatal(err)
		}
	}
	if after := count(); after != before {
		t.Errorf("%d descriptors open after 100 timers, %d before", after, before)
	}
}
