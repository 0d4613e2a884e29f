package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

var update = flag.Bool("update", false, "write the golden files anew")

// loadResult reads a run of "tlsbench run -n 2000 --seed 1", saved with -o json.
func loadResult(t testing.TB) *bench.Result {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r bench.Result
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

// cases are what a report can have to tell.
func cases() map[string]func(*bench.Result) {
	resumed := func(r *bench.Result) *bench.ArmResult { return &r.Arms[1] }
	return map[string]func(*bench.Result){
		"plain": func(*bench.Result) {},
		"fallbacks": func(r *bench.Result) {
			a := resumed(r)
			a.Kinds[bench.PSK] -= 13
			a.Kinds[bench.Full] = 13
			a.Others = map[bench.Kind]map[bench.Phase]hist.Summary{bench.Full: r.Arms[0].Phases}
		},
		"mixed": func(r *bench.Result) {
			for i := range r.Rounds {
				b, _ := r.Rounds[i].Block("session=resumed")
				b.Mixed = true
			}
			resumed(r).Mixed = true
		},
		// TLS 1.2, 20 ms away.
		"distant": func(r *bench.Result) {
			const away = 20 * time.Millisecond
			for i, trips := range []float64{2, 1} {
				farther := func(s *bench.Stats) {
					s.RoundTrips, s.TicketBytes = &trips, new(float64)
					for p, farther := range map[bench.Phase]time.Duration{
						bench.Connect: away, bench.TLSPhase: away * time.Duration(trips), bench.Total: away * time.Duration(2+trips),
					} {
						phase := s.Phases[p]
						for _, v := range []**time.Duration{&phase.P50, &phase.P95, &phase.P99} {
							if *v != nil {
								sum := **v + farther
								*v = &sum
							}
						}
						s.Phases[p] = phase
						s.Medians[p] += farther
					}
				}
				a := &r.Arms[i]
				a.Kinds = map[bench.Kind]int64{[]bench.Kind{bench.Full, bench.Ticket}[i]: a.Attempts}
				a.Facts.Version, a.Facts.Remote = "1.2", "192.0.2.1:443"
				farther(&a.Stats)
				for j := range r.Rounds {
					b, _ := r.Rounds[j].Block(a.Name)
					farther(&b.Stats)
				}
			}
			r.Plan.Compare, r.Warnings = "session", nil
		},
		"never-resumed": func(r *bench.Result) {
			a := resumed(r)
			a.Kinds = map[bench.Kind]int64{bench.Full: a.Attempts}
			a.Others = map[bench.Kind]map[bench.Phase]hist.Summary{bench.Full: r.Arms[0].Phases}
			a.Phases, a.Sessions = nil, bench.SessionCounts{Starved: a.Attempts}
			a.BytesIn, a.BytesOut, a.TicketBytes, a.Mixed = nil, nil, nil, true
			for i := range r.Rounds {
				b, _ := r.Rounds[i].Block("session=resumed")
				b.Phases, b.Histograms, b.Mixed = nil, nil, true
			}
		},
		"errors": func(r *bench.Result) {
			a := resumed(r)
			a.Attempts += 5
			a.Errors = map[bench.ErrorClass]int64{bench.ClassReset: 3, bench.Alert("handshake_failure"): 2}
			a.FirstErrors = map[bench.ErrorClass]string{
				bench.ClassReset: "connection reset by peer", bench.Alert("handshake_failure"): "remote error: tls: handshake failure",
			}
		},
		"nothing-succeeded": func(r *bench.Result) {
			for i := range r.Arms {
				a := &r.Arms[i]
				a.Attempts = 10
				a.Stats = bench.Stats{Attempts: 10, Errors: map[bench.ErrorClass]int64{bench.ClassConnectRefused: 10}}
				a.FirstErrors = map[bench.ErrorClass]string{bench.ClassConnectRefused: "connection refused"}
				a.Facts = nil
			}
			r.Rounds, r.Ended, r.Partial = nil, bench.GaveUp, true
		},
		"few-rounds": func(r *bench.Result) { r.Rounds = r.Rounds[:3] },
		"one-arm": func(r *bench.Result) {
			r.Arms, r.Plan.Arms = r.Arms[:1], r.Plan.Arms[:1]
		},
		"mechanisms": func(r *bench.Result) {
			full, resumed := r.Plan.Arms[0], r.Plan.Arms[1]
			r.Plan.Arms = nil
			var arms []bench.ArmResult
			for i, a := range []struct {
				tls  string
				want bench.Want
				kind bench.Kind
			}{
				{"1.2", bench.WantFull, bench.Full}, {"1.2", bench.WantSessionID, bench.SessionID}, {"1.2", bench.WantTicket, bench.Ticket},
				{"1.3", bench.WantFull, bench.Full}, {"1.3", bench.WantPSK, bench.PSK},
			} {
				from, arm := 0, full
				if a.want.Resumes() {
					from, arm = 1, resumed
				}
				named := bench.NewArm(bench.Coord{Dimension: "tls", Value: a.tls}, bench.Coord{Dimension: "session", Value: string(a.want)})
				arm.Name, arm.Coords, arm.Want = named.Name, named.Coords, a.want
				r.Plan.Arms = append(r.Plan.Arms, arm)
				result := r.Arms[from]
				result.Name = arm.Name
				result.Kinds = map[bench.Kind]int64{a.kind: result.Attempts}
				facts := *result.Facts
				facts.Version = a.tls
				result.Facts = &facts
				arms = append(arms, result)
				for j := range r.Rounds {
					block := r.Rounds[j].Blocks[0]
					if block.Arm != r.Arms[from].Name {
						block = r.Rounds[j].Blocks[1]
					}
					if i == 0 {
						r.Rounds[j].Blocks = slices.Clone(r.Rounds[j].Blocks)
					}
					block.Arm = arm.Name
					r.Rounds[j].Blocks = append(r.Rounds[j].Blocks, block)
				}
			}
			r.Arms = arms
		},
		"no-server-cpu": func(r *bench.Result) {
			for i := range r.Arms {
				r.Arms[i].ServerCPU = nil
			}
		},
	}
}

func TestTextIsAsGolden(t *testing.T) {
	for name, change := range cases() {
		for _, width := range []int{80, 160} {
			r := loadResult(t)
			change(r)
			var b bytes.Buffer
			if err := (Text{Width: width}).Write(&b, NewDocument(r)); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
					t.Errorf("%s at %d columns: a line of %d: %s", name, width, n, line)
				}
			}
			golden(t, name+"-"+map[int]string{80: "80", 160: "160"}[width]+".txt", b.Bytes())
		}
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", file)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test ./report -update writes it anew):\n%s", file, got)
	}
}

// The JSON output reads back to the same result, so that nothing is lost in a
// file.
func TestJSONReadsBack(t *testing.T) {
	r := loadResult(t)
	var first, second bytes.Buffer
	if err := (JSON{}).Write(&first, NewDocument(r)); err != nil {
		t.Fatal(err)
	}
	var again bench.Result
	if err := json.Unmarshal(first.Bytes(), &again); err != nil {
		t.Fatal(err)
	}
	if err := (JSON{}).Write(&second, NewDocument(&again)); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() {
		t.Error("a result that is read and written again differs")
	}
}

// Outside scripts rely on these paths.
func TestJSONShape(t *testing.T) {
	var b bytes.Buffer
	if err := (JSON{}).Write(&b, NewDocument(loadResult(t))); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Schema int            `json:"schema"`
		Tool   map[string]any `json:"tool"`
		Env    map[string]any `json:"env"`
		Plan   map[string]any `json:"plan"`
		Arms   []struct {
			Name      string           `json:"name"`
			Attempts  int64            `json:"attempts"`
			Kinds     map[string]int64 `json:"kinds"`
			Errors    map[string]int64 `json:"errors"`
			Rate      *float64         `json:"rate"`
			Resumed   *float64         `json:"resumed_ratio"`
			ClientCPU *float64         `json:"client_cpu_ns"`
			ServerCPU *float64         `json:"server_cpu_ns"`
			BytesIn   *float64         `json:"bytes_in"`
			BytesOut  *float64         `json:"bytes_out"`
			Phases    map[string]map[string]*int64
		} `json:"arms"`
		Comparisons []struct {
			Arm, Baseline, Metric, Verdict string
			BaselineValue                  *float64 `json:"baseline_value"`
			Value                          *float64
			Change                         *float64
			CI                             *[2]float64
		} `json:"comparisons"`
		Worth []struct {
			Arm, Baseline string
			TLS           map[string]any `json:"tls"`
			Loads         []map[string]any
		}
		Checks   *[]any `json:"checks"`
		Rounds   []any  `json:"rounds"`
		Warnings []any  `json:"warnings"`
		Partial  *bool  `json:"partial"`
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Schema != 1 || doc.Partial == nil || doc.Checks == nil || len(doc.Rounds) == 0 || len(doc.Arms) != 2 || doc.Plan["seed"] == nil {
		t.Errorf("the document lacks a part: %+v", doc)
	}
	for _, a := range doc.Arms {
		if a.Attempts == 0 || len(a.Kinds) == 0 || a.Errors == nil || a.Rate == nil || a.Resumed == nil ||
			a.ClientCPU == nil || a.ServerCPU == nil || a.BytesIn == nil || a.BytesOut == nil {
			t.Errorf("arm %s lacks a part", a.Name)
		}
		for _, key := range []string{"count", "min_ns", "mean_ns", "p50_ns", "p90_ns", "p95_ns", "p99_ns", "p999_ns", "max_ns"} {
			if _, ok := a.Phases["tls"][key]; !ok {
				t.Errorf("arm %s has no phases.tls.%s", a.Name, key)
			}
		}
	}
	if len(doc.Worth) != 1 || doc.Worth[0].TLS["saved_ns"] == nil || len(doc.Worth[0].Loads) != 2 || doc.Worth[0].Loads[1]["server_cores"] == nil {
		t.Errorf("what resumption is worth lacks a part: %+v", doc.Worth)
	}
	found := false
	for _, c := range doc.Comparisons {
		if c.Metric == "tls.p50" && c.BaselineValue != nil && c.Value != nil && c.Change != nil && c.CI != nil && c.Verdict == "better" {
			found = true
		}
	}
	if !found {
		t.Errorf("no whole comparison of tls.p50: %+v", doc.Comparisons)
	}
}

func TestWriteFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out")
	if err := Writable(file); err != nil {
		t.Error(err)
	}
	if err := WriteFile(file, JSON{}, NewDocument(loadResult(t))); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || !json.Valid(text) {
		t.Errorf("the file holds no JSON: %v", err)
	}
}

func TestFormatting(t *testing.T) {
	for ns, want := range map[float64]string{
		0: "0 ns", 1: "1 ns", 999: "999 ns", 999.6: "1.00 µs", 1000: "1.00 µs", 12345: "12.3 µs", 680e3: "680 µs",
		999.4e3: "999 µs", 999.6e3: "1.00 ms", 1.02e6: "1.02 ms", 40.06e6: "40.1 ms", 5e9: "5.00 s", 60e9: "60.0 s",
	} {
		if got := strings.ReplaceAll(nanoseconds(ns), nbsp, " "); got != want {
			t.Errorf("%v ns: %q, want %q", ns, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1 000", 1234567: "1 234 567", -1000: "-1 000"} {
		if got := strings.ReplaceAll(grouped(n), nbsp, " "); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for v, want := range map[float64]string{
		-30.14: "−30.1", 9.71: "+9.7", 0: "0.0", 0.04: "+0.04", -0.04: "−0.04", 0.004: "+0.004", -0.0004: "0.0", 0.0501: "+0.1",
		999.94: "+999.9", 999.96: "+1 000", -1254.8: "−1 255",
	} {
		if got := strings.ReplaceAll(signed(v), nbsp, " "); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}
