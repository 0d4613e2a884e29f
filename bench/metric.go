package bench

import (
	"math"
)

// Direction says which way a metric gets better.
type Direction string

// The directions.
const (
	LowerIsBetter  Direction = "lower"
	HigherIsBetter Direction = "higher"
)

// Unit is what a metric's value is counted in.
type Unit string

// The units.
const (
	Nanoseconds Unit = "ns"
	Bytes       Unit = "B"
	PerSecond   Unit = "/s"
	Fraction    Unit = "ratio"
	Count       Unit = "count"
)

// Metric is one figure of a stretch.
type Metric struct {
	Name   string
	Unit   Unit
	Better Direction
	// Of gives the value, or false where it was not measured or says nothing.
	Of func(*Stats) (float64, bool)
	// OfRound gives the value of one round's block, for comparing rounds, where
	// it is not Of's.
	OfRound func(*Stats) (float64, bool)
	// Clocked says that the value comes from a process clock or a rate, so
	// that it means nothing in a mixed stretch.
	Clocked bool
	// Tail names the phase and quantile of a tail percentile, whose interval
	// needs histograms; its Quantile is 0 for every other metric.
	Tail Tail
}

// Tail is a quantile of a phase.
type Tail struct {
	Phase    Phase
	Quantile float64
}

// Metrics is the one table from which outputs and gate take their figures.
func Metrics() []Metric {
	all := []Metric{
		{Name: "client_cpu", Unit: Nanoseconds, Better: LowerIsBetter, Clocked: true, Of: field(func(s *Stats) *float64 { return s.ClientCPU })},
		{Name: "server_cpu", Unit: Nanoseconds, Better: LowerIsBetter, Clocked: true, Of: field(func(s *Stats) *float64 { return s.ServerCPU })},
		{Name: "bytes_in", Unit: Bytes, Better: LowerIsBetter, Of: field(func(s *Stats) *float64 { return s.BytesIn })},
		{Name: "bytes_out", Unit: Bytes, Better: LowerIsBetter, Of: field(func(s *Stats) *float64 { return s.BytesOut })},
		{Name: "ticket_bytes", Unit: Bytes, Better: LowerIsBetter, Of: field(func(s *Stats) *float64 { return s.TicketBytes })},
		{Name: "datagrams_in", Unit: Count, Better: LowerIsBetter, Of: field(func(s *Stats) *float64 { return s.DatagramsIn })},
		{Name: "datagrams_out", Unit: Count, Better: LowerIsBetter, Of: field(func(s *Stats) *float64 { return s.DatagramsOut })},
		{Name: "round_trips", Unit: Count, Better: LowerIsBetter, Of: field(func(s *Stats) *float64 { return s.RoundTrips })},
		{Name: "rate", Unit: PerSecond, Better: HigherIsBetter, Clocked: true, Of: field(func(s *Stats) *float64 { return s.Rate })},
		{Name: "resumed_ratio", Unit: Fraction, Better: HigherIsBetter, Of: field(func(s *Stats) *float64 { return s.ResumedRatio })},
		{Name: "early_data_ratio", Unit: Fraction, Better: HigherIsBetter, Of: earlyData},
		{Name: "begun", Unit: PerSecond, Better: HigherIsBetter, Of: func(s *Stats) (float64, bool) { return s.Arrivals.Begun() }},
		{Name: "drop_ratio", Unit: Fraction, Better: LowerIsBetter, Of: func(s *Stats) (float64, bool) { return s.Arrivals.DropRatio() }},
		{Name: "connected", Unit: Nanoseconds, Better: LowerIsBetter, Of: connected},
		{Name: "server_peak_cores", Unit: Count, Better: LowerIsBetter, Of: serverPeak},
		{Name: "error_ratio", Unit: Fraction, Better: LowerIsBetter, Of: field(func(s *Stats) *float64 { return s.ErrorRatio })},
	}
	for _, p := range Phases() {
		all = append(all, medianMetric(p))
		if p == Lag {
			all = append(all, phaseMetric(p, "p99"))
		}
		if p == TLSPhase || p == Total {
			all = append(all, tailMetric(p, "p95", 0.95), tailMetric(p, "p99", 0.99))
		}
	}
	return all
}

// earlyData is the share of handshakes whose 0-RTT data the server took, where
// any sent some.
func earlyData(s *Stats) (float64, bool) {
	taken := s.Kinds[EarlyData]
	if taken+s.EarlyDataRejected == 0 {
		return 0, false
	}
	return float64(taken) / float64(s.Completed()), true
}

// connected is how long it takes in a storm until the last that succeeds is
// connected: of several storms, the mean.
func connected(s *Stats) (float64, bool) {
	if s.Arrivals == nil || s.Arrivals.Storms == 0 || s.Completed() == 0 {
		return 0, false
	}
	return float64(s.Took) / float64(s.Arrivals.Storms), true
}

func serverPeak(s *Stats) (float64, bool) {
	if s.Arrivals == nil || s.Arrivals.ServerPeak == nil {
		return 0, false
	}
	return *s.Arrivals.ServerPeak, true
}

func phaseMetric(p Phase, stat string) Metric {
	return Metric{
		Name: p.String() + "." + stat, Unit: Nanoseconds, Better: LowerIsBetter,
		Of: func(s *Stats) (float64, bool) {
			d, ok := s.Phases[p].Stat(stat)
			return float64(d), ok
		},
	}
}

func medianMetric(p Phase) Metric {
	m := phaseMetric(p, "p50")
	m.OfRound = func(s *Stats) (float64, bool) {
		d, ok := s.Medians[p]
		return float64(d), ok
	}
	return m
}

func tailMetric(p Phase, stat string, q float64) Metric {
	m := phaseMetric(p, stat)
	m.Tail = Tail{Phase: p, Quantile: q}
	return m
}

// MetricByName finds a metric.
func MetricByName(name string) (Metric, bool) {
	for _, m := range Metrics() {
		if m.Name == name {
			return m, true
		}
	}
	return Metric{}, false
}

func field(of func(*Stats) *float64) func(*Stats) (float64, bool) {
	return func(s *Stats) (float64, bool) {
		v := of(s)
		if v == nil || math.IsNaN(*v) {
			return 0, false
		}
		return *v, true
	}
}
