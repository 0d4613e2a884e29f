package compare

import (
	"strings"
	"testing"

	"tlsbench/bench"
)

// With many arms the reason says which of them were not resumed, once.
func TestGateNamesArmsThatWereNotResumed(t *testing.T) {
	for _, tt := range []struct {
		arms string
		want string
	}{
		{"session=full session=psk", "u: resumption by psk was asked for and never granted: not offered"},
		{"key=a,session=full key=a,session=psk key=b,session=full key=b,session=psk",
			"u: resumption by psk was asked for and never granted (key=a,session=psk, key=b,session=psk): not offered"},
		{"k=0,session=full k=0,session=psk k=1,session=full k=1,session=psk k=2,session=psk k=3,session=psk k=4,session=psk k=5,session=psk k=6,session=psk k=7,session=psk k=8,session=psk k=9,session=psk",
			"k=7,session=psk and 2 more arms): not offered"},
	} {
		r := &bench.Result{Ended: bench.Complete, Plan: planOf("session", strings.Fields(tt.arms)...)}
		for i := range r.Plan.Arms {
			arm := &r.Plan.Arms[i]
			arm.Target.URL, arm.Want = "u", bench.Want(arm.Coord("session"))
			r.Arms = append(r.Arms, bench.ArmResult{Name: arm.Name, Stats: bench.Stats{Attempts: 9, Kinds: map[bench.Kind]int64{bench.Full: 9}}})
		}
		out := Gate(r)
		if out.Exit != Failed || len(out.Reasons) != 1 || !strings.Contains(out.Reasons[0], tt.want) {
			t.Errorf("%s: %d, %q, want %q", tt.arms, out.Exit, out.Reasons, tt.want)
		}
	}
}

// A result that was interrupted before anything was measured is none to compare
// with, though the run itself only was interrupted.
func TestNotMeasured(t *testing.T) {
	plan := simulatedPlan(10)
	empty := &bench.Result{Plan: plan, Ended: bench.Interrupted, Partial: true}
	if why := NotMeasured(empty); !strings.Contains(why, "not one handshake succeeded") {
		t.Errorf("got %q", why)
	}
	if got := Gate(empty).Exit; got != Interrupted {
		t.Errorf("the run ended with %d", got)
	}
	if why := NotMeasured(several(1, quiet, 1, nil)[0]); why != "" {
		t.Errorf("of a result with handshakes: %q", why)
	}
}
