package pin

import (
	"slices"
	"strings"
	"testing"
)

func TestParseSet(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "3": "3", "0-3": "0-3", "0+2": "0+2", "2+0": "0+2", "0+1+2": "0-2", "0-1+3-4": "0-1+3-4",
		"0-2+1-3": "0-3", "5-5": "5", "1023": "1023", "0+0": "0", "007": "7",
	} {
		s, err := ParseSet(text)
		if err != nil || s.String() != want {
			t.Errorf("%q: %v, %v, want %s", text, s, err, want)
		}
	}
	for _, text := range []string{"", "+", "0+", "-", "-1", "1-", "3-1", "a", "0x1", "1.5", " 1", "1 ", "0,1", "1024", "99999999999999999999", "1-2-3", "0;1", "+1", "--1"} {
		if s, err := ParseSet(text); err == nil {
			t.Errorf("%q was read as %v", text, s)
		}
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]Sides{
		"client=0,server=1":     {Client: Set{0}, Server: Set{1}},
		"server=1,client=0":     {Client: Set{0}, Server: Set{1}},
		"client=0-1+4":          {Client: Set{0, 1, 4}},
		"server=2":              {Server: Set{2}},
		"client=0-1,server=1-2": {Client: Set{0, 1}, Server: Set{1, 2}},
	} {
		s, err := Parse(text)
		if err != nil || !slices.Equal(s.Client, want.Client) || !slices.Equal(s.Server, want.Server) {
			t.Errorf("%q: %+v, %v, want %+v", text, s, err, want)
		}
	}
	for text, says := range map[string]string{
		"":                  "empty",
		"0,1":               `"0": want client=CPUS,server=CPUS`,
		"client=0,1":        `"1": want client=CPUS,server=CPUS, and several CPUs of a side as in client=0-1 or client=0+2`,
		"client":            "want client=CPUS",
		"cleint=0":          "did you mean client?",
		"Server=0":          "did you mean server?",
		"relay=0":           `"relay": want client or server`,
		"client=0,client=1": "client is there twice",
		"client=":           "want numbers of CPUs",
		"client=0,server=":  "server: ",
		"client=1-0":        "ends before it begins",
		"client=5000":       "the highest is 1023",
		"client=0,":         `"": want client=`,
	} {
		if s, err := Parse(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %+v, %v, want an error with %q", text, s, err, says)
		}
	}
}

func TestApart(t *testing.T) {
	for text, want := range map[string]bool{"client=0,server=1": true, "client=0-1,server=1-2": false, "client=0": false, "server=0": false} {
		s, err := Parse(text)
		if err != nil || s.Apart() != want {
			t.Errorf("%s: %v, %v", text, s.Apart(), err)
		}
	}
}

func TestWithin(t *testing.T) {
	s := Sides{Client: Set{0, 5}, Server: Set{1, 2, 7}}
	if err := s.Within(Set{0, 1, 2, 5, 7}); err != nil {
		t.Error(err)
	}
	if err := s.Within(Set{0, 1, 2}); err == nil || !strings.Contains(err.Error(), "client=0+5: this process may not use CPU 5: it has 0-2") {
		t.Error(err)
	}
	if err := s.Within(Set{0, 5, 7}); err == nil || !strings.Contains(err.Error(), "server=1-2+7: this process may not use CPU 1-2: it has 0, 5, 7") {
		t.Error(err)
	}
}

// What is written is read as the same.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"client=0,server=1", "client=0-3+7", "server=1023", "client=0-9999", ",,=", "client==1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		for _, side := range []Set{s.Client, s.Server} {
			if side == nil {
				continue
			}
			again, err := ParseSet(side.String())
			if err != nil || !slices.Equal(again, side) || !slices.IsSorted(side) || side[0] < 0 || side[len(side)-1] >= most {
				t.Errorf("%q: %v became %v, %v", text, side, again, err)
			}
		}
	})
}
