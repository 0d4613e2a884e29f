package scenarios

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every kind of wrong file gives one error, with its place and, where there is
// one, what was probably meant.
func TestWrongFiles(t *testing.T) {
	many := func(n int, dimension string) string {
		var values []string
		for i := range n {
			values = append(values, fmt.Sprint(i+1))
		}
		return dimension + ": [" + strings.Join(values, ", ") + "]"
	}
	for _, tt := range []struct{ name, text, want string }{
		{"unknown key", "load:\n  wrokers: 4\n", `f:2:3: load: unknown "wrokers" (did you mean workers?)`},
		{"unknown key at the top", "loda: {}\n", `f:1:1: a scenario: unknown "loda" (did you mean load?)`},
		{"unknown key like none", "tls: {zzzzzzzzzz: 1}\n", "f:1:7: tls: unknown \"zzzzzzzzzz\": want one of versions, groups"},
		{"unknown dimension", "matrix: {workres: [1, 2]}\n", `f:1:10: matrix: unknown "workres" (did you mean workers?)`},
		{"a rate without its unit", "load: {rate: 100}\n", `f:1:14: load.rate: "100" has no unit: write 100/s`},
		{"wrong type", "load: {workers: many}\n", `f:1:17: load.workers: "many": want a whole number`},
		{"a list for a number", "load: {workers: [1]}\n", "f:1:17: load.workers: want one value, and this is a list"},
		{"a number for a section", "load: 4\n", "f:1:7: load: want a mapping, and this is one value"},
		{"nothing for a section", "load:\ntls: {}\n", "load: want a mapping, and this is nothing"},
		{"a list at the top", "- a\n", "f:1:1: a scenario: want a mapping, and this is a list"},
		{"a number for a duration", "load: {duration: 5}\n", `f:1:18: load.duration: "5": want a duration such as 5s or 300ms`},
		{"a word for a switch", "tls: {insecure: yes}\n", `f:1:17: tls.insecure: "yes": want true or false`},
		{"out of bounds", "load: {workers: 0}\n", "f:1:17: load.workers 0: want 1 to 65536 workers"},
		{"no time", "load: {duration: 0s}\n", "f:1:18: load.duration 0s: want more than 0"},
		{"unknown word", "sessions: {policy: lastest}\n", "f:1:20: sessions.policy: unknown session policy \"lastest\": want latest, frozen, once (did you mean latest?)"},
		{"unknown version", "tls: {versions: 1.4}\n", `f:1:17: tls.versions: unknown TLS version "1.4"`},
		{"unknown kind", "arms: [full, pks]\n", `f:1:14: arms: unknown arm "pks": want full, resumed, session-id, ticket, psk, 0rtt (did you mean psk?)`},
		{"bad target", "target: gopher://h\n", "f:1:9: target \"gopher://h\": unknown scheme"},
		{"no target", "target: {}\n", "target: there is none"},
		{"empty matrix", "matrix: {}\n", "f:1:1: matrix: there is no dimension in it"},
		{"empty dimension", "matrix:\n  tls: []\n", "f:2:3: matrix.tls: the dimension tls has no value"},
		{"a mapping for a value", "matrix: {tls: [{a: b}]}\n", "matrix.tls: the first element is a mapping"},
		{"a value twice", "matrix: {tls: [1.2, 1.2]}\n", "f:1:21: matrix.tls: 1.2 is there twice"},
		{"a dimension twice", "matrix:\n  tls: [1.2]\n  tls: [1.3]\n", `f:3:3: mapping key "tls" already defined`},
		{"a value of no arm", "matrix:\n  tls: [1.2, 1.9]\n", `f:2:14: tls=1.9 is in no arm: matrix.tls: unknown TLS version "1.9"`},
		{"too many arms", "matrix:\n  " + many(100, "workers") + "\n  " + many(50, "pool") + "\n", "the matrix makes 10000 arms (workers × 100, pool × 50, session × 2): want at most 1000"},
		{"count and duration", "load: {count: 3, duration: 5s}\n", "f:1:15: load.count and load.duration: choose"},
		{"matrix and option", "load: {workers: 3}\nmatrix: {workers: [1, 2]}\n", "f:1:17: load.workers and matrix.workers: the dimension varies"},
		{"pool without once", "sessions: {pool: 3}\n", "f:1:18: sessions.pool acts on"},
		{"a compared dimension that does not vary", "compare: group\n", "f:1:10: compare group: that does not vary: want one of session"},
		{"an unknown baseline", "matrix: {tls: [1.2, 1.3]}\ncompare: {dimension: tls, baseline: 1.1}\n", "f:2:37: compare.baseline 1.1: tls has the values 1.2, 1.3"},
		{"an exclusion of nothing there", "matrix: {tls: [1.2, 1.3]}\nexclude:\n  - {tls: 1.1}\n", "f:3:"},
		{"an exclusion of no dimension", "exclude: [{group: X25519}]\n", "exclude: group does not vary"},
		{"an exclusion of all", "exclude: [{session: [full, resumed]}]\n", "exclude leaves no arm"},
		{"an empty exclusion", "exclude: [{}]\n", "would leave out every arm"},
		{"an exclusion that is no list", "exclude: {tls: 1.2}\n", "want a list of mappings"},
		{"not YAML", "a: [1\n", "f:1:4: "},
		{"a tab", "load:\n\tworkers: 3\n", "f:2:1: "},
		{"a bomb", "a: &a [x, x]\nb: &b [*a, *a]\nmatrix: {tls: *b}\n", "anchors, aliases and merges are not taken"},
		{"a merge", "load: {<<: {workers: 3}}\n", "anchors, aliases and merges are not taken"},
		{"a tag", "load: !!map {}\n", "only plain words"},
		{"deep", "load: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "\n", "nested too deep"},
		{"deeper", strings.Repeat("[", 60000) + "\n", "too many brackets"},
		{"two documents", "arms: [full]\n---\narms: [full]\n", "a second document"},
		{"empty", "", "f: there is nothing in it"},
		{"a comment", "# nothing\n", "f: there is nothing in it"},
		{"binary", "\x00\x01", "not a text in UTF-8"},
		{"large", strings.Repeat("# x\n", MaxFile), "more than 64 KiB"},
		{"a key that is no word", "[a, b]: c\n", "f:1:"},
	} {
		s, err := Load("f", []byte(tt.text))
		if err == nil {
			_, _, err = s.Plan(nil)
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v\nwant %s", tt.name, err, tt.want)
			continue
		}
		if strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("%s: %q has more than a line", tt.name, err)
		}
	}
}

func TestSnippet(t *testing.T) {
	_, err := Load("f", []byte("# a comment\nload:\n  wrokers: 4\n"))
	var f *Fault
	if !errors.As(err, &f) || f.Snippet() != "  wrokers: 4\n  ^" {
		t.Errorf("%v: %q", err, f.Snippet())
	}
	_, err = Load("f", []byte("load: {"+strings.Repeat(" ", 300)+"wrokers: 4}\n"))
	if !errors.As(err, &f) || len(f.Snippet()) > 400 || !strings.Contains(f.Snippet(), "wrokers") {
		t.Errorf("%v: %q", err, f.Snippet())
	}
}

// What may be a password is not repeated.
func TestErrorsKeepSecrets(t *testing.T) {
	for _, text := range []string{
		"http:\n  headers:\n    Author ization: T0K3N\n",
		"http: {headers: {'a b': T0K3N}}\n",
		"http:\n  headers:\n    A: >\n      T0K3N\n     x\n",
		"http:\n  headers:\n    A: T0K3N\n    A: T0K3N\n",
		"http:\n  headers:\n    A: [T0K3N]\n",
		"target: https://u:T0K3N@h/\n",
		"target: {a: 'https://u:T0K3N@h/', b: embedded}\n",
		"vs: https://u:T0K3N@h/\n",
	} {
		s, err := Load("f", []byte(text))
		if err == nil {
			_, _, err = s.Plan(nil)
		}
		if err == nil {
			t.Errorf("%s: no error", text)
			continue
		}
		var f *Fault
		if errors.As(err, &f) {
			err = fmt.Errorf("%w %s", err, f.Snippet())
		}
		if strings.Contains(err.Error(), "T0K3N") {
			t.Errorf("%v", err)
		}
	}
	s, err := Load("f", []byte("http: {headers: {Authorization: T0K3N}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	if _, err := s.WriteTo(&shown); err != nil || strings.Contains(shown.String(), "T0K3N") || !strings.Contains(shown.String(), "Authorization") {
		t.Errorf("%v: %s", err, shown.String())
	}
}

func TestOpen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(file, []byte("\xef\xbb\xbfarms: [full]\r\nload: {workers: 3}\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(file)
	if err != nil || len(s.Arms) != 1 || s.Load.Workers != 3 {
		t.Errorf("%+v: %v", s, err)
	}
	if _, err := Open("key-tpyes"); err == nil || !strings.Contains(err.Error(), "did you mean key-types?") {
		t.Error(err)
	}
	for _, name := range []string{t.TempDir(), "", "../builtin/wan", "."} {
		if _, err := Open(name); err == nil {
			t.Errorf("%q is a scenario", name)
		}
	}
}

// A built-in scenario has a comment that says what it is for, a description,
// and a plan; those of servers that are not there yet have none.
func TestBuiltins(t *testing.T) {
	for _, name := range Names() {
		text, _ := Builtin(name)
		s, err := Load(name, text)
		if err != nil {
			t.Error(err)
			continue
		}
		if s.Description == "" || !strings.HasPrefix(string(text), "# ") || !strings.Contains(s.doc.lines[0], "?") {
			t.Errorf("%s: no description, or no question at its head", name)
		}
		for i, line := range s.doc.lines {
			if len([]rune(line)) > 90 {
				t.Errorf("%s:%d is long", name, i+1)
			}
		}
	}
}

// A later layer takes the place of an earlier one, also of a dimension.
func TestLayers(t *testing.T) {
	s, err := Load("f", []byte("load: {count: 50}\nsessions: {policy: once, pool: 4}\ntls: {cacert: x}\nmatrix: {workers: [1, 2], tls: [1.2, 1.3]}\ncompare: workers\nexclude: [{workers: 2, tls: 1.2}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := s.Plan(nil)
	if err == nil || !strings.Contains(err.Error(), "is trusted by itself") {
		t.Errorf("%v %v", p, err)
	}
	for _, set := range []struct {
		layer       Layer
		path, value string
	}{
		{InEnvironment, "load.workers", "7"}, {OnCommandLine, "load.workers", "3"}, {OnCommandLine, "load.duration", "2s"},
		{OnCommandLine, "sessions.policy", "latest"}, {OnCommandLine, "tls.insecure", "true"},
	} {
		if err := s.Set(set.path, set.value, Origin{Layer: set.layer, Name: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	p, _, err = s.Plan(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := p.Arms[1]
	if armsOf(p) != "tls=1.2,session=full tls=1.2,session=resumed tls=1.3,session=full tls=1.3,session=resumed" || p.Compare != Session ||
		a.Load.Workers != 3 || p.Count != 0 || p.Duration.Seconds() != 2 || a.Session.Policy != "latest" || a.Session.Pool != 0 ||
		!a.TLS.Insecure || a.TLS.CAFile != "" {
		t.Errorf("%s: %+v", armsOf(p), p)
	}
}
