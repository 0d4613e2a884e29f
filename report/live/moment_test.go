package live

import (
	"math"
	"slices"
	"testing"
	"time"

	"tlsbench/bench"
)

// counted is a plan of attempts instead of time.
func counted(n int64) func(*Moment) {
	return func(m *Moment) { m.Plan.Count, m.Plan.Duration = n, 0 }
}

// at is a block that has run since some time ago.
func at(m *Moment, round, block int, since time.Duration) {
	m.Round, m.Block, m.Arm = round, block, 0
	m.RoundBegan, m.BlockBegan = m.Now.Add(-since), m.Now.Add(-since)
}

func TestShareAndTimeLeft(t *testing.T) {
	const unknown = -1
	for _, tt := range []struct {
		name  string
		edit  func(*Moment)
		share float64
		left  time.Duration
	}{
		{"before the warm-up", func(m *Moment) { m.Round, m.Now, m.BlockBegan, m.Block = 0, start(), time.Time{}, 0 },
			0, 12 * time.Second}, // 2 × (5 s + 0.5 s + 10 × 30 ms)
		{"warm-up", func(m *Moment) { m.Now = start().Add(750 * ms); at(m, 0, 1, 250*ms) },
			0.75, 11 * time.Second},
		{"warm-up without a known length", func(m *Moment) { counted(100)(m); at(m, 0, 1, 250*ms) },
			0.75, unknown},
		{"first round, by the plan", func(m *Moment) { m.Now = start().Add(600 * ms); at(m, 1, 1, 250*ms) },
			0.075, 10 * time.Second}, // 2 × 5.3 s - 0.6 s
		{"a first round that lasts longer than planned", func(m *Moment) { m.Now = start().Add(time.Minute); at(m, 1, 0, time.Minute) },
			0.05, 0},
		{"first block of counted attempts", func(m *Moment) {
			counted(100)(m)
			m.Now = start().Add(time.Second)
			at(m, 1, 0, time.Second)
			m.BlockAttempts = 5
		},
			0.025, unknown},
		{"second block of counted attempts", func(m *Moment) {
			counted(100)(m)
			m.Now = start().Add(2 * time.Second)
			at(m, 1, 1, time.Second)
			m.BlockAttempts = 0
		}, 0.05, 38 * time.Second},
		{"by the rounds that are over, not by the plan", func(m *Moment) { m.Now = start().Add(45 * time.Second); at(m, 4, 0, 0) },
			0.3, 105 * time.Second},
		{"in a round", func(m *Moment) { m.Now = start().Add(50 * time.Second); at(m, 4, 0, 5*time.Second) },
			0.35, 100 * time.Second},
		{"in a round that lasts longer than those before", func(m *Moment) { m.Now = start().Add(90 * time.Second); at(m, 4, 0, 45*time.Second) },
			0.35, 90 * time.Second},
		{"counted, after rounds", func(m *Moment) {
			counted(100)(m)
			m.Now = start().Add(30 * time.Second)
			at(m, 4, 1, 0)
			m.BlockAttempts = 5
		}, 0.375, 70 * time.Second},
		{"a round stands still", func(m *Moment) {
			m.Now = start().Add(75 * time.Second)
			at(m, 4, 0, 30*time.Second)
			m.Still = 25 * time.Second
		}, 0.35, 125 * time.Second}, // 7 × 15 s - 5 s + 25 s
		{"and longer", func(m *Moment) {
			m.Now = start().Add(95 * time.Second)
			at(m, 4, 0, 50*time.Second)
			m.Still = 45 * time.Second
		}, 0.35, 145 * time.Second},
		{"a pause before a block lasts long", func(m *Moment) {
			m.Now = start().Add(75 * time.Second)
			at(m, 4, 0, 20*time.Second)
			m.Still = 30 * time.Second
		}, 0.3, 158 * time.Second}, // 7 × 55/3 s + 30 s
		{"the first round stands still", func(m *Moment) {
			m.Now = start().Add(61 * time.Second)
			at(m, 1, 0, 61*time.Second)
			m.Still = time.Minute
		}, 0.05, 70 * time.Second}, // 2 × 5.3 s - 1 s + 60 s
		{"a slow attempt is no standstill", func(m *Moment) {
			m.Now = start().Add(50 * time.Second)
			at(m, 4, 0, 5*time.Second)
			m.Still = longStill - 1
		}, 0.35, 100 * time.Second},
		{"at the end", func(m *Moment) { m.Now = start().Add(100 * time.Second); at(m, 10, 1, 2*time.Second) },
			0.999, 9 * time.Second}, // 98 s / 9 rounds - 2 s
	} {
		m := midway(2)
		tt.edit(&m)
		if got := m.share(); math.Abs(got-tt.share) > 1e-9 {
			t.Errorf("%s: share %v, want %v", tt.name, got, tt.share)
		}
		left, known := m.left()
		if tt.left == unknown {
			if known {
				t.Errorf("%s: %v left, want nothing known", tt.name, left)
			}
			continue
		}
		if !known || left != tt.left {
			t.Errorf("%s: %v left (known %v), want %v", tt.name, left, known, tt.left)
		}
	}
}

func TestPace(t *testing.T) {
	p := pace{looks: 2}
	began := start()
	for i, tt := range []struct {
		after    time.Duration
		attempts int64
		want     float64
	}{
		{0, 0, -1},                  // not known yet
		{time.Second, 100, 100},     // since the beginning
		{2 * time.Second, 300, 150}, // over two looks
		{3 * time.Second, 300, 100}, // the first is forgotten
		{4 * time.Second, 300, 0},   // it stands still
	} {
		got := p.look(Moment{Now: began.Add(tt.after), Progress: bench.Progress{Began: began, Arm: -1, Attempts: tt.attempts}})
		if got == nil && tt.want >= 0 || got != nil && *got != tt.want {
			t.Errorf("look %d: %v, want %v", i, got, tt.want)
		}
	}
	// The warm-up's attempts are no part of the rounds'.
	later := began.Add(10 * time.Second)
	if got := p.look(Moment{Now: later.Add(time.Second), Progress: bench.Progress{Began: later, Arm: -1, Attempts: 7}}); got == nil || *got != 7 {
		t.Errorf("after the warm-up: %v, want 7", got)
	}
}

// What began is held against what fell due: neither a server that answers late
// nor a pause between blocks is a shortfall.
func TestPaceOfARate(t *testing.T) {
	p := pace{looks: 2}
	m := midway(2)
	for i := range m.Plan.Arms {
		m.Plan.Arms[i].Load = bench.Load{Rate: 200}
	}
	m.Plan.Arms[1].Load.Rate = 50
	m.Began = start()
	for i, tt := range []struct {
		arm                  int
		attempts, due, begun int64
		want                 float64
	}{
		{0, 0, 0, 0, -1},        // nothing fell due yet
		{0, 10, 100, 100, 200},  // few have ended
		{0, 100, 100, 100, 200}, // a pause
		{0, 110, 200, 150, 100}, // half of the last hundred began
		{0, 200, 300, 250, 150},
		{1, 210, 310, 260, 50}, // another rate: what was before is not of it
		{1, 210, 310, 260, 50},
		{1, 210, 310, 260, -1},
	} {
		m.Now = start().Add(time.Duration(i) * time.Second)
		m.Arm, m.Attempts, m.Due, m.Begun = tt.arm, tt.attempts, tt.due, tt.begun
		if got := p.look(m); got == nil && tt.want >= 0 || got != nil && *got != tt.want {
			t.Errorf("look %d: %v, want %v", i, got, tt.want)
		}
	}
}

func TestStillness(t *testing.T) {
	var s stillness
	began := start()
	for i, tt := range []struct {
		after    time.Duration
		attempts int64
		want     time.Duration
	}{
		{2 * time.Second, 0, 2 * time.Second}, // since the beginning
		{3 * time.Second, 5, 0},
		{4 * time.Second, 5, time.Second},
		{30 * time.Second, 5, 27 * time.Second},
		{31 * time.Second, 6, 0},
	} {
		if got := s.look(began.Add(tt.after), bench.Progress{Began: began, Attempts: tt.attempts}); got != tt.want {
			t.Errorf("look %d: still for %v, want %v", i, got, tt.want)
		}
	}
	later := began.Add(time.Minute)
	if got := s.look(later.Add(time.Second), bench.Progress{Began: later, Attempts: 6}); got != 0 {
		t.Errorf("as many attempts after the warm-up: still for %v", got)
	}
}

func TestChoose(t *testing.T) {
	for _, tt := range []struct {
		name    string
		running int
		bad     map[int]int64
		rows    int
		want    []int
	}{
		{"room for all", 3, nil, 6, []int{0, 1, 2, 3, 4, 5}},
		{"the first ones", 1, nil, 3, []int{0, 1, 2}},
		{"none runs", -1, nil, 3, []int{0, 1, 2}},
		{"the running one keeps the others in their place", 4, nil, 3, []int{0, 1, 4}},
		{"those with trouble", 0, map[int]int64{4: 1, 5: 2}, 3, []int{0, 4, 5}},
		{"the most trouble, and the running one last", 2, map[int]int64{0: 1, 4: 3, 5: 2}, 3, []int{4, 5, 2}},
		{"one row", 2, map[int]int64{0: 1}, 1, []int{2}},
	} {
		m := midway(6)
		m.Arm = tt.running
		for i, n := range tt.bad {
			m.Arms[i].Failed, m.Arms[i].Fallbacks = n/2, n-n/2
		}
		if got := choose(m, tt.rows); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
