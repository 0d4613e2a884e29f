package compare

import (
	"errors"
	"fmt"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/digits"
	"tlsbench/bench/hist"
)

// Search is the schedule that looks for the highest rate that holds a condition:
// for each stream of the plan, as often as the plan has rounds, the streams in
// turn. What it does next follows from the plan and from the blocks alone, so
// that a saved result tells again what was found.
type Search struct {
	plan      bench.Plan
	condition *Assertion
	streams   [][]int
	climbs    []*climb // by stream
	seen      int      // rounds
	// saved is the result that is read again, nil while one is made.
	saved *bench.Result
}

// NewSearch reads the plan's condition. It is one of each arm by itself, such as
// "tls.p99 < 20ms".
func NewSearch(p bench.Plan) (*Search, error) {
	condition, err := ParseCheck(p.FindMax)
	if err != nil {
		return nil, err
	}
	s := &Search{plan: p, condition: condition, streams: p.Streams()}
	for _, o := range condition.operands() {
		if o.saving || o.arm != "" {
			return nil, fmt.Errorf("%q: the rate is searched for each arm by itself: name no arm, and no saving", p.FindMax)
		}
	}
	if err := condition.breakable(); err != nil {
		return nil, fmt.Errorf("%q: %w", p.FindMax, err)
	}
	for _, stream := range s.streams {
		for _, i := range stream {
			if err := condition.Bind(s.alone(i)); err != nil {
				return nil, err
			}
		}
		first := p.Arms[stream[0]]
		if first.Load.Rate <= 0 {
			return nil, errors.New("a search needs attempts that fall due by a rate")
		}
		s.climbs = append(s.climbs, newClimb(first.Load.Rate, p.Rounds))
	}
	return s, nil
}

// alone is the plan of one arm.
func (s *Search) alone(arm int) bench.Plan {
	p := s.plan
	p.Arms = p.Arms[arm : arm+1]
	return p
}

// Next implements bench.Schedule.
func (s *Search) Next(done []bench.Round) (bench.RoundSpec, bool) {
	s.follow(done)
	var spec bench.RoundSpec
	for i := range s.streams {
		// Neither stream is always the first.
		i = (i + len(done)) % len(s.streams)
		if rate, ok := s.climbs[i].next(); ok {
			spec.Turns = append(spec.Turns, bench.Turn{Stream: i, Rate: rate, Duration: s.length(rate)})
		}
	}
	return spec, len(spec.Turns) > 0
}

// follow takes in the rounds that it has not seen.
func (s *Search) follow(done []bench.Round) {
	for _, round := range done[s.seen:] {
		for i, stream := range s.streams {
			if step, ok := s.step(round, stream); ok {
				s.climbs[i].take(step)
			}
		}
	}
	s.seen = len(done)
}

// A block of a search has room for the condition's percentile, with some to
// spare; at least so many attempts, and no more than this time.
const (
	fewestAttempts = 50
	shortestStep   = 500 * time.Millisecond
	longestStep    = 20 * time.Second
)

func (s *Search) length(rate float64) time.Duration {
	attempts := int64(fewestAttempts)
	for _, o := range s.condition.operands() {
		for _, q := range hist.Quantiles() {
			if q.Name == o.what.stat {
				attempts = max(attempts, samplesFor(q.Q)*11/10)
			}
		}
	}
	took := time.Duration(float64(attempts) / rate * float64(time.Second))
	return min(max(took, shortestStep), longestStep)
}

// Limit is what ended a climb at a rate.
type Limit string

// The limits.
const (
	LimitCondition Limit = "condition"
	LimitDropped   Limit = "dropped"  // more than 1 % of the attempts
	LimitBehind    Limit = "behind"   // the server completed less than fell due
	LimitErrors    Limit = "errors"   // more than 1 % of the attempts
	LimitFallback  Limit = "fallback" // more than 1 % were of another kind
	LimitClient    Limit = "client"   // it did not begin them in time: no limit of the server
	LimitFew       Limit = "few"      // samples, for the condition
	LimitRate      Limit = "rate"     // no higher, or lower, one is tried
	noLimit        Limit = ""
)

// step is one block of a climb, of a rate that was held or not.
type step struct {
	rate  float64
	limit Limit
	why   string
	// shared says that client and server filled the cores that they share: it is
	// known of saved results only.
	shared bool
}

// step judges a stream's blocks of a round, false where there is none.
func (s *Search) step(round bench.Round, stream []int) (step, bool) {
	var all step
	for _, i := range stream {
		b, ok := round.Block(s.plan.Arms[i].Name)
		if !ok || b.Arrivals == nil || b.Cut {
			return step{}, false
		}
		one := s.judge(i, b)
		if all.limit == noLimit {
			all = one
		}
	}
	return all, true
}

// tolerated is the share of a block's attempts that may go wrong.
const tolerated = 0.01

// behind is the share of what fell due that a server must complete in the time
// in which it fell due, or it does not keep up: the rest is in flight when the
// block ends.
const behind = 0.95

// judge says whether a block held its rate. What a client ran into that was
// itself at its limit is no limit of the server.
func (s *Search) judge(arm int, b *bench.Block) step {
	p := s.alone(arm)
	r := &bench.Result{Plan: p, Arms: []bench.ArmResult{{Name: p.Arms[0].Name, Stats: b.Stats}}, Rounds: []bench.Round{{Blocks: []bench.Block{*b}}}}
	if s.saved != nil {
		r.Env = s.saved.Env
		if a, ok := s.saved.Arm(b.Arm); ok {
			r.Arms[0].Facts = a.Facts
		}
	}
	st := s.held(arm, b, r)
	st.shared = r.CoresShared(b.Arm)
	if st.limit != noLimit && st.limit != LimitClient && b.Client != nil {
		if why, bound := r.ClientBound(p.Arms[0].Name); bound {
			st.limit, st.why = LimitClient, why+"; "+st.why
		}
	}
	return st
}

func (s *Search) held(arm int, b *bench.Block, r *bench.Result) step {
	a, wanted := b.Arrivals, s.plan.Arms[arm].Want
	st := step{rate: a.Rate}
	attempts := float64(b.Attempts)
	begun, _ := a.Begun()
	due := float64(a.Due-a.Dropped) / a.Window.Seconds()
	lag, _ := b.Phases[bench.Lag].Stat("p95")
	total, _ := b.Phases[bench.Total].Stat("p95")
	dropped, _ := a.DropRatio()
	stop := func(l Limit, format string, args ...any) step {
		st.limit, st.why = l, fmt.Sprintf(format, args...)
		return st
	}
	switch {
	case begun < (1-tolerated)*due:
		return stop(LimitClient, "%.0f/s began in time, of %.0f/s", begun, due)
	case lag > time.Millisecond && lag > total/2:
		return stop(LimitClient, "half of total is lag: p95 %s of %s", digits.Duration(lag), digits.Duration(total))
	case dropped > tolerated:
		return stop(LimitDropped, "%.1f %% dropped", 100*dropped)
	case float64(b.Failed()) > tolerated*attempts:
		return stop(LimitErrors, "%d of %d attempts failed", b.Failed(), b.Attempts)
	case float64(b.Completed()-b.Wanted(wanted)) > tolerated*attempts:
		return stop(LimitFallback, "%d of %d handshakes were not %s", b.Completed()-b.Wanted(wanted), b.Completed(), wanted)
	case b.Rate == nil || *b.Rate < behind*due*float64(b.Completed())/max(attempts, 1):
		return stop(LimitBehind, "%.0f/s completed, of %.0f/s", value(b.Rate), due)
	}
	switch c := s.condition.Check(r, nil); c.Verdict {
	case CheckFail:
		return stop(LimitCondition, "%s does not hold: %s", s.condition, c.Why)
	case CheckInconclusive:
		return stop(LimitFew, "%s", c.Why)
	}
	return st
}

func value(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}
