package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tlsbench/bench"
)

func savedNoise(t testing.TB) (*Noise, string) {
	t.Helper()
	n, err := unsteady.noise(rand.New(rand.NewPCG(3, 1)), 5)
	if err != nil {
		t.Fatal(err)
	}
	n.Env = bench.ThisEnv()
	var b bytes.Buffer
	if err := WriteNoise(&b, n); err != nil {
		t.Fatal(err)
	}
	return n, b.String()
}

func TestNoiseReadsBack(t *testing.T) {
	n, text := savedNoise(t)
	got, err := ReadNoise(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, n) {
		t.Errorf("got %+v, want %+v", got, n)
	}
	file := filepath.Join(t.TempDir(), "noise.json")
	if err := os.WriteFile(file, []byte(text+"\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err = LoadNoise(file); err != nil || !reflect.DeepEqual(got, n) {
		t.Errorf("from a file: %v", err)
	}
}

func TestReadNoiseRefuses(t *testing.T) {
	_, text := savedNoise(t)
	swap := func(old, with string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("the file has no %q", old)
		}
		return strings.Replace(text, old, with, 1)
	}
	// edited changes the first floor.
	edited := func(change func(floor map[string]any)) string {
		var file map[string]any
		if err := json.Unmarshal([]byte(text), &file); err != nil {
			t.Fatal(err)
		}
		change(file["floors"].([]any)[0].(map[string]any))
		out, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	setSpread := func(name string, value any) string {
		return edited(func(f map[string]any) { f["run"].(map[string]any)[name] = value })
	}
	for name, tt := range map[string]struct{ text, why string }{
		"nothing":            {"", "it is empty"},
		"blanks":             {" \n", "it is empty"},
		"truncated":          {text[:len(text)/2], "it is damaged at byte"},
		"truncated early":    {text[:40], "it is damaged at byte"},
		"something behind":   {text + "{}", "it is damaged at byte"},
		"no JSON":            {"hello", "it is something else"},
		"other JSON":         {`{"hello":"world"}`, "it is something else"},
		"a list":             {"[]", "it is something else"},
		"a result":           {`{"schema":1,"arms":[],"rounds":[]}`, "it is a saved result"},
		"newer":              {swap(`"schema": 1`, `"schema": 2`), "schema 2, and this tlsbench reads up to 1: update it"},
		"newer, other types": {swap(`"schema": 1`, `"schema": 2, "floors": {}`), "schema 2"},
		"no schema":          {swap(`"schema": 1`, `"schema": 0`), "schema 0"},
		"another type":       {swap(`"floors": [`, `"floors": 5, "x": [`), "cannot unmarshal"},
		"NaN":                {setText(text, `NaN`), "it is damaged at byte"},
		"beyond any float":   {setText(text, `1e999`), "cannot unmarshal number 1e999"},
		"a string":           {setSpread("sd", "NaN"), "cannot unmarshal string"},
		"a negative spread":  {setSpread("sd", -0.1), "a spread of -0.1"},
		"no degrees":         {setSpread("df", 0), "with 0 degrees of freedom"},
		"negative degrees":   {setSpread("df", -3), "with -3 degrees of freedom"},
		"unknown arm":        {edited(func(f map[string]any) { f["arm"] = "nobody" }), `floors[0]: "nobody" is no arm of the plan`},
		"unknown metric":     {edited(func(f map[string]any) { f["metric"] = "tls.p51" }), "did you mean tls.p50"},
		"another unit":       {edited(func(f map[string]any) { f["unit"] = "B" }), `is not counted in "B"`},
		"no spread":          {edited(func(f map[string]any) { delete(f, "run"); delete(f, "pair"); delete(f, "round") }), "has no spread"},
		"twice":              {edited(func(f map[string]any) { f["metric"] = "server_cpu" }), "floors[1]: server_cpu of session=full is there twice"},
		"too few runs":       {swap(`"runs": 5`, `"runs": 3`), "floors of 3 runs"},
		"no floors":          {swap(`"floors": [`, `"floors": [], "x": [`), "0 floors of 5 runs"},
		"no plan":            {swap(`"plan": {`, `"plan": {}, "x": {`), "plan: the plan has no arm"},
		"no confidence":      {swap(`"confidence": 0.95`, `"confidence": 2`), "plan: a confidence of 2"},
	} {
		n, err := ReadNoise(strings.NewReader(tt.text))
		if n != nil || !errors.Is(err, ErrNoNoise) || !strings.Contains(err.Error(), tt.why) {
			t.Errorf("%s: %v; want %q", name, err, tt.why)
		}
	}
	if _, err := ReadNoise(strings.NewReader(strings.Repeat(" ", maxNoiseFile) + text)); err == nil || !strings.Contains(err.Error(), "larger than 16 MiB") {
		t.Errorf("a large file: %v", err)
	}
	file := filepath.Join(t.TempDir(), "other.json")
	if _, err := LoadNoise(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadNoise(file); !errors.Is(err, ErrNoNoise) || !strings.HasPrefix(err.Error(), file+": ") {
		t.Errorf("another file: %v", err)
	}
}

// setText puts text where the first spread is.
func setText(file, text string) string {
	before, after, _ := strings.Cut(file, `"sd": `)
	return before + `"sd": ` + text + after[strings.IndexAny(after, ",\n}"):]
}

// Whatever is read can be used, and written again.
func FuzzReadNoise(f *testing.F) {
	_, text := savedNoise(f)
	f.Add([]byte(text))
	f.Add([]byte(strings.Replace(text, `"sd": 0`, `"sd": 1e300, "x": 0`, 1)))
	f.Add([]byte(`{"format":"tlsbench-noise","schema":1,"runs":4,"plan":{"arms":[{"name":"session=full","timeout_ns":1,"load":{"workers":1}}],` +
		`"compare":"session","rounds":6,"count":9,"confidence":0.95},"floors":[{"arm":"session=full","metric":"tls.p50","unit":"ns","run":{"sd":0.1,"df":3}}]}`))
	base, next := several(1, quiet, 1, nil), several(1, quiet, 2, nil)
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := ReadNoise(bytes.NewReader(text))
		if err != nil {
			return
		}
		n.AllowVersus(n.Plan.Rounds)
		n.AllowBetween(1)
		n.RoundsFor(0.05)
		n.RunsFor(0.05)
		n.Differences(base)
		a, err := Between(base, next, n, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(a); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := WriteNoise(&b, n); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadNoise(&b); err != nil {
			t.Fatalf("what was read and written is not read again: %v", err)
		}
	})
}
