package installed

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// workers counts a server's children and its threads.
func workers(t *testing.T, pid int) (children, threads int) {
	t.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	parent := regexp.MustCompile(`^\d+ \(.*\) \S ` + strconv.Itoa(pid) + ` `)
	for _, file := range stats {
		if text, err := os.ReadFile(file); err == nil && parent.Match(text) { // else it has just ended
			children++
		}
	}
	return children, len(tasks)
}

func TestWorkers(t *testing.T) {
	several := func(s Server) bool { return strings.Contains(s.mustParse(t, "").String(), "workers=1") } // others have one thread, always
	eachOf(t, several, func(t *testing.T, s Server) {
		for _, n := range []int{1, 3} {
			r := launch(t, s, fmt.Sprintf("workers=%d", n))
			want := [2]int{n, 1}
			if s.Scheme == "haproxy" {
				want = [2]int{0, n}
			}
			var got [2]int
			for deadline := time.Now().Add(5 * time.Second); got != want && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
				got[0], got[1] = workers(t, r.endpoint.PID)
			}
			if got != want {
				t.Errorf("workers=%d: %d children and %d threads, want %d and %d", n, got[0], got[1], want[0], want[1])
			}
		}
	})
}
