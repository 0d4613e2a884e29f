package timer

import "time"

const (
	// firstLead is about the quickest wake-up seen from a virtual processor at rest.
	firstLead = 40 * time.Microsecond
	// maxLead bounds the spinning: a wake-up that takes longer waited for other
	// work, and no lead makes that regular.
	maxLead = 200 * time.Microsecond
)

// lead is how far ahead of the wanted moment the alarm is set. It follows the
// quicker wake-ups, so that most waits spin little or not at all.
type lead struct{ estimate time.Duration }

// before returns the lead for a wait: at most a quarter of it, so that short
// waits in a row cannot keep a processor busy.
func (l *lead) before(wait time.Duration) time.Duration {
	return min(l.estimate, wait/4)
}

// learn takes in how long one wake-up took after its alarm. The estimate falls
// faster than it rises (an expectile): under load, where wake-ups scatter, it
// stays with the quick ones.
func (l *lead) learn(took time.Duration) {
	off := min(max(took, 0), maxLead) - l.estimate
	if off < 0 {
		l.estimate += off / 3
		return
	}
	l.estimate += off / 8
}
