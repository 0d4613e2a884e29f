package saved_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/saved"
)

// drop, as a value, removes a field.
type drop struct{}

// edit changes one value of a saved result, by its path.
func edit(t testing.TB, text []byte, path string, value any) []byte {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var doc any
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	steps := strings.Split(path, "/")
	at := doc
	for _, step := range steps[:len(steps)-1] {
		switch in := at.(type) {
		case map[string]any:
			at = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(in) {
				t.Fatalf("%s: no element %s", path, step)
			}
			at = in[i]
		}
	}
	last := steps[len(steps)-1]
	switch in := at.(type) {
	case map[string]any:
		if _, removes := value.(drop); removes {
			delete(in, last)
		} else {
			in[last] = value
		}
	case []any:
		i, err := strconv.Atoi(last)
		if err != nil || i >= len(in) {
			t.Fatalf("%s: no element %s", path, last)
		}
		in[i] = value
	default:
		t.Fatalf("%s leads nowhere", path)
	}
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// value gives one value of a saved result, by its path.
func value(t testing.TB, text []byte, path string) any {
	t.Helper()
	var at any
	if err := json.Unmarshal(text, &at); err != nil {
		t.Fatal(err)
	}
	for _, step := range strings.Split(path, "/") {
		switch in := at.(type) {
		case map[string]any:
			at = in[step]
		case []any:
			i, _ := strconv.Atoi(step)
			at = in[i]
		}
	}
	return at
}

// texts are saved results, by name.
func texts(t testing.TB, names ...string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, name := range names {
		all[name] = encoded(t, fakeResult(t, name))
	}
	return all
}

// A derived figure is the same whatever the file says.
func TestDerivedIsNotTrusted(t *testing.T) {
	texts := texts(t, "small", "mixed")
	for _, c := range []struct {
		of, path string
		value    any
	}{
		{"small", "arms/0/rate", 9e9},
		{"small", "arms/0/rate", drop{}},
		{"small", "arms/1/resumed_ratio", 0.5},
		{"small", "arms/0/error_ratio", 1},
		{"small", "arms/0/mixed", true},
		{"small", "arms/0/took_ns", 17},
		{"small", "arms/0/phases/tls/p50_ns", 1},
		{"small", "arms/0/phases/tls/p999_ns", 5},
		{"small", "arms/0/phases/connect/p99_ns", drop{}},
		{"small", "arms/0/medians_ns", drop{}},
		{"small", "arms/0/medians_ns/total", 1},
		{"small", "arms/0/client_cpu_ns", 1},
		{"small", "arms/0/bytes_in", 1},
		{"small", "arms/0/bytes_out", nil},
		{"small", "arms/0/round_trips", 7},
		{"small", "arms/1/round_trips", drop{}},
		{"small", "arms/1/sessions/primed", 99},
		{"small", "arms/0/hello_retry_requests", 3},
		{"small", "arms/0/histograms/tls", drop{}},
		{"small", "arms/0/histograms/total", ""},
		{"small", "rounds/2/blocks/1/rate", 1},
		{"small", "rounds/2/blocks/1/resumed_ratio", nil},
		{"small", "rounds/2/blocks/1/mixed", true},
		{"small", "rounds/2/blocks/1/phases/tls/p50_ns", 7},
		{"small", "rounds/2/blocks/1/phases/total/p90_ns", nil},
		{"small", "rounds/2/blocks/1/medians_ns/tls", 7},
		{"small", "rounds/2/blocks/1/medians_ns/connect", 7},
		{"small", "rounds/2/blocks/1/kinds/full", 0},
		{"small", "rounds/2/blocks/1/errors", nil},
		{"small", "comparisons", []any{17}},
		{"small", "warnings", drop{}},
		{"small", "warnings", []any{map[string]any{"code": "noisy", "arm": "session=full", "text": "very"}}},
		{"mixed", "arms/1/kinds", map[string]any{"full": 100, "psk": 9}},
		{"mixed", "arms/0/mixed", false},
		{"mixed", "arms/1/clamped", 0},
		{"mixed", "arms/1/other_kinds/full/tls/min_ns", 9_000_001},
		{"mixed", "rounds/0/blocks/0/error_ratio", 0},
		{"mixed", "warnings", []any{}},
	} {
		t.Run(c.of+" "+c.path, func(t *testing.T) {
			text := texts[c.of]
			r, err := read(edit(t, text, c.path, c.value))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(encoded(t, r), text) {
				t.Error("the edited figure was taken over")
			}
		})
	}
}

// What a run alone can tell is kept, as are the codes of newer tools.
func TestWarningsOfTheRunAreKept(t *testing.T) {
	r := fakeResult(t, "odd clock")
	text := encoded(t, r)
	if r.Warnings[0].Code != bench.WarnServerClock {
		t.Fatalf("the clock did not break: %v", r.Warnings)
	}
	warnings := append([]any{map[string]any{"code": "of-tomorrow", "text": "x"}}, value(t, text, "warnings").([]any)...)
	again, err := read(edit(t, text, "warnings", warnings))
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Warnings) != len(r.Warnings)+1 || again.Warnings[0].Code != "of-tomorrow" || again.Warnings[1] != r.Warnings[0] {
		t.Errorf("got %v", again.Warnings)
	}
}

// Only the run knows how it was started. Whoever shows that makes it printable.
func TestCommandIsKept(t *testing.T) {
	text := encoded(t, fakeResult(t, "one"))
	const command = "TLSBENCH_SNI='a\x1b\nb' tlsbench run 'embedded:?rtt=20ms&tls=1.2'"
	r, err := read(edit(t, text, "command", command))
	if err != nil || r.Command != command {
		t.Fatalf("read: %+v, %v", r, err)
	}
	again, err := read(reported(t, r))
	if err != nil || again.Command != command {
		t.Errorf("written and read again: %+v, %v", again, err)
	}
	if before, err := read(text); err != nil || before.Command != "" {
		t.Errorf("of a result that has none: %+v, %v", before, err)
	}
}

func TestUnknownFieldsAreAllowed(t *testing.T) {
	text := encoded(t, fakeResult(t, "one"))
	more := text
	for _, path := range []string{"new", "plan/new", "plan/arms/0/new", "arms/0/new", "rounds/0/new", "rounds/0/blocks/0/new", "env/new", "arms/0/phases/tls/new"} {
		more = edit(t, more, path, map[string]any{"a": []int{1}})
	}
	r, err := read(more)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encoded(t, r), text) {
		t.Error("unknown fields changed the result")
	}
}

func TestContradictionsAreRefused(t *testing.T) {
	texts := texts(t, "small", "mixed", "odd clock", "never resumed", "refused", "interrupted")
	const block = "rounds/2/blocks/0/"
	text := texts["small"]
	where := "round 3, arm " + value(t, text, block+"arm").(string) + ": "
	for _, c := range []struct {
		of, path string
		value    any
		want     string
	}{
		// Types.
		{"small", "took_ns", "1s", "took_ns: string, where a whole number belongs"},
		{"small", "took_ns", 1.5, "took_ns: number 1.5, where a whole number belongs"},
		{"small", "started", "yesterday", "started: "},
		{"small", "command", []string{"tlsbench", "run"}, "command: array, where "},
		{"small", "plan", []int{}, "plan: array, where an object belongs"},
		{"small", "plan/seed", -1, "plan.seed: number -1, where a whole number, not below 0, belongs"},
		{"small", "plan/confidence", []int{}, "plan.confidence: array, where a number belongs"},
		{"small", "plan/arms/1/load/workers", "many", "plan.arms[1].load.workers: string"},
		{"small", "arms", map[string]any{}, "arms: want a list"},
		{"small", "arms", drop{}, "arms is missing"},
		{"small", "arms/1", 17, "arms[1]: number, where an object belongs"},
		{"small", "arms/1/attempts", true, "arms[1].attempts: bool"},
		{"small", "arms/1/rate", "fast", "arms[1].rate: string, where a number belongs"},
		{"small", "rounds", drop{}, "rounds is missing"},
		{"small", "rounds/2", nil, "rounds[2].blocks is missing"},
		{"small", "rounds/2/blocks", []int{}, "rounds[2].blocks: there is none"},
		{"small", block + "phases/tls/min_ns", "x", "rounds[2].blocks[0].phases.min_ns: string"},
		{"small", "arms/0/attempts", json.Number("1e30"), "arms[0].attempts: number 1e30"},
		// Names.
		{"small", "ended", "well", `ended: unknown "well"`},
		{"small", "ended", drop{}, `ended: unknown ""`},
		{"small", "plan/arms/1/want", "half", `unknown arm "half"`},
		{"small", "plan/arms/1/tls/min_version", "4", "plan.arms[1]: unknown TLS version"},
		{"small", "plan/arms/1/name", "a\x1b[2J", "no printable name"},
		{"small", block + "kinds/half", 1, `rounds[2].blocks[0]: unknown kind "half"`},
		{"small", block + "phases/sleep", map[string]any{}, `unknown phase "sleep"`},
		{"small", block + "errors/gremlins", 0, where + `errors: unknown class "gremlins"`},
		{"refused", "last_failure/class", "gremlins", `last_failure: unknown class "gremlins"`},
		{"mixed", "arms/1/first_errors/dns", "x", `arm session=resumed: first_errors: one of "dns"`},
		// The run and its plan.
		{"small", "partial", true, `partial: true, and the run ended "complete"`},
		{"interrupted", "ended", "complete", `partial: true`},
		{"small", "plan/rounds", 4, "with 3 of 4 rounds"},
		{"small", "plan/rounds", 2, "rounds[2]: the plan has 2 rounds"},
		{"small", "plan/rounds", 0, "plan: 0 rounds"},
		{"small", "plan/rounds", 1 << 40, "plan: 1099511627776 rounds"},
		{"small", "plan/arms/1/name", "session=full", "two arms are named"},
		{"small", "plan", drop{}, "plan is missing"},
		{"small", "last_failure", map[string]any{"class": "dns", "phase": "dns", "error": "x"}, "last_failure: there is one"},
		{"small", "took_ns", -1, "took_ns: -1"},
		{"small", "command", strings.Repeat("x", bench.MaxCommand+1), "command: more than 64 KiB"},
		{"small", "command", strings.Repeat("x", bench.MaxCommand), ""},
		{"small", "env/cpus", 0, "env: 0 cpus"},
		{"small", "env/last_ephemeral_port", 1 << 17, "env: ephemeral ports"},
		{"small", "arms/1/name", "session=full", `arms[1].name: "session=full" is there twice`},
		{"small", "arms/1/name", "psk", `arms[1].name: "psk" is no arm of the plan`},
		{"small", "arms/0/name", "session=resumed", `arms[0].name: "session=resumed", where the plan has "session=full"`},
		{"small", "arms", []any{value(t, text, "arms/0")}, `arms: "session=resumed" of the plan is missing`},
		{"small", block + "arm", "psk", `rounds[2].blocks[0].arm: "psk" is no arm of the plan`},
		{"small", block + "arm", value(t, text, "rounds/2/blocks/1/arm"), "is there twice in the round"},
		// Counts of a block, and of an arm.
		{"small", block + "attempts", 21, where + "attempts: 21, and kinds and errors make 20"},
		{"small", block + "attempts", -200, where + "attempts: -200 is no count"},
		{"small", block + "kinds/session-id", -1, where + "kinds.session-id: -1 is no count"},
		{"small", block + "kinds/session-id", 1 << 60, where + "kinds.session-id: 1152921504606846976 is no count"},
		{"small", block + "kinds/session-id", 1, where + "attempts: 20, and kinds and errors make 21"},
		{"small", block + "errors/reset", 1, where + "attempts: 20, and kinds and errors make 21"},
		{"small", block + "took_ns", -5, where + "took_ns: -5"},
		{"small", block + "start_ns", -5, where + "start_ns: -5"},
		{"small", block + "pace", map[string]any{"handshake_ns": 0}, where + "pace: a handshake of 0 ns"},
		{"small", block + "pace", map[string]any{"handshake_ns": 1, "cpu_ns": -1}, where + "pace: a handshake of 1 ns, and -1 ns of CPU"},
		{"small", block + "pace", map[string]any{"handshake_ns": 700_000}, ""},
		{"small", block + "client", map[string]any{"cores": 0}, where + "client: 0 processors"},
		{"small", block + "client", map[string]any{"cores": 1, "gc_ns": -1}, where + "client: -1 ns is no time"},
		{"small", block + "client", map[string]any{"cores": 1, "steal_ratio": 1.5}, where + "client: steal_ratio: 1.5"},
		{"small", block + "client", map[string]any{"cores": 0.5, "quota_cores": 0.5, "sched_p99_ns": nil, "gc_ns": 5}, ""},
		{"small", block + "sessions/primed", -1, where + "sessions.primed: -1 is no count"},
		{"small", block + "sessions/offered", 3, where + "sessions.offered: 3"},
		{"small", block + "hello_retry_requests", 201, where + "hello_retry_requests: 201, of 20"},
		{"small", block + "bad_status", map[string]any{"200": 1}, where + "bad_status: 200"},
		{"small", block + "bad_status", map[string]any{"500": 300}, where + "bad_status: 300, of 20"},
		{"small", block + "clamped", 1 << 20, where + "clamped: 1048576, of 20"},
		{"small", block + "dry", true, where + "dry: it is not cut"},
		{"small", "arms/1/attempts", 61, "arm session=resumed: attempts: 61, and kinds and errors make 60"},
		// Means.
		{"small", block + "client_cpu_ns", -1, where + "client_cpu_ns: -1"},
		{"small", block + "client_cpu_ns", 1e300, where + "client_cpu_ns: 1e+300"},
		{"small", block + "round_trips", -1, where + "round_trips: -1"},
		{"small", block + "datagrams_in", -1, where + "datagrams_in: -1"},
		{"small", block + "early_data_rejected", 1000000, where + "early_data_rejected, retries, version_negotiated: 1000000"},
		{"small", block + "retries", -1, where + "retries: -1 is no count"},
		{"small", block + "round_trips", drop{}, ""}, // those that are older have none
		{"never resumed", "rounds/0/blocks/1/round_trips", 1, "round_trips: there is one, of no handshake"},
		{"never resumed", "rounds/0/blocks/1/bytes_in", 5, "bytes_in: there is one, of no handshake"},
		{"odd clock", "arms/0/server_cpu_ns", 1, "arm session=full: server_cpu_ns: 1 does not follow from its blocks"},
		{"odd clock", "arms/0/server_cpu_ns", 1e12, "server_cpu_ns: 1e+12 does not follow"},
		{"odd clock", "arms/0/server_cpu_ns", nil, "server_cpu_ns: there is none, but blocks have one"},
		// Phases and histograms.
		{"small", block + "phases/tls/count", 19, where + "phases.tls.count: 19, of 20"},
		{"small", block + "phases/connect/count", 201, where + "phases.connect.count: 201, of 20"},
		{"small", block + "phases/connect/p50_ns", 1 << 40, where + "phases.connect: max_ns: 1 is below p50_ns: 1099511627776"},
		{"small", block + "phases/connect/max_ns", drop{}, where + "phases.connect: min_ns, mean_ns or max_ns is missing"},
		{"small", block + "phases/tls/min_ns", 500, where + "phases.tls: "},
		{"small", block + "phases/tls/mean_ns", 1_000_000_000, where + "phases.tls: mean_ns: "},
		{"small", block + "phases/tls", drop{}, where + "histograms.tls: there are no figures"},
		{"small", block + "histograms/tls", "%%", where + "histograms.tls: decode histogram"},
		{"small", block + "histograms/tls", value(t, text, "arms/0/histograms/tls"), where + "phases.tls: count: 20, and the histogram holds 60"},
		{"small", block + "histograms/wait", value(t, text, "arms/0/histograms/tls"), where + "histograms.wait: there are no figures"},
		{"small", "arms/0/phases/connect/count", 59, "arm session=full: phases.connect.count: 59, and its blocks make 60"},
		{"small", "arms/0/phases/connect", drop{}, "phases.connect is missing, but blocks have it"},
		{"small", "arms/0/phases/dns", map[string]any{"count": 5}, "phases.dns.count: 5, but its blocks have none"},
		{"small", "arms/0/phases/tls/mean_ns", 1_500_000, "phases.tls.mean_ns: 1500000, and its blocks make"},
		{"mixed", "arms/1/other_kinds/full/tls/p50_ns", 1, "other_kinds.full.tls: "},
		{"mixed", "arms/1/other_kinds/full/tls/count", 1, "other_kinds.full.tls.count: 1, and its blocks make"},
		{"mixed", "rounds/0/blocks/0/other_kinds", map[string]any{"psk": map[string]any{}}, "other_kinds.psk: 0 handshakes"},
		{"mixed", "arms/0/histograms/tls", value(t, text, "arms/0/histograms/tls"), "phases.tls: count: "},
		{"mixed", "rounds/0/blocks/0/medians_ns/connect", -5, ""},
	} {
		t.Run(c.of+" "+c.path, func(t *testing.T) {
			_, err := read(edit(t, texts[c.of], c.path, c.value))
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, saved.ErrDamaged) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
