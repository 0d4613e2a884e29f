package bench

import (
	"slices"
	"sync/atomic"
	"time"

	"tlsbench/bench/hist"
)

// Live tells an onlooker how far a run is, while it goes on. Nobody waits for
// anybody: attempts are counted as they end, and for everything else the driver
// publishes a new state at the edges of blocks, outside of what is measured. A
// nil Live is told nothing.
type Live struct {
	attempts, failed atomic.Int64
	due, begun       atomic.Int64 // in open loops with a rate
	state            atomic.Pointer[liveState]
}

// liveState is never changed once it is published.
type liveState struct {
	Progress
	attempts, failed int64 // that ended before this stage of the run
	due, begun       int64 // likewise
	before           int64 // attempts that ended before the running block
}

// Progress is where a run stands.
type Progress struct {
	// Plan is what is run. The end of the warm-up may lower its rounds.
	Plan Plan
	// Round is the round that runs, from 1, and 0 during the warm-up.
	Round int
	// Block is how many of the round's blocks, or of the warm-up's, are over.
	Block int
	// Arm is the plan's arm that runs, -1 while none does.
	Arm int
	// Began is when the warm-up began or, after it, the first round; RoundBegan
	// and BlockBegan when the running ones did, what is done before their clocks
	// are read included. Zero where there is none.
	Began, RoundBegan, BlockBegan time.Time
	// Attempts is how many ended since Began, as of now; Failed how many of them
	// failed, and BlockAttempts how many are of the running block.
	Attempts, Failed, BlockAttempts int64
	// Due is how many fell due since Began, as of now, and Begun how many of them
	// began; 0 in a closed loop and in storms.
	Due, Begun int64
	// Arms are the plan's, as of the end of their last block.
	Arms []ArmProgress
}

// ArmProgress is what an arm's measured blocks have shown so far.
type ArmProgress struct {
	Completed, Failed int64
	// Fallbacks are the completed handshakes of another kind than wanted.
	Fallbacks int64
	// Rate is completed handshakes a second, nil before the first block's end.
	Rate *float64
	// P50 and P99 are those of the TLS phase of the wanted kind, nil where there
	// are too few samples (see hist.Supported).
	P50, P99 *time.Duration
}

// Progress is where the run stands now, false while none has begun.
func (l *Live) Progress() (Progress, bool) {
	s := l.state.Load()
	if s == nil {
		return Progress{}, false
	}
	p := s.Progress
	p.Attempts = max(0, l.attempts.Load()-s.attempts)
	p.Failed = max(0, l.failed.Load()-s.failed)
	p.BlockAttempts = max(0, p.Attempts-s.before)
	p.Begun = max(0, l.begun.Load()-s.begun) // first: none of them fell due later
	p.Due = max(p.Begun, l.due.Load()-s.due)
	return p, true
}

// ended counts an attempt. It is on the path of every handshake.
func (l *Live) ended(f *Failure) {
	if l == nil {
		return
	}
	l.attempts.Add(1)
	if f != nil {
		l.failed.Add(1)
	}
}

// fellDue counts an attempt of a rate that is to begin, and starts counts it once
// it does.
func (l *Live) fellDue() {
	if l != nil {
		l.due.Add(1)
	}
}

func (l *Live) starts() {
	if l != nil {
		l.begun.Add(1)
	}
}

// begin begins the warm-up, or the rounds after it.
func (l *Live) begin(p Plan) {
	if l == nil {
		return
	}
	l.state.Store(&liveState{
		Progress: Progress{Plan: p, Arm: -1, Began: time.Now(), Arms: make([]ArmProgress, len(p.Arms))},
		attempts: l.attempts.Load(),
		failed:   l.failed.Load(),
		begun:    l.begun.Load(),
		due:      l.due.Load(),
	})
}

// block tells that an arm's block begins, after so many others of its round, 0
// for the warm-up.
func (l *Live) block(round, others, arm int) {
	if l == nil {
		return
	}
	s := *l.state.Load()
	s.BlockBegan = time.Now()
	if round != s.Round {
		s.RoundBegan = s.BlockBegan
	}
	s.Round, s.Block, s.Arm = round, others, arm
	s.before = l.attempts.Load() - s.attempts
	l.state.Store(&s)
}

// measured tells what an arm's blocks have shown.
func (l *Live) measured(arm int, want Want, total *Tally, took time.Duration) error {
	if l == nil {
		return nil
	}
	shown, err := total.progress(want, took)
	if err != nil {
		return err
	}
	s := *l.state.Load()
	s.Arms = slices.Clone(s.Arms)
	s.Arms[arm] = shown
	l.state.Store(&s)
	return nil
}

// progress is what of a tally is of interest before the run is over.
func (t *Tally) progress(want Want, took time.Duration) (ArmProgress, error) {
	p := ArmProgress{Completed: t.Completed(), Failed: t.Failed()}
	if took > 0 {
		p.Rate = ptr(float64(p.Completed) / took.Seconds())
	}
	var wanted []*hist.Histogram
	for i, k := range t.Kinds {
		switch {
		case k == nil:
		case !want.Met(Kind(i)):
			p.Fallbacks += k.Count
		case k.Phases[TLSPhase] != nil:
			wanted = append(wanted, k.Phases[TLSPhase])
		}
	}
	all, err := together(wanted)
	if err != nil || all == nil {
		return p, err
	}
	p.P50, p.P99 = supported(all, 0.5), supported(all, 0.99)
	return p, nil
}

// together are the values of all histograms, nil where there is none. The only
// one is returned itself.
func together(all []*hist.Histogram) (*hist.Histogram, error) {
	switch len(all) {
	case 0:
		return nil, nil
	case 1:
		return all[0], nil
	}
	sum := hist.New()
	for _, h := range all {
		if err := sum.Merge(h); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

func supported(h *hist.Histogram, q float64) *time.Duration {
	if !hist.Supported(q, h.Count()) {
		return nil
	}
	return ptr(h.Quantile(q))
}
