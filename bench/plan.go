package bench

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tlsbench/bench/session"
)

// Plan is one experiment with every default resolved. The same plan and seed
// give the same order of arms.
type Plan struct {
	Arms []Arm `json:"arms"`
	// Compare is the dimension along which arms are compared; the first arm's
	// value is the baseline.
	Compare string `json:"compare"`
	Rounds  int    `json:"rounds"`
	// Ramp says that each round goes through the rates of its arms from the
	// lowest to the highest.
	Ramp bool `json:"ramp,omitempty"`
	// FindMax is the condition, as in "tls.p99 < 20ms", under which the highest
	// rate is searched for; empty for no search. Rounds is then how often, and a
	// search takes several rounds.
	FindMax string `json:"find_max,omitempty"`
	// FewestRounds is how many the run's purpose takes; 0 means MinRounds.
	FewestRounds int `json:"fewest_rounds,omitempty"`
	// Count is how many attempts each arm makes, exactly; 0 means that
	// Duration rules.
	Count int64 `json:"count,omitempty"`
	// Duration is the measured time per arm.
	Duration time.Duration `json:"duration_ns,omitempty"`
	// Warmup is unmeasured time per arm before the first round.
	Warmup     time.Duration `json:"warmup_ns"`
	Seed       uint64        `json:"seed"`
	Confidence float64       `json:"confidence"`
}

// A block shorter than this says little: its clocks, its percentiles and the
// luck of its moment weigh too much.
const (
	MinBlock         = 200 * time.Millisecond
	MinBlockAttempts = 20 // of each worker
	// MinRounds is the fewest paired rounds from which the signed-rank test
	// can exclude "no change" at 95 %.
	MinRounds = 6
)

// MaxWorkers is more than one address has ports for.
const MaxWorkers = 1 << 16

// MaxPool bounds the sessions of a store: each takes some kilobytes.
const MaxPool = 1 << 16

// More than these was measured by nobody, and sums of what lies within them do
// not overflow: a result that was made can be read again.
const (
	MaxRounds = 1 << 18
	MaxCount  = 1 << 40
	MaxSpan   = time.Duration(1 << 55) // 417 days
)

// Validate says what is wrong with a plan, before anything is dialed.
func (p Plan) Validate() error {
	switch {
	case len(p.Arms) == 0:
		return errors.New("the plan has no arm")
	case p.Rounds < 1 || p.Rounds > MaxRounds:
		return fmt.Errorf("%d rounds: want 1 to %d", p.Rounds, MaxRounds)
	case p.Count < 0 || p.Count > MaxCount:
		return fmt.Errorf("%d attempts: want 1 to %d", p.Count, int64(MaxCount))
	case p.Count == 0 && p.Duration <= 0 && !p.storms(), p.Duration < 0 || p.Duration > MaxSpan:
		return fmt.Errorf("a measured time of %v: want more than 0, and at most %v", p.Duration, MaxSpan)
	case p.Warmup < 0 || p.Warmup > MaxSpan:
		return fmt.Errorf("a warm-up of %v: want 0 to %v", p.Warmup, MaxSpan)
	case !(p.Confidence > 0.5 && p.Confidence < 1):
		return fmt.Errorf("a confidence of %v: want between 0.5 and 1", p.Confidence)
	}
	if err := p.validateStreams(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, arm := range p.Arms {
		if seen[arm.Name] {
			return fmt.Errorf("two arms are named %q", arm.Name)
		}
		seen[arm.Name] = true
		if arm.Timeout <= 0 || arm.Timeout > MaxSpan {
			return fmt.Errorf("arm %s: a timeout of %v: want more than 0, and at most %v", arm.Name, arm.Timeout, MaxSpan)
		}
		if err := arm.Load.validate(); err != nil {
			return fmt.Errorf("arm %s: %w", arm.Name, err)
		}
		if arm.Load.Open() && arm.Session.Scope == session.PerWorker {
			return fmt.Errorf("arm %s: an open loop has no workers that could keep sessions: want the scope %s", arm.Name, session.Shared)
		}
		if n := arm.Session.Pool; n < 0 || n > MaxPool {
			return fmt.Errorf("arm %s: a pool of %d sessions: want 1 to %d", arm.Name, n, MaxPool)
		}
		if arm.Session.Imported && p.Warmup > 0 {
			return fmt.Errorf("arm %s: a warm-up of %v would use up imported sessions: want none", arm.Name, p.Warmup)
		}
		if arm.Session.Imported && arm.Session.Policy == session.Once && p.FindMax != "" {
			return fmt.Errorf("arm %s: a search takes as many connections as it takes, and would use up imported sessions that are offered once: want the policy %s or %s", arm.Name, session.Latest, session.Frozen)
		}
	}
	return nil
}

// storms reports whether all that is run are storms, which last as long as they
// take.
func (p Plan) storms() bool {
	return !slices.ContainsFunc(p.Arms, func(a Arm) bool { return a.Load.Storm == 0 })
}

// Arm gives the arm of that name.
func (p Plan) Arm(name string) (Arm, bool) {
	for _, arm := range p.Arms {
		if arm.Name == name {
			return arm, true
		}
	}
	return Arm{}, false
}

// Baseline is the first arm that shares all coordinates with arm i but the
// compared one, false where that is arm i itself.
func (p Plan) Baseline(i int) (Arm, bool) {
	for _, other := range p.Arms[:i] {
		if p.sameGroup(other, p.Arms[i]) {
			return other, true
		}
	}
	return Arm{}, false
}

// Groups gives the arms, by index, that are compared with each other: those
// that share all coordinates but the compared one.
func (p Plan) Groups() [][]int {
	var groups [][]int
	of := map[string]int{}
	for i, arm := range p.Arms {
		key, compared := p.group(arm)
		g, seen := of[key]
		if !seen || !compared {
			g = len(groups)
			groups = append(groups, nil)
		}
		if compared {
			of[key] = g
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}

// group names the coordinates that an arm shares with those that it is compared
// with, false where it is compared with none.
func (p Plan) group(arm Arm) (key string, compared bool) {
	var shared []string
	for _, c := range arm.Coords {
		if c.Dimension == p.Compare {
			compared = compared || c.Value != ""
			continue
		}
		shared = append(shared, c.Dimension+"\x00"+c.Value)
	}
	slices.Sort(shared)
	return strings.Join(shared, "\x01"), compared
}

func (p Plan) sameGroup(a, b Arm) bool {
	if len(a.Coords) != len(b.Coords) || a.Coord(p.Compare) == "" {
		return false
	}
	for _, c := range a.Coords {
		if c.Dimension != p.Compare && b.Coord(c.Dimension) != c.Value {
			return false
		}
	}
	return true
}
