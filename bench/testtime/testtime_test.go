package testtime

import (
	"testing"
	"time"
)

// verdict is a test that may fail.
type verdict struct {
	testing.TB
	failed bool
}

func (v *verdict) Helper()               {}
func (v *verdict) Failed() bool          { return v.failed }
func (v *verdict) Errorf(string, ...any) { v.failed = true }

func TestOnce(t *testing.T) {
	const most = time.Second
	for name, tt := range map[string]struct {
		took   func(try int) time.Duration
		fails  bool
		within int
	}{
		"at once":     {func(int) time.Duration { return most }, false, 1},
		"in the end":  {func(try int) time.Duration { return most + time.Duration(tries-1-try) }, false, tries},
		"never":       {func(int) time.Duration { return most + 1 }, true, tries},
		"after fails": {nil, true, 1},
	} {
		v, did := &verdict{}, 0
		Once(v, most, func() time.Duration {
			did++
			if tt.took == nil {
				v.Errorf("too early")
				return 2 * most
			}
			return tt.took(did - 1)
		})
		if v.failed != tt.fails || did != tt.within {
			t.Errorf("%s: failed %t after %d tries, want %t after %d", name, v.failed, did, tt.fails, tt.within)
		}
	}
}
