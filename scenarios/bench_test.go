package scenarios

import (
	"testing"
	"time"
)

// large makes 1 000 arms: 5 × 5 × 10 × 2 × 2.
const large = `
target: "embedded:"
matrix:
  rtt: [0, 1ms, 2ms, 3ms, 4ms]
  group: [X25519, P-256, P-384, P-521, X25519MLKEM768]
  workers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  tls: [1.2, 1.3]
  session: [full, resumed]
`

func expandLarge(t testing.TB) {
	s, err := Load("large", []byte(large))
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := s.Plan(nil)
	if err != nil || len(p.Arms) != 1000 || len(p.Groups()) != 500 {
		t.Fatalf("%d arms: %v", len(p.Arms), err)
	}
}

func BenchmarkExpand1000Arms(b *testing.B) {
	for b.Loop() {
		expandLarge(b)
	}
}

// It takes some milliseconds; the bound leaves room for the race detector and
// for a busy machine.
func TestExpandingIsFast(t *testing.T) {
	best := time.Hour
	for range 5 {
		began := time.Now()
		expandLarge(t)
		best = min(best, time.Since(began))
	}
	if best > 200*time.Millisecond {
		t.Errorf("1 000 arms took %v", best)
	}
}
