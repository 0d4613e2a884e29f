package saved

import (
	"math/rand/v2"
	"testing"
)

// The time that an arm's CPU was made of is found again, whatever its clock did,
// unless it both missed blocks and ran in blocks that completed nothing.
func TestCPUTimeIsFoundAgain(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct {
		name                   string
		still, missing, hidden bool
	}{
		{name: "plain"}, {name: "stands still", still: true}, {name: "is missing", missing: true},
		{name: "both", still: true, missing: true}, {name: "nothing completed", hidden: true},
	} {
		for range 200 {
			var want cpuTime
			var sum cpuSum
			for i := range 2 + random.IntN(20) {
				b := cpuTime{1 + random.Int64N(1e12), 1 + random.Int64N(1e6)}
				completed := b.over
				if i > 0 {
					switch random.IntN(4) {
					case 0:
						if c.still {
							b.spent = 0
						}
					case 1:
						if c.missing {
							b = cpuTime{}
						}
					case 2:
						if c.hidden {
							b.over, completed = 0, 0
						}
					}
				}
				want.add(b)
				if err := sum.add("cpu", b.each(), completed); err != nil {
					t.Fatal(err)
				}
			}
			if got := sum.total(want.each()); got != want {
				t.Fatalf("%s: got %+v, want %+v", c.name, got, want)
			}
		}
	}
}
