package saved_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"tlsbench/bench"
	"tlsbench/bench/saved"
	"tlsbench/report"
)

// encoded is a result as -o json writes it, but for what is compared.
func encoded(t testing.TB, r any) []byte {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// reported is a result as -o json writes it.
func reported(t testing.TB, r *bench.Result) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (report.JSON{}).Write(&b, report.NewDocument(r)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(text []byte) (*bench.Result, error) { return saved.Read(bytes.NewReader(text)) }

// older is a result of an earlier tlsbench, which lacks some fields.
func older(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "report", "testdata", "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// All that a run wrote is derived again to the last digit, warnings and their
// order included.
func TestReadAndWrittenAgainIsTheSame(t *testing.T) {
	for _, name := range fakeResults() {
		t.Run(name, func(t *testing.T) { staysTheSame(t, reported(t, fakeResult(t, name))) })
	}
	t.Run("older", func(t *testing.T) {
		r, err := read(older(t))
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Arms[0].Medians) == 0 || len(r.Rounds[3].Blocks[1].Medians) == 0 {
			t.Error("medians that the file lacks are not derived")
		}
		staysTheSame(t, reported(t, r))
	})
}

func staysTheSame(t *testing.T, text []byte) {
	t.Helper()
	again, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := reported(t, again); !bytes.Equal(got, text) {
		was, is := strings.Split(string(text), "\n"), strings.Split(string(got), "\n")
		for i := range was {
			if i >= len(is) || was[i] != is[i] {
				t.Fatalf("line %d was %.100s and is %.100s", i+1, was[i], is[min(i, len(is)-1)])
			}
		}
		t.Fatal("it grew")
	}
}

func TestWhatIsNoResult(t *testing.T) {
	good := string(older(t))
	for _, c := range []struct {
		name, text string
		kind       error
		want       string
	}{
		{"empty", "", saved.ErrForeign, "but empty"},
		{"blank", " \n", saved.ErrForeign, "but empty"},
		{"text", "hello", saved.ErrForeign, "something else than JSON"},
		{"almost a word", "tru", saved.ErrForeign, "something else than JSON"},
		{"report", "tlsbench 0.1.0   embedded:", saved.ErrForeign, "the report for people"},
		{"packed otherwise", "PK\x03\x04", saved.ErrForeign, "packed otherwise than by gzip"},
		{"PowerShell", "\xff\xfe{\x00", saved.ErrForeign, "byte order mark"},
		{"binary", "\x7fELF\x00", saved.ErrForeign, "a binary file"},
		{"PEM", "-----BEGIN CERTIFICATE-----\n", saved.ErrForeign, "a PEM file"},
		{"list", "[1,2]", saved.ErrForeign, "a JSON array"},
		{"number", "17", saved.ErrForeign, "a JSON number"},
		{"null", "null", saved.ErrForeign, "other JSON"},
		{"other", `{"schema":4,"packages":[]}`, saved.ErrForeign, "other JSON"},
		{"many", `{"a":1}` + "\n" + `{"a":2}`, saved.ErrForeign, "other JSON"},
		{"probe", `{"schema":1,"target":{},"places":[]}`, saved.ErrForeign, "what tlsbench probe found"},
		{"sessions", `{"format":"tlsbench-sessions","version":1}`, saved.ErrForeign, "a session file"},
		{"newer", `{"schema":2,"tool":{"name":"tlsbench"},"arms":"otherwise"}`, saved.ErrNewer, "(schema 2): this one reads up to 1: update it"},
		{"no schema", strings.Replace(good, `"schema"`, `"scheme"`, 1), saved.ErrDamaged, "schema is missing"},
		{"schema 0", strings.Replace(good, `"schema": 1`, `"schema": 0`, 1), saved.ErrDamaged, "schema: 0"},
		{"schema -1", strings.Replace(good, `"schema": 1`, `"schema": -1`, 1), saved.ErrDamaged, "schema: -1"},
		{"schema text", strings.Replace(good, `"schema": 1`, `"schema": "1"`, 1), saved.ErrDamaged, "schema: string, where a whole number belongs"},
		{"cut", good[:len(good)-3], saved.ErrTruncated, "ends early: was it copied whole?"},
		{"cut at once", "{", saved.ErrTruncated, "ends early"},
		{"broken", strings.Replace(good, `"arms": [`, `"arms": [[[,`, 1), saved.ErrDamaged, "no JSON at byte 440"},
		{"twice", good + good, saved.ErrDamaged, "something follows its end, at byte"},
		{"with a tail", good + "x", saved.ErrDamaged, "something follows"},
		{"deep", `{"schema":` + strings.Repeat("[", 1<<20), saved.ErrDamaged, "depth"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read([]byte(c.text))
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %v with %q", err, c.kind, c.want)
			}
		})
	}
}

func TestReadErrorsComeThrough(t *testing.T) {
	broken := errors.New("broken")
	text := older(t)
	for _, after := range []int{0, 1, 5000, len(text)} {
		r := io.MultiReader(bytes.NewReader(text[:after]), iotest.ErrReader(broken))
		if _, err := saved.Read(r); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: got %v", after, err)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.json")
	if err := os.WriteFile(file, older(t), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := saved.Load(file); err != nil || len(r.Arms) != 2 {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := saved.Load(file); !errors.Is(err, saved.ErrTruncated) || !strings.HasPrefix(err.Error(), file+": ") {
		t.Errorf("got %v", err)
	}
	if _, err := saved.Load(dir); err == nil || !strings.Contains(err.Error(), dir+" is a folder") {
		t.Errorf("got %v", err)
	}
	if _, err := saved.Load(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "none") {
		t.Errorf("got %v", err)
	}
}
