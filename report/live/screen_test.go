package live

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"
)

// terminal emulates one that cuts lines when it gets narrower.
func terminal(columns, rows int) vt10x.Terminal { return vt10x.New(vt10x.WithSize(columns, rows)) }

// shown are the rows of a terminal, without empty ones at the end.
func shown(t vt10x.Terminal) []string {
	var rows []string
	for row := range strings.Lines(t.String()) {
		rows = append(rows, strings.TrimRight(row, " \n"))
	}
	for len(rows) > 0 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows
}

func TestScreen(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(vt10x.Terminal, *Screen)
		want []string
	}{
		{"a smaller frame leaves nothing of the larger", func(_ vt10x.Terminal, s *Screen) {
			s.Draw([]string{"long line", "second", "third"})
			s.Draw([]string{"line", "2"})
		}, []string{"$ tlsbench", "", "", "line", "2"}},
		{"what scrolled by stays in its order", func(v vt10x.Terminal, s *Screen) {
			io.WriteString(v, "a\r\nb\r\nc\r\n")
			s.Draw([]string{"1", "2", "3"})
			s.Draw([]string{"4", "5", "6"})
		}, []string{"c", "", "4", "5", "6"}},
		{"a line that stays", func(_ vt10x.Terminal, s *Screen) {
			s.Draw([]string{"1", "2", "3"})
			s.Print("said")
			s.Draw([]string{"4", "5"})
		}, []string{"$ tlsbench", "said", "", "4", "5"}},
		{"a line that stays, before any frame", func(_ vt10x.Terminal, s *Screen) {
			s.Print("said")
			s.Draw([]string{"1", "2"})
		}, []string{"$ tlsbench", "said", "", "1", "2"}},
		{"a line that stays, on the last row", func(v vt10x.Terminal, s *Screen) {
			io.WriteString(v, "a\r\nb\r\nc\r\n")
			s.Print("said")
			s.Draw([]string{"1"})
		}, []string{"b", "c", "said", "", "1"}},
		{"what another writes in its place stays whole", func(v vt10x.Terminal, s *Screen) {
			s.Draw([]string{"first line of the view", "second line of the view"})
			io.WriteString(v, "^C"+Erase+"a message of more than thirty columns\r\n")
			s.Draw([]string{"1"})
		}, []string{"$ tlsbench", "a message of more than thirty", "columns", "", "1"}},
		{"what another writes anywhere is not lost", func(v vt10x.Terminal, s *Screen) {
			s.Draw([]string{"1", "2"})
			io.WriteString(v, "said\r\n")
			s.Draw([]string{"3", "4"})
		}, []string{"$ tlsbench", "said", "", "3", "4"}},
		{"the report takes its place", func(v vt10x.Terminal, s *Screen) {
			s.Draw([]string{"1", "2", "3"})
			s.Clear()
			io.WriteString(v, "report")
		}, []string{"$ tlsbench", "report"}},
		{"a terminal that got narrower and lower", func(v vt10x.Terminal, s *Screen) {
			s.Draw([]string{"first line of the view", "second line of the view", "third"})
			v.Resize(10, 3)
			s.Draw([]string{"first", "2nd"})
		}, []string{"", "first", "2nd"}},
		{"a frame for a terminal that has just got narrower", func(v vt10x.Terminal, s *Screen) {
			v.Resize(10, 5)
			s.Draw([]string{"first line of the view", "second line of the view"})
			s.Draw([]string{"first", "2nd"})
		}, []string{"$ tlsbench"[:10], "", "", "first", "2nd"}},
		{"a terminal that got wider and higher", func(v vt10x.Terminal, s *Screen) {
			s.Draw([]string{"1", "2"})
			v.Resize(60, 9)
			s.Draw([]string{"first line of the view, which is longer", "2", "3"})
		}, []string{"$ tlsbench", "", "", "", "", "", "first line of the view, which is longer", "2", "3"}},
		{"a frame for a terminal that has just got lower", func(v vt10x.Terminal, s *Screen) {
			v.Resize(30, 3)
			s.Draw([]string{"1", "2", "3", "4"})
			s.Draw([]string{"5", "6"})
		}, []string{"", "5", "6"}},
		{"a terminal whose rows are all full gets lower", func(v vt10x.Terminal, s *Screen) {
			io.WriteString(v, "a\r\nb\r\nc\r\n")
			s.Draw([]string{"1", "2"})
			v.Resize(30, 4)
			s.Draw([]string{"3"})
			s.Clear()
			io.WriteString(v, "report")
		}, []string{"b", "c", "report"}},
	} {
		v := terminal(30, 5)
		io.WriteString(v, "$ tlsbench\r\n")
		tt.do(v, NewScreen(returning{v}))
		if got := shown(v); !slices.Equal(got, tt.want) {
			t.Errorf("%s: the terminal shows\n%s\nwant\n%s", tt.name, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
		if v.Mode()&vt10x.ModeWrap == 0 {
			t.Errorf("%s: the terminal no longer wraps lines", tt.name)
		}
	}
}

// returning writes as a terminal's driver does: a newline also returns.
type returning struct{ w io.Writer }

func (r returning) Write(p []byte) (int, error) {
	text := strings.ReplaceAll(strings.ReplaceAll(string(p), "\r\n", "\n"), "\n", "\r\n")
	_, err := io.WriteString(r.w, text)
	return len(p), err
}
