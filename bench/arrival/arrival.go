// Package arrival says when the attempts of an open loop fall due. It is
// arithmetic alone: it reads no clock and waits for nothing.
package arrival

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Process is how arrivals follow each other.
type Process string

// The processes.
const (
	// Constant arrivals have equal gaps.
	Constant Process = "constant"
	// Poisson arrivals have independent gaps that are distributed
	// exponentially: those of many clients that know nothing of each other.
	Poisson Process = "poisson"
)

// Processes lists them.
func Processes() []Process { return []Process{Constant, Poisson} }

// Parse reads the name of a process.
func Parse(name string) (Process, error) {
	if p := Process(name); slices.Contains(Processes(), p) {
		return p, nil
	}
	return "", fmt.Errorf("unknown arrivals %q: want %s or %s", name, Constant, Poisson)
}

// Times are the moments at which attempts fall due, from the start of a stretch
// on. They never go back.
type Times struct {
	rate   float64 // a second; infinite for all at once
	n      float64 // arrivals so far
	at     float64 // seconds, of the last one
	random *rand.Rand
}

// New begins a stretch of that many arrivals a second, more than 0. The same
// seed gives the same times.
func New(p Process, rate float64, seed uint64) *Times {
	t := &Times{rate: rate}
	if p == Poisson {
		t.random = rand.New(rand.NewPCG(seed, math.Float64bits(rate)))
	}
	return t
}

// AtOnce makes all arrivals fall due at the start.
func AtOnce() *Times { return &Times{rate: math.Inf(1)} }

// Next is when the next attempt falls due. Constant arrivals begin at 0 and do
// not drift: each is computed from its number, and not from the one before.
func (t *Times) Next() time.Duration {
	if t.random != nil {
		t.at += t.random.ExpFloat64() / t.rate
	} else {
		t.at = t.n / t.rate
		t.n++
	}
	return seconds(t.at)
}

// Window is the time that so many arrivals of that rate take, their mean where
// they are random.
func Window(n int64, rate float64) time.Duration { return seconds(float64(n) / rate) }

func seconds(s float64) time.Duration {
	const most = math.MaxInt64 / 2
	return time.Duration(math.Round(min(s*float64(time.Second), most)))
}
