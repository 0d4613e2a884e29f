package live

import (
	"fmt"
	"math"
	"slices"
	"time"

	"tlsbench/bench"
	"tlsbench/report"
)

// Moment is a run at one moment.
type Moment struct {
	bench.Progress
	Now time.Time
	// Rate is attempts a second of late, nil while it is not known: those that
	// ended, pauses between blocks included, or of a rate those that began, while
	// it was asked for.
	Rate *float64
	// Still is how long no attempt has ended.
	Still time.Duration
}

// longStill is more than an attempt or a pause between blocks usually takes.
const longStill = 10 * time.Second

// still says so where nothing goes on, and nothing elsewhere.
func (m Moment) still() string {
	if m.Still < longStill {
		return ""
	}
	return "no attempt ended for " + m.Still.Truncate(time.Second).String()
}

// moved is until when the run went on.
func (m Moment) moved() time.Time {
	if m.Still < longStill {
		return m.Now
	}
	return m.Now.Add(-m.Still)
}

// share is how much is done, of the warm-up or of the rounds after it. It stays
// below 1 while anything is.
func (m Moment) share() float64 {
	if m.searching() {
		return 0
	}
	done := (float64(m.Block) + m.blockShare()) / float64(m.streams())
	if m.Round > 0 {
		done = (float64(m.Round-1) + done) / float64(m.Plan.Rounds)
	}
	return min(done, 0.999)
}

// streams is how many blocks a round has: the arms of a mix run in one.
func (m Moment) streams() int { return len(m.Plan.Streams()) }

// running are the arms that run, by index: several in a mix.
func (m Moment) running() []int {
	if m.Arm < 0 {
		return nil
	}
	for _, stream := range m.Plan.Streams() {
		if slices.Contains(stream, m.Arm) {
			return stream
		}
	}
	return []int{m.Arm}
}

func (m Moment) blockShare() float64 {
	length := float64(m.Plan.Warmup)
	done := float64(m.moved().Sub(m.BlockBegan))
	switch storm := m.storm(); {
	case m.BlockBegan.IsZero():
		return 0
	case storm > 0:
		length, done = float64(storm), float64(m.BlockAttempts)
	case m.Round > 0 && m.Plan.Count > 0:
		length = float64(m.Plan.Count) / float64(m.Plan.Rounds) * float64(max(1, len(m.running())))
		done = float64(m.BlockAttempts)
	case m.Round > 0:
		length = float64(m.Plan.Duration) / float64(m.Plan.Rounds)
	}
	if length <= 0 {
		return 0
	}
	return min(max(done/length, 0), 1)
}

// storm is how many connections the running block makes at once, 0 where it is
// no storm.
func (m Moment) storm() int {
	if m.Arm < 0 {
		return 0
	}
	return m.Plan.Arms[m.Arm].Load.Storm
}

// searching reports whether the run looks for a rate: nobody knows for how long.
func (m Moment) searching() bool { return m.Plan.FindMax != "" && m.Round > 0 }

// left is about how long the rest of the run takes, false while that is not
// known: by the rounds that are over and, before there is one, by the plan, or
// by the blocks that are over where attempts are counted. A run that stands still
// is taken to do so for as long again.
func (m Moment) left() (time.Duration, bool) {
	elapsed := m.moved().Sub(m.Began)
	var d time.Duration
	switch over := m.Round - 1; {
	case m.searching():
		return 0, false
	case over > 0:
		each := m.RoundBegan.Sub(m.Began) / time.Duration(over)
		d = each*time.Duration(m.Plan.Rounds-over) - max(0, min(each, m.moved().Sub(m.RoundBegan)))
	case m.Plan.Count == 0 && m.Plan.Duration > 0:
		d = m.Plan.Expected() - elapsed
		if m.Round > 0 {
			d -= time.Duration(m.streams()) * m.Plan.Warmup
		}
	case m.Round > 0 && m.Block > 0:
		share := m.share()
		d = time.Duration(float64(elapsed) * (1 - share) / share)
	default:
		return 0, false
	}
	return (max(d, 0) + m.Now.Sub(m.moved())).Round(time.Second), true
}

// fallbacks are those of all arms.
func (m Moment) fallbacks() (n int64) {
	for _, a := range m.Arms {
		n += a.Fallbacks
	}
	return n
}

// place says which round runs or, in the warm-up, which arm.
func (m Moment) place() string {
	if m.searching() {
		return "search, step " + report.Grouped(m.Round)
	}
	if m.Round > 0 {
		return fmt.Sprintf("round %s of %s", report.Grouped(m.Round), report.Grouped(m.Plan.Rounds))
	}
	return fmt.Sprintf("warm-up %s of %s", report.Grouped(m.Block+1), report.Grouped(m.streams()))
}

// wanted is how many attempts of the running arms fall due a second, false in a
// closed loop, a storm and a search.
func (m Moment) wanted() (float64, bool) {
	if m.Arm < 0 || m.Plan.FindMax != "" || m.Plan.Arms[m.Arm].Load.Rate == 0 {
		return 0, false
	}
	return m.Plan.Arms[m.Arm].Load.Rate, true
}

func (m Moment) percent() string { return fmt.Sprintf("%d\u00a0%%", int(100*m.share())) }

// rate writes handshakes a second; slow ones are those where a fraction counts.
func rate(r float64) string {
	if r < 9.95 && r > 0 {
		return fmt.Sprintf("%.1f", r)
	}
	return report.Grouped(math.Round(r))
}

// trouble counts what went wrong.
func trouble(n int64, one string) string {
	if n == 0 {
		return "no " + one + "s"
	}
	return report.Plural(int(n), one)
}
