package selfwatch

// Ticks is the processor time of the whole machine since it started, in clock
// ticks: all of it, what was idle, and what the host gave to others.
type Ticks struct{ All, Idle, Stolen int64 }

// Machine reads the machine's processor time, nil where the platform does not
// tell.
func Machine() *Ticks { return machine() }

// Busy is the share of the processor time since an earlier reading in which
// anything ran here, nil where it is not known.
func (t *Ticks) Busy(before *Ticks) *float64 {
	return t.share(before, func(t *Ticks) int64 { return t.All - t.Idle - t.Stolen })
}

// Steal is the share that the host gave to others, nil where it is not known.
func (t *Ticks) Steal(before *Ticks) *float64 {
	return t.share(before, func(t *Ticks) int64 { return t.Stolen })
}

func (t *Ticks) share(before *Ticks, of func(*Ticks) int64) *float64 {
	if t == nil || before == nil || t.All <= before.All || of(t) < of(before) {
		return nil
	}
	share := min(1, float64(of(t)-of(before))/float64(t.All-before.All))
	return &share
}
