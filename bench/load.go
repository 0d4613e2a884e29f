package bench

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"tlsbench/bench/arrival"
)

// Load is when an arm's attempts are made, and how many at the same time. It is
// one of three: a closed loop of Workers, an open loop of Rate, or a Storm.
type Load struct {
	// Workers is how many connections a closed loop makes at the same time.
	// Each worker begins its next attempt when the last one ended, so that a
	// server that is slow is asked for less.
	Workers int `json:"workers"`
	// Rate is how many attempts of an open loop fall due a second, whatever
	// becomes of those before.
	Rate float64 `json:"rate,omitempty"`
	// Arrivals is how they follow each other.
	Arrivals arrival.Process `json:"arrivals,omitempty"`
	// Storm is how many attempts begin at once, each time.
	Storm int `json:"storm,omitempty"`
	// MaxInFlight is how many attempts of an open loop may be under way. One
	// that falls due beyond that is dropped, and counted.
	MaxInFlight int `json:"max_in_flight,omitempty"`
	// Share is the arm's part of the attempts, 0 to 1, where the arms of a group
	// come in one stream, mixed; 0 where the arm has its own.
	Share float64 `json:"share,omitempty"`
}

// Open reports whether attempts fall due by themselves.
func (l Load) Open() bool { return l.Rate > 0 || l.Storm > 0 }

// AtOnce is how many connections there can be at the same time.
func (l Load) AtOnce() int {
	switch {
	case l.Storm > 0:
		return l.Storm
	case l.Rate > 0:
		return l.MaxInFlight
	}
	return l.Workers
}

// less says how to ask for less at a time.
func (l Load) less() string {
	switch {
	case l.Storm > 0:
		return "ask for a smaller storm"
	case l.Rate > 0:
		return "ask for a lower rate"
	}
	return "use fewer workers"
}

// times are those at which the attempts of a stretch fall due.
func (l Load) times(rate float64, seed uint64) *arrival.Times {
	if l.Storm > 0 {
		return arrival.AtOnce()
	}
	return arrival.New(l.Arrivals, rate, seed)
}

// MaxRate is more attempts a second than any one client makes, and MinRate
// fewer than anybody waits for.
const (
	MaxRate = 1e6
	MinRate = 1.0 / 3600
)

func (l Load) validate() error {
	switch {
	case l.Storm < 0 || l.Storm > MaxWorkers:
		return fmt.Errorf("a storm of %d connections: want 1 to %d", l.Storm, MaxWorkers)
	case l.Rate < 0 || math.IsNaN(l.Rate) || l.Rate > MaxRate || l.Rate > 0 && l.Rate < MinRate:
		return fmt.Errorf("a rate of %v/s: want at most %.0f/s", l.Rate, float64(MaxRate))
	case l.Share < 0 || l.Share > 1 || math.IsNaN(l.Share):
		return fmt.Errorf("a share of %v: want 0 to 1", l.Share)
	}
	if !l.Open() {
		if l.Workers < 1 || l.Workers > MaxWorkers {
			return fmt.Errorf("%d workers: want 1 to %d", l.Workers, MaxWorkers)
		}
		if l.Share > 0 || l.MaxInFlight != 0 || l.Arrivals != "" {
			return errors.New("a mix, arrivals and a limit of connections in flight are of open loops, and this one is closed")
		}
		return nil
	}
	if l.Workers != 0 || l.Rate > 0 && l.Storm > 0 {
		return errors.New("workers, a rate and a storm exclude each other")
	}
	if l.Storm > 0 {
		return nil
	}
	if l.MaxInFlight < 1 || l.MaxInFlight > MaxWorkers {
		return fmt.Errorf("%d connections in flight: want 1 to %d", l.MaxInFlight, MaxWorkers)
	}
	_, err := arrival.Parse(string(l.Arrivals))
	return err
}

// ParseRate reads a number of attempts a second, as in "500/s", or a minute, as
// in "30/m".
func ParseRate(text string) (float64, error) {
	trimmed := strings.TrimSpace(text)
	digits, unit, _ := strings.Cut(trimmed, "/")
	v, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	seconds, known := map[string]float64{"s": 1, "m": 60}[strings.TrimSpace(unit)]
	switch {
	case err != nil || strings.Trim(digits, "0123456789. ") != "":
		return 0, fmt.Errorf("%.60q is no rate: want attempts a second, such as 500/s", text)
	case unit == "":
		return 0, fmt.Errorf("%.60q has no unit: write %.60s/s, attempts a second", text, trimmed)
	case !known:
		return 0, fmt.Errorf("%.60q: want attempts a second, such as 500/s, or a minute, such as 30/m", text)
	}
	v /= seconds
	if !(v >= MinRate && v <= MaxRate) {
		return 0, fmt.Errorf("%.60q: want more than 0/s and at most %.0f/s", text, float64(MaxRate))
	}
	return v, nil
}

// FormatRate writes a rate as ParseRate reads it.
func FormatRate(perSecond float64) string {
	return strconv.FormatFloat(perSecond, 'f', -1, 64) + "/s"
}
