package cpu

import (
	"fmt"
	"os"
	"testing"
)

// rest is what follows the command, up to the start time and one field more.
const rest = "S 7 1 1 0 -1 4194560 1 2 3 4 50 60 11 22 20 0 1 0 987654 1000"

func TestParseStat(t *testing.T) {
	want := stat{parent: 7, start: 987654, reaped: 33}
	for _, c := range []struct {
		name, in string
		ok       bool
	}{
		{"plain", "5 (nginx) " + rest, true},
		{"spaces", "5 (nginx: worker process) " + rest, true},
		{"parentheses", "5 (a) R 1 (b) " + rest, true},
		{"parenthesis first", "5 ()) " + rest, true},
		{"only parentheses", "5 (((() " + rest, true},
		{"empty name", "5 () " + rest, true},
		{"line break in the name", "5 (a\nb) " + rest, true},
		{"line break at the end", "5 (a) " + rest + "\n", true},
		{"empty", "", false},
		{"no command", "5 nginx " + rest, false},
		{"cut short", "5 (nginx) S 7 1 1 0 -1", false},
		{"nothing after the name", "5 (nginx)", false},
		{"parent not a number", "5 (nginx) S x" + rest[3:], false},
		{"parent out of range", "5 (nginx) S 4294967296" + rest[3:], false},
		{"negative time", "5 (a) S 7 1 1 0 -1 0 1 2 3 4 50 60 -11 22 20 0 1 0 987654", false},
	} {
		got, err := parseStat([]byte(c.in))
		if (err == nil) != c.ok {
			t.Errorf("%s: error %v", c.name, err)
		}
		if c.ok && got != want {
			t.Errorf("%s: %+v, want %+v", c.name, got, want)
		}
	}
}

func TestReadStatOfThisProcess(t *testing.T) {
	s, err := readStat(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if s.parent != os.Getppid() || s.start == 0 {
		t.Errorf("%+v, want parent %d and a start", s, os.Getppid())
	}
}

// FuzzParseStat lets no command name change what is read after it.
func FuzzParseStat(f *testing.F) {
	f.Add([]byte("5 (a) R 1 (b) "+rest), "a) R 1", uint32(7), uint64(9))
	f.Add([]byte(")"), "\n(", uint32(0), uint64(0))
	f.Fuzz(func(t *testing.T, raw []byte, name string, parent uint32, start uint64) {
		_, _ = parseStat(raw)
		parent &= 1<<31 - 1
		line := fmt.Sprintf("5 (%s) S %d 1 1 0 -1 0 1 2 3 4 50 60 11 22 20 0 1 0 %d 1000", name, parent, start)
		got, err := parseStat([]byte(line))
		if want := (stat{int(parent), start, 33}); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", line, got, err, want)
		}
	})
}
