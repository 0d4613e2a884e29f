package scenarios

import (
	"math"
	"testing"
	"time"
)

// large makes 1 000 arms: 5 × 5 × 10 × 2 × 2.
const large = matrix + `
  group: [X25519, P-256, P-384, P-521, X25519MLKEM768]
  workers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
`

// small makes 20 of them.
const small = matrix

const matrix = `
target: "embedded:"
matrix:
  rtt: [0, 1ms, 2ms, 3ms, 4ms]
  tls: [1.2, 1.3]
  session: [full, resumed]
`

func expand(t testing.TB, text string, arms int) {
	s, err := Load("matrix", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := s.Plan(nil)
	if err != nil || len(p.Arms) != arms || len(p.Groups()) != arms/2 {
		t.Fatalf("%d arms: %v", len(p.Arms), err)
	}
}

func BenchmarkExpand1000Arms(b *testing.B) {
	for b.Loop() {
		expand(b, large, 1000)
	}
}

// An arm costs about as much among a thousand as among twenty: what compared
// each with each would cost fifty times that.
func TestExpandingIsLinear(t *testing.T) {
	best := func(least time.Duration, times int, text string, arms int) time.Duration {
		began := time.Now()
		for range times {
			expand(t, text, arms)
		}
		return min(least, time.Since(began))
	}
	few, many := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for range 5 { // of times that are about as long, so that a busy machine adds to both
		few, many = best(few, 50, small, 20), best(many, 1, large, 1000)
	}
	if more := float64(many) / float64(few); more > 5 {
		t.Errorf("an arm among 1 000 took %.1f times as long as one among 20 (%v, %v)", more, many, few)
	}
}
