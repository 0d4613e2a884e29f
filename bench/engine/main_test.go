package engine_test

import (
	"flag"
	"os"
	"testing"
)

// Most of what the tests of faults do is wait: more of them may wait at the same
// time than there are processors, unless -parallel says otherwise.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "8")
	os.Exit(m.Run())
}
