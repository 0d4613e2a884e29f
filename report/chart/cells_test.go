package chart

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestColumns(t *testing.T) {
	for _, tt := range []struct {
		text    string
		columns int
		fit     string
	}{
		{"plain", 5, "plain"}, {"plain", 4, "pla…"}, {"plain", 1, "…"}, {"plain", 0, ""}, {"plain", -1, ""},
		{"漢字漢字", 8, "漢字漢字"}, {"漢字漢字", 7, "漢字漢…"}, {"漢字漢字", 6, "漢字…"}, {"e\u0301te", 3, "e\u0301te"}, {"", 3, ""},
	} {
		if got := Fit(tt.text, tt.columns); got != tt.fit {
			t.Errorf("%q in %d columns: %q, want %q", tt.text, tt.columns, got, tt.fit)
		}
		if got := Columns(Pad(tt.text, tt.columns)); got != max(0, tt.columns) {
			t.Errorf("%q padded to %d takes %d", tt.text, tt.columns, got)
		}
	}
	for _, text := range []string{"", "plain text", "漢字漢字漢", "a漢b字c", strings.Repeat("x", 99), "e\u0301\u0301te"} {
		for columns := 2; columns < 12; columns++ {
			lines := Break(text, columns)
			if strings.ReplaceAll(strings.Join(lines, ""), " ", "") != strings.ReplaceAll(text, " ", "") {
				t.Errorf("%q broken at %d: %q", text, columns, lines)
			}
			for _, line := range lines {
				if Columns(line) > columns {
					t.Errorf("%q broken at %d has a line of %d", text, columns, Columns(line))
				}
			}
		}
	}
	for _, tt := range []struct {
		text    string
		columns int
		want    []string
	}{
		{"plain text", 7, []string{"plain", "text"}}, {"plain text", 10, []string{"plain text"}}, {"plain text", 4, []string{"plai", "n", "text"}},
		{"a bc def", 4, []string{"a bc", "def"}}, {"  indented", 6, []string{"  inde", "nted"}}, {"x 漢字漢字", 5, []string{"x", "漢字", "漢字"}},
	} {
		if got := Break(tt.text, tt.columns); !slices.Equal(got, tt.want) {
			t.Errorf("%q broken at %d: %q, want %q", tt.text, tt.columns, got, tt.want)
		}
	}
	got := Beside(3, 1, []string{"ab", "abcd"}, []string{"x"}, []string{"y", "", "漢字"})
	if want := []string{"ab  x   y", "ab…     ", "        漢…"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Whatever is written over whatever else, no row gets wider than the canvas.
func TestCellsKeepTheirWidth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	texts := []string{"a", "漢", "ab漢c", "漢字", "e\u0301", "\u0301", "│"}
	for range 300 {
		width, height := r.IntN(9), r.IntN(4)
		c := NewCells(width, height)
		for range 30 {
			x, y := r.IntN(14)-3, r.IntN(6)-1
			c.Put(x, y, texts[r.IntN(len(texts))])
			c.Under(x, y, "·")
			c.Line(2*x, 4*y, r.IntN(40)-9, r.IntN(30)-9)
		}
		lines := c.Lines()
		if len(lines) != height {
			t.Fatalf("%d lines, want %d", len(lines), height)
		}
		for _, line := range lines {
			if Columns(line) > width || strings.Contains(line, tail) {
				t.Fatalf("%q in %d columns", line, width)
			}
		}
	}
	c := NewCells(6, 1)
	c.Put(0, 0, "漢字漢")
	c.Put(1, 0, "a")
	c.Put(4, 0, "b")
	if got := c.Lines()[0]; got != " a字b" {
		t.Errorf("halves of wide characters are left: %q", got)
	}
}

func TestLine(t *testing.T) {
	for _, tt := range []struct {
		x, y, toX, toY int
		want           string
	}{
		{0, 0, 5, 0, "⠉⠉⠉"}, {5, 0, 0, 0, "⠉⠉⠉"}, {0, 3, 0, 0, "⡇"}, {0, 3, 3, 0, "⡠⠊"}, {2, 1, 2, 1, " ⠂"}, {-9, 0, -1, 0, ""},
	} {
		c := NewCells(3, 1)
		c.Line(tt.x, tt.y, tt.toX, tt.toY)
		if got := c.Lines()[0]; got != tt.want {
			t.Errorf("from %d,%d to %d,%d: %q, want %q", tt.x, tt.y, tt.toX, tt.toY, got, tt.want)
		}
	}
}

// What is more is never further to the left, and nothing leaves the axis.
func TestCellIsMonotone(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		values := make([]float64, 30)
		for i := range values {
			values[i] = math.Exp(r.Float64()*25 - 1)
		}
		slices.Sort(values)
		log := r.IntN(2) == 0
		s, ok := Around(log, values[:1+r.IntN(len(values))]...)
		if !ok {
			t.Fatal("no scale")
		}
		n, last := 1+r.IntN(200), 0
		for _, v := range values {
			at := s.Cell(v, n)
			if at < last || at >= n {
				t.Fatalf("%v of %+v is in cell %d of %d, after %d", v, s, at, n, last)
			}
			last = at
		}
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, -1} {
		for _, s := range []Scale{{1, 2, true}, {0, 0, false}, {}, {5, 5, true}, {math.NaN(), 1, false}, {1, math.Inf(1), true}} {
			if at := s.Cell(v, 7); at < 0 || at > 6 {
				t.Errorf("%v of %+v is in cell %d", v, s, at)
			}
		}
	}
}

func TestBars(t *testing.T) {
	for _, tt := range []struct {
		rows   int
		counts []int64
		want   string
	}{
		{1, []int64{0, 1, 2, 4, 8, 1}, " ▁▂▄█▁"},
		{1, []int64{1000000, 1, 0, 1}, "█▁ ▁"},
		{2, []int64{8, 4, 1, 6}, "█  ▄\n██▂█"},
		{2, []int64{3}, "█\n█"},
		{3, []int64{math.MaxInt64, 1}, "█\n█\n█▁"},
		{1, []int64{0, 0}, ""}, {1, []int64{-5}, ""}, {1, nil, ""}, {0, []int64{1}, ""},
	} {
		c := NewCells(6, max(1, tt.rows))
		c.Bars(0, tt.rows-1, tt.rows, tt.counts)
		if got := strings.Join(c.Lines(), "\n"); got != tt.want {
			t.Errorf("%d in %d rows:\n%s\nwant\n%s", tt.counts, tt.rows, got, tt.want)
		}
	}
}

func TestAxis(t *testing.T) {
	c := NewCells(24, 2)
	s := Scale{From: 0, To: 100}
	c.Axis(2, 0, 22, s, []Tick{{0, "0"}, {45, "forty-five"}, {55, "55"}, {70, "70"}, {100, "hundred"}})
	want := "  ┴────────┴──┴──┴─────┴\n  0   forty-five hundred"
	if got := strings.Join(c.Lines(), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
