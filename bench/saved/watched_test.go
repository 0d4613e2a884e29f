package saved_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/saved"
	"tlsbench/bench/selfwatch"
)

// What was seen of the client is saved with its block, and read, merged and
// warned of again.
func TestTheClientsStateIsKept(t *testing.T) {
	r := fakeResult(t, "small")
	d, share := 3*time.Second, 0.5
	want := &selfwatch.State{Cores: 0.5, Quota: 0.5, Throttled: &d, SchedP99: &d, GC: &d, Steal: &share}
	watched := r.Arms[0].Name
	for i := range r.Rounds {
		b, _ := r.Rounds[i].Block(watched)
		b.Client = want
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	read, err := saved.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	merged, err := saved.Merge([]*bench.Result{read, read})
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []*bench.Result{read, merged, saved.WithRoundMedians(read)} {
		for i := range got.Rounds {
			for _, b := range got.Rounds[i].Blocks {
				if (b.Arm == watched) != (b.Client != nil) || b.Client != nil && !reflect.DeepEqual(b.Client, want) {
					t.Errorf("round %d, %s: %+v", i, b.Arm, b.Client)
				}
			}
		}
		bound := 0
		for _, w := range got.Warnings {
			if w.Code == bench.WarnClientBound {
				bound++
			}
		}
		if bound != 1 {
			t.Errorf("%d warnings that the client was the limit", bound)
		}
	}
}
