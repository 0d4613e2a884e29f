package saved_test

import (
	"bytes"
	"errors"
	"testing"

	"tlsbench/bench/saved"
)

// Whatever is read is sound: it is written, read and written again the same.
func FuzzRead(f *testing.F) {
	old := older(f)
	f.Add(old)
	for n := 1; n < len(old); n = n*3 + 1 {
		f.Add(old[:n])
	}
	f.Add(edit(f, old, "rounds/3/blocks/1/attempts", 5))
	f.Add(edit(f, old, "rounds", []any{}))
	one := encoded(f, fakeResult(f, "one"))
	f.Add(one)
	f.Add(encoded(f, fakeResult(f, "refused")))
	for path, change := range map[string]any{
		"schema": 2, "ended": "gave-up", "command": "A='\xff\x1b' tlsbench run", "plan/rounds": 5, "rounds/0/blocks/0/histograms": drop{}, "arms/0/histograms": drop{},
		"arms/0/kinds": nil, "rounds/0/blocks/0/phases": drop{}, "plan/arms": []any{nil, nil}, "rounds/0/blocks": []any{nil},
	} {
		f.Add(edit(f, one, path, change))
	}
	f.Add([]byte(`{"schema":1,"plan":{"arms":[{"name":"a","want":"full","timeout_ns":1,"load":{"workers":1}}],"rounds":1,"count":1,"confidence":0.9},` +
		`"env":{"cpus":1,"gomaxprocs":1},"ended":"interrupted","partial":true,"arms":[{"name":"a"}],"rounds":[{"blocks":[{"arm":"a"}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := read(text)
		if err != nil {
			if !errors.Is(err, saved.ErrForeign) && !errors.Is(err, saved.ErrNewer) && !errors.Is(err, saved.ErrDamaged) {
				t.Errorf("an error of no kind: %v", err)
			}
			return
		}
		first := encoded(t, r)
		again, err := read(first)
		if err != nil {
			t.Fatalf("what was read is refused when it is written: %v", err)
		}
		if !bytes.Equal(encoded(t, again), first) {
			t.Error("a result that is read and written again differs")
		}
	})
}
