package bench

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tlsbench/bench/arrival"
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

// Validate says what is wrong with a plan, before anything is dialed.
func (p Plan) Validate() error {
	switch {
	case len(p.Arms) == 0:
		return errors.New("the plan has no arm")
	case p.Rounds < 1:
		return fmt.Errorf("%d rounds: want at least 1", p.Rounds)
	case p.Count < 0:
		return fmt.Errorf("%d attempts: want at least 1", p.Count)
	case p.Count == 0 && p.Duration <= 0 && !p.storms():
		return fmt.Errorf("a measured time of %v: want more than 0", p.Duration)
	case p.Warmup < 0:
		return fmt.Errorf("a warm-up of %v: want 0 or more", p.Warmup)
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
		if arm.Timeout <= 0 {
			return fmt.Errorf("arm %s: a timeout of %v: want more than 0", arm.Name, arm.Timeout)
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

// Fit returns the plan with no more rounds than its blocks can fill, and a
// warning where that lowers them or leaves the blocks short. perAttempt is how
// long an attempt takes, 0 while that is not known.
func (p Plan) Fit(perAttempt time.Duration) (Plan, []Warning) {
	wanted := p.Rounds
	floor := min(max(MinRounds, p.FewestRounds), wanted)
	if p.Count > 0 {
		floor = int(min(int64(floor), p.Count))
	}
	most := wanted
	for _, arm := range p.Arms {
		most = min(most, p.roundsFor(arm.Load, perAttempt))
	}
	p.Rounds = max(most, floor)
	var warnings []Warning
	switch {
	case most < floor:
		rounds := plural(p.Rounds, "round")
		if p.Rounds < wanted {
			rounds += fmt.Sprintf(" instead of %d", wanted)
		}
		warnings = append(warnings, warn(WarnShortBlocks,
			"little was asked for: in %s a block is shorter than %v or %s; raise %s",
			rounds, MinBlock, p.fewestAttempts(), p.lengthFlag()))
	case most < wanted:
		warnings = append(warnings, warn(WarnFewerRounds,
			"%s instead of %d, so that no block is shorter than %v or %s",
			plural(p.Rounds, "round"), wanted, MinBlock, p.fewestAttempts()))
	}
	return p, warnings
}

// Fitted returns the plan as a driver begins it: with no more rounds and
// workers than its attempts are enough for. The warm-up may show that fewer
// rounds are.
func (p Plan) Fitted() Plan {
	p, _ = p.Begun()
	return p
}

// Begun is Fitted, with the warnings that a run would give.
func (p Plan) Begun() (Plan, []Warning) {
	p, warnings := p.Fit(0)
	p, more := p.fitWorkers()
	return p, slices.Concat(warnings, more)
}

// fitWorkers returns the plan with no more workers than a block has attempts:
// the others would only prime sessions that nobody offers.
func (p Plan) fitWorkers() (Plan, []Warning) {
	var warnings []Warning
	p.Arms = slices.Clone(p.Arms)
	for i := range p.Arms {
		most := int((p.Count + int64(p.Rounds) - 1) / int64(p.Rounds))
		if load := &p.Arms[i].Load; p.Count > 0 && !load.Open() && load.Workers > most {
			warnings = append(warnings, warnArm(WarnFewerWorkers, p.Arms[i].Name,
				"%s instead of %d: a block has no more attempts than that; raise -n", plural(most, "worker"), load.Workers))
			load.Workers = most
		}
	}
	return p, warnings
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// roundsFor is how many rounds give such a load blocks that are long enough.
func (p Plan) roundsFor(load Load, perAttempt time.Duration) int {
	workers := max(1, load.Workers)
	switch {
	case load.Storm > 0:
		return p.Rounds // each is as long as it is
	case load.Open():
		perAttempt = arrival.Window(1, load.Rate)
	}
	block := max(MinBlock, MinBlockAttempts*perAttempt)
	if p.Count == 0 {
		return int(p.Duration / block)
	}
	rounds := p.Count / int64(MinBlockAttempts*workers)
	if perAttempt > 0 {
		whole := perAttempt * time.Duration(p.Count) / time.Duration(workers)
		rounds = min(rounds, int64(whole/block))
	}
	return int(rounds)
}

// fewestAttempts is how many a block has at least.
func (p Plan) fewestAttempts() string {
	text := fmt.Sprintf("%d attempts", MinBlockAttempts)
	if p.Arms[0].Load.Open() {
		return text
	}
	return text + " a worker"
}

// moreWith names the flags that make for more samples.
func (p Plan) moreWith() string {
	switch {
	case p.storms():
		return "--rounds or --storm"
	case p.Arms[0].Load.Rate > 0 && !p.Ramp:
		return "-d, -n or -r"
	}
	return "-d or -n"
}

func (p Plan) lengthFlag() string {
	if p.Count > 0 {
		return "-n"
	}
	return "-d"
}

// Expected is about how long the run will take, 0 where the plan cannot tell.
func (p Plan) Expected() time.Duration {
	if p.Count > 0 {
		return 0
	}
	const between = 30 * time.Millisecond // priming, garbage collection, clocks
	streams := time.Duration(len(p.Streams()))
	return streams * (p.Duration + p.Warmup + time.Duration(p.Rounds)*between)
}
