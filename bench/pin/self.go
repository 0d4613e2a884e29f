package pin

import (
	"fmt"
	"os"
	"runtime"
)

// Self holds this process to some processors, with all its threads and whatever
// it starts from then on. GOMAXPROCS becomes their number, or less where the
// environment or the control group's quota says so.
func Self(s Set) error {
	if len(s) == 0 {
		return nil
	}
	if err := pinThreads(s); err != nil {
		return fmt.Errorf("CPUs %s: %w", s, err)
	}
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.SetDefaultGOMAXPROCS()
		return nil
	}
	runtime.GOMAXPROCS(min(runtime.GOMAXPROCS(0), len(s)))
	return nil
}
