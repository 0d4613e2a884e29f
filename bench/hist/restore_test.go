package hist

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// saved is a histogram as a result keeps it.
func saved(t *testing.T, h *Histogram) (string, Summary) {
	t.Helper()
	text, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return text, h.Summary()
}

// Percentiles that were left out are found again exactly.
func TestRestoreGivesTheSameSummary(t *testing.T) {
	for seed := range uint64(50) {
		values := lognormal(seed, 1+int(seed*seed)*7, time.Duration(1+seed*seed*seed*900), 0.1+float64(seed)/20)
		text, want := saved(t, of(values...))
		h, err := decode(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Restore(Summary{Count: want.Count, Min: want.Min, Mean: want.Mean, Max: want.Max}); err != nil {
			t.Fatalf("%d values: %v", len(values), err)
		}
		if got := h.Summary(); !reflect.DeepEqual(got, want) {
			t.Errorf("%d values: got %+v, want %+v", len(values), got, want)
		}
		if err := want.Check(); err != nil {
			t.Errorf("%d values: %v", len(values), err)
		}
	}
}

func TestRestoreRefuses(t *testing.T) {
	text, good := saved(t, of(time.Millisecond, 2*time.Millisecond, 3*time.Millisecond))
	one, single := saved(t, of(time.Millisecond))
	d := func(v time.Duration) *time.Duration { return &v }
	for _, c := range []struct {
		text   string
		from   Summary
		change func(*Summary)
		want   string
	}{
		{text, good, func(s *Summary) { s.Count = 4 }, "the histogram holds 3"},
		{text, good, func(s *Summary) { s.Count = -3 }, "count"},
		{text, good, func(s *Summary) { s.Min = nil }, "missing"},
		{text, good, func(s *Summary) { s.Min = d(0) }, "not within 1ns"},
		{text, good, func(s *Summary) { s.Min = d(999_000) }, "min_ns"},
		{text, good, func(s *Summary) { s.Min = d(1_001_000) }, "min_ns"},
		{text, good, func(s *Summary) { s.Max = d(2_990_000) }, "max_ns"},
		{text, good, func(s *Summary) { s.Max = d(3_100_000) }, "max_ns"},
		{text, good, func(s *Summary) { s.Max = d(time.Hour) }, "not within"},
		{text, good, func(s *Summary) { s.Mean = d(1_990_000) }, "mean_ns"},
		{text, good, func(s *Summary) { s.Mean = d(2_010_000) }, "mean_ns"},
		{text, good, func(s *Summary) { s.Mean = d(5_000_000) }, "mean_ns"},
		{one, single, func(s *Summary) { s.Max = d(*s.Max + 1) }, "one value"},
	} {
		h, err := decode(c.text)
		if err != nil {
			t.Fatal(err)
		}
		before := h.Summary()
		s := c.from
		c.change(&s)
		if err := h.Restore(s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want an error with %q", s, err, c.want)
		}
		if !reflect.DeepEqual(h.Summary(), before) {
			t.Errorf("%+v: a refused summary changed the histogram", s)
		}
	}
}

func TestCheckWantsPercentilesInOrder(t *testing.T) {
	s := of(lognormal(1, 2000, time.Millisecond, 1)...).Summary()
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	s.P50, s.P99 = s.P99, s.P50
	if err := s.Check(); err == nil || !strings.Contains(err.Error(), "is below p50_ns") {
		t.Errorf("got %v", err)
	}
}
