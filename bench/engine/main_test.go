package engine_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// A test's server of its own is this program again. Most of what the tests of
// faults do is wait: more of them may wait at the same time than there are
// processors, unless -parallel says otherwise.
func TestMain(m *testing.M) {
	if stop := os.Getenv(waitingServer); stop != "" {
		if err := serveWaiting(stop); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1) // it ends with its standard input
	}
	if os.Getenv(quicServerFor) != "" {
		if err := serveQUIC(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	_ = flag.Set("test.parallel", "8")
	os.Exit(m.Run())
}
