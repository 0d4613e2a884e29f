package bench

import "time"

// Arrivals is what became of the attempts that fell due in an open loop.
type Arrivals struct {
	// Rate is how many were to fall due a second, of all arms that share the
	// stream; 0 for a storm.
	Rate float64 `json:"rate"`
	// Window is the time in which they fell due, 0 for a storm.
	Window time.Duration `json:"window_ns"`
	// Due is how many fell due, each of which was made or dropped.
	Due int64 `json:"due"`
	// Dropped were not made, since as many as may be were under way.
	Dropped int64 `json:"dropped"`
	// Late began when the window was over.
	Late int64 `json:"late"`
	// Peak is the most attempts that were under way at the same time, of all
	// arms that share the stream.
	Peak int64 `json:"peak_in_flight"`
	// Share is the arm's part of the stream, 0 where it has its own.
	Share float64 `json:"share,omitempty"`
	// Storms is how many storms there were, 0 for an open loop with a rate.
	Storms int64 `json:"storms,omitempty"`
	// ServerPeak is the most cores that the server used at a time in a storm,
	// over some 50 ms, nil where that is not known.
	ServerPeak *float64 `json:"server_peak_cores,omitempty"`
}

// Begun is how many attempts a second began within the window, false for a
// storm.
func (a *Arrivals) Begun() (float64, bool) {
	if a == nil || a.Window <= 0 {
		return 0, false
	}
	return float64(a.Due-a.Dropped-a.Late) / a.Window.Seconds(), true
}

// Wanted is how many of the arm's own were to begin a second, false for a storm.
func (a *Arrivals) Wanted() (float64, bool) {
	if a == nil || a.Rate <= 0 {
		return 0, false
	}
	if a.Share > 0 {
		return a.Rate * a.Share, true
	}
	return a.Rate, true
}

// DropRatio is the share of the attempts that were dropped.
func (a *Arrivals) DropRatio() (float64, bool) {
	if a == nil || a.Due == 0 {
		return 0, false
	}
	return float64(a.Dropped) / float64(a.Due), true
}

// add takes in another block of the same arm. The rate becomes the mean over
// the time.
func (a *Arrivals) add(b *Arrivals) {
	if whole := (a.Window + b.Window).Seconds(); whole > 0 {
		a.Rate = (a.Rate*a.Window.Seconds() + b.Rate*b.Window.Seconds()) / whole
	}
	a.Window += b.Window
	a.Due += b.Due
	a.Dropped += b.Dropped
	a.Late += b.Late
	a.Peak = max(a.Peak, b.Peak)
	a.Share = b.Share
	a.Storms += b.Storms
	if b.ServerPeak != nil && (a.ServerPeak == nil || *b.ServerPeak > *a.ServerPeak) {
		a.ServerPeak = ptr(*b.ServerPeak)
	}
}

// addArrivals is add where there may be none yet.
func addArrivals(to **Arrivals, b *Arrivals) {
	if b == nil {
		return
	}
	if *to == nil {
		*to = &Arrivals{}
	}
	(*to).add(b)
}
