package hist

import (
	"encoding/json"
	"math/big"
	"reflect"
	"testing"
	"time"
)

func TestSupported(t *testing.T) {
	needs := map[string]int64{"p50": 20, "p90": 100, "p95": 200, "p99": 1000, "p999": 10_000}
	for _, nq := range Quantiles() {
		n := needs[nq.Name]
		if Supported(nq.Q, n-1) || !Supported(nq.Q, n) {
			t.Errorf("%s: want support from %d samples on", nq.Name, n)
		}
	}
}

func TestSummaryJSON(t *testing.T) {
	twenty := New()
	for i := range 20 {
		twenty.Record(time.Duration(i + 1))
	}
	for _, c := range []struct {
		name string
		h    *Histogram
		want string
	}{
		{"empty", New(), `{"count":0,"min_ns":null,"mean_ns":null,"p50_ns":null,"p90_ns":null,"p95_ns":null,"p99_ns":null,"p999_ns":null,"max_ns":null}`},
		{"one", of(1500 * time.Microsecond), `{"count":1,"min_ns":1500000,"mean_ns":1500000,"p50_ns":null,"p90_ns":null,"p95_ns":null,"p99_ns":null,"p999_ns":null,"max_ns":1500000}`},
		{"twenty", twenty, `{"count":20,"min_ns":1,"mean_ns":11,"p50_ns":10,"p90_ns":null,"p95_ns":null,"p99_ns":null,"p999_ns":null,"max_ns":20}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.h.Summary()
			got, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			var back Summary
			if err := json.Unmarshal(got, &back); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(back, s) {
				t.Errorf("came back as %+v", back)
			}
		})
	}
}

func TestStat(t *testing.T) {
	h := of(lognormal(3, 10_000, time.Millisecond, 0.5)...)
	s := h.Summary()
	want := map[string]time.Duration{"min": h.min, "mean": h.mean(h.Count()), "max": h.max}
	for _, nq := range Quantiles() {
		want[nq.Name] = h.Quantile(nq.Q)
	}
	for name, w := range want {
		if got, ok := s.Stat(name); !ok || got != w {
			t.Errorf("%s: got %v, %v; want %v", name, got, ok, w)
		}
	}
	for _, name := range []string{"", "P50", "p42", "count"} {
		if _, ok := s.Stat(name); ok {
			t.Errorf("%q is known", name)
		}
	}
	if _, ok := of(1).Summary().Stat("p50"); ok {
		t.Error("p50 of one sample is known")
	}
}

func TestMeanIsExactBeyond64Bits(t *testing.T) {
	h := New()
	sum := new(big.Int)
	for _, c := range []struct{ value, count int64 }{{59_999_999_999, 1 << 40}, {7, 3}} {
		part := of(time.Duration(c.value))
		for n := c.count; n > 1; n /= 2 {
			if err := part.Merge(part); err != nil {
				t.Fatal(err)
			}
		}
		sum.Add(sum, new(big.Int).Mul(big.NewInt(c.value), big.NewInt(part.Count())))
		if err := h.Merge(part); err != nil {
			t.Fatal(err)
		}
	}
	n := big.NewInt(h.Count())
	sum.Add(sum, new(big.Int).Rsh(n, 1))
	if want := sum.Div(sum, n).Int64(); int64(h.mean(h.Count())) != want {
		t.Errorf("got %d, want %d", h.mean(h.Count()), want)
	}
}
