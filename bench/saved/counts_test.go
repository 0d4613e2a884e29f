package saved

import (
	"testing"

	"tlsbench/bench"
)

// What a saved result says of its samples agrees with its attempts.
func TestSampleLogIsCheckedWhenRead(t *testing.T) {
	for _, tt := range []struct {
		log *bench.SampleLog
		ok  bool
	}{
		{nil, true}, {&bench.SampleLog{Written: 7, Dropped: 3}, true}, {&bench.SampleLog{Written: 10}, true},
		{&bench.SampleLog{Written: 7}, false}, {&bench.SampleLog{Written: -1, Dropped: 11}, false},
		{&bench.SampleLog{Written: 11, Dropped: -1}, false}, {&bench.SampleLog{Written: 8, Dropped: 3}, false},
	} {
		r := &bench.Result{Samples: tt.log, Arms: []bench.ArmResult{{Stats: bench.Stats{Attempts: 4}}, {Stats: bench.Stats{Attempts: 6}}}}
		if err := checkSamples(r); (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt.log, err)
		}
	}
}
