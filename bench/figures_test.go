package bench

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// What two stretches counted is, added up, what one counts that saw all of their
// samples. A field is a count, or it is named here.
func TestCountsAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var all Tally
	parts := make([]Tally, 2)
	for i := range 600 {
		s := randomSample(r)
		if s.Failure == nil {
			s.CertAsked, s.Cert = true, r.IntN(3)
			s.Unconfirmed, s.ECH = r.IntN(2) == 0, r.IntN(2) == 0
			s.Phases[Total] = time.Hour // which is clamped
		}
		all.Add(s)
		parts[i%2].Add(s)
	}
	stats := func(tally *Tally, n int64) Stats {
		s, err := summarise(WantResumed, tally, clocks{took: time.Duration(n) * time.Second, clientCPU: cpuTime{time.Second, 7}, serverCPU: cpuTime{time.Second, 7}}, armMeasured{
			sessions: SessionCounts{Primed: n, Offered: 2 * n},
			arrivals: &Arrivals{Rate: 5, Window: time.Duration(n) * time.Second, Due: n},
		}, Phases())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	got, want := stats(&parts[0], 1), stats(&all, 3)
	other := stats(&parts[1], 2)
	got.AddCounts(&other)
	noCounts := []string{
		"Rate", "ResumedRatio", "ErrorRatio", "Mixed", "Phases", "Medians", "Others", "Histograms",
		"ClientCPU", "ServerCPU", "BytesIn", "BytesOut", "TicketBytes", "RoundTrips", "DatagramsIn", "DatagramsOut",
	}
	for f, v := range reflect.ValueOf(want).Fields() {
		if slices.Contains(noCounts, f.Name) {
			continue
		}
		if is := reflect.ValueOf(got).FieldByIndex(f.Index); v.IsZero() || !reflect.DeepEqual(is.Interface(), v.Interface()) {
			t.Errorf("%s: %v, want %v, and not nothing", f.Name, is, v)
		}
	}
}
