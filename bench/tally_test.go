package bench

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"time"
)

// randomSample is of any kind, or failed.
func randomSample(r *rand.Rand) *Sample {
	s := &Sample{}
	s.Reset()
	if r.IntN(5) == 0 {
		s.Failure = &Failure{Class: []ErrorClass{ClassReset, ClassDNS, Alert("unknown_ca")}[r.IntN(3)], Err: errors.New("x")}
		return s
	}
	s.Kind = Kind(r.IntN(KindCount))
	s.HelloRetry = r.IntN(3) == 0
	s.BytesIn, s.BytesOut, s.TicketBytes = r.Int64N(5000), r.Int64N(5000), r.Int64N(500)
	s.RoundTrips = r.Int64N(4)
	s.DatagramsIn, s.DatagramsOut = r.Int64N(4), r.Int64N(4)
	s.EarlyDataRejected, s.Retry, s.VersionNegotiation = r.IntN(2) == 0, r.IntN(2) == 0, r.IntN(2) == 0
	if r.IntN(4) == 0 {
		s.Status = 500 + r.IntN(3)
	}
	for p := range s.Phases {
		if r.IntN(4) > 0 {
			s.Phases[p] = time.Duration(r.Int64N(int64(time.Second)))
		}
	}
	return s
}

// stats of a tally are compared as they are saved.
func saved(t *testing.T, tally *Tally) string {
	t.Helper()
	s, err := summarise(WantResumed, tally, clocks{took: time.Second}, armMeasured{}, Phases())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// However samples are split over tallies, and in whatever order these are
// merged, the sum is that of one tally that saw them all.
func TestMergeIsExactAndAssociative(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		var all Tally
		parts := make([]Tally, 3)
		for range r.IntN(200) {
			s := randomSample(r)
			all.Add(s)
			parts[r.IntN(3)].Add(s)
		}
		var left, right, bc Tally
		must(t, left.Merge(&parts[0]), left.Merge(&parts[1]), left.Merge(&parts[2]))
		must(t, bc.Merge(&parts[2]), bc.Merge(&parts[1]), right.Merge(&bc), right.Merge(&parts[0]))
		want := saved(t, &all)
		if got := saved(t, &left); got != want {
			t.Fatalf("merged in order:\n%s\nwant\n%s", got, want)
		}
		if got := saved(t, &right); got != want {
			t.Fatalf("merged in reverse:\n%s\nwant\n%s", got, want)
		}
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestResetLeavesNothingBehind(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var used, fresh Tally
	for range 200 {
		used.Add(randomSample(r))
	}
	used.Reset()
	for range 200 {
		s := randomSample(r)
		used.Add(s)
		fresh.Add(s)
	}
	if got, want := saved(t, &used), saved(t, &fresh); got != want {
		t.Errorf("after Reset:\n%s\nwant\n%s", got, want)
	}
}

func TestRecorderLosesNothing(t *testing.T) {
	const workers, each = 16, 1000
	rec, live := newRecorder(3), &Live{}
	var wg sync.WaitGroup
	for id := range workers {
		wg.Go(func() {
			b := batch{rec: rec, home: id, live: live}
			for i := range each {
				s := b.next()
				s.Kind = Kind(i % 2)
				s.Phases[Total] = time.Duration(i)
				b.keep()
			}
			b.flush()
		})
	}
	wg.Wait()
	var total Tally
	must(t, rec.drain(&total))
	if n := live.attempts.Load(); total.Attempts() != workers*each || n != workers*each {
		t.Errorf("%d samples and %d told live, want %d", total.Attempts(), n, workers*each)
	}
	var empty Tally
	must(t, rec.drain(&empty))
	if empty.Attempts() != 0 {
		t.Errorf("%d samples were left behind", empty.Attempts())
	}
}

func completeSample() Sample {
	var s Sample
	s.Reset()
	for p := range s.Phases {
		s.Phases[p] = time.Duration(p+1) * 100 * time.Microsecond
	}
	return s
}

func TestRecordingAllocatesNothing(t *testing.T) {
	b := batch{rec: newRecorder(1), live: &Live{}}
	s := completeSample()
	record := func() {
		*b.next() = s
		b.keep()
	}
	record()
	b.flush() // the first sample makes the histograms
	if n := testing.AllocsPerRun(1000, record); n != 0 {
		t.Errorf("recording a sample allocates %v times", n)
	}
}

// BenchmarkRecord is what it costs to record one sample with all its phases.
func BenchmarkRecord(b *testing.B) {
	rec, live := newRecorder(4), &Live{}
	s := completeSample()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		w := batch{rec: rec, live: live}
		for pb.Next() {
			*w.next() = s
			w.keep()
		}
		w.flush()
	})
}

func TestNamesReadBackAsWritten(t *testing.T) {
	for k := range KindCount {
		text, err := Kind(k).MarshalText()
		var back Kind
		if err != nil || back.UnmarshalText(text) != nil || back != Kind(k) {
			t.Errorf("kind %d: %q, %v", k, text, err)
		}
	}
	for _, p := range Phases() {
		text, err := p.MarshalText()
		var back Phase
		if err != nil || back.UnmarshalText(text) != nil || back != p {
			t.Errorf("phase %d: %q, %v", p, text, err)
		}
	}
	if (new(Kind)).UnmarshalText([]byte("x")) == nil || (new(Phase)).UnmarshalText([]byte("x")) == nil {
		t.Error("an unknown name is accepted")
	}
}

// A result reads back as it was saved: -o json loses nothing that is saved.
func TestStatsReadBackAsSaved(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var tally Tally
	for range 3000 {
		tally.Add(randomSample(r))
	}
	s, err := summarise(WantResumed, &tally, clocks{took: time.Second, clientCPU: cpuTime{time.Second, 7}}, armMeasured{sessions: SessionCounts{Primed: 1}}, Phases())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Stats
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(s, back) {
		t.Errorf("saved %+v\nread  %+v", s, back)
	}
}
