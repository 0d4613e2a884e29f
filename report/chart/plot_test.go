package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func sample() Plot {
	return Plot{
		Title: "a", Text: "b",
		X:     Axis{Scale: Scale{0, 10, false}, Label: "x", Unit: "round", Ticks: []Tick{{0, "0"}, {10, "10"}}},
		Y:     Axis{Scale: Scale{1, 100, true}, Unit: "ns", Ticks: []Tick{{1, "1"}}},
		Bands: []Band{{Low: 2, High: 3, Class: "ci"}},
		Marks: []Mark{{At: 9, Text: "knee", Class: "knee"}, {At: 5, Level: true, Class: "estimate", Text: "e"}},
		Series: []Series{{
			Name: "full", Key: "0", Style: 30, Line: []Point{{0, 1}, {5, 10}, {5, 10}, {10, 100}}, Dots: []Point{{5, 10}},
			Ranges: []Range{{5, 10, 100}}, Signs: []Sign{{Point{5, 100}, "bad", "E", "2 failed"}},
		}},
		Hover: HoverX,
	}
}

// parsed reads SVG as XML and gives the attributes of every element by name.
func parsed(t *testing.T, svg string) map[string][]map[string]string {
	t.Helper()
	found := map[string][]map[string]string{}
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok {
			attributes := map[string]string{}
			for _, a := range e.Attr {
				attributes[a.Name.Local] = a.Value
			}
			found[e.Name.Local] = append(found[e.Name.Local], attributes)
		}
	}
}

func classed(all []map[string]string, class string) []map[string]string {
	var some []map[string]string
	for _, a := range all {
		if strings.Contains(" "+a["class"]+" ", " "+class+" ") {
			some = append(some, a)
		}
	}
	return some
}

// What is drawn lies where the values say.
func TestPlotDrawsValuesInTheirPlace(t *testing.T) {
	all := parsed(t, string((&Sheet{}).SVG(sample())))
	const middleX, middleY = plotWidth / 2, plotHeight / 2
	for class, want := range map[string]string{
		"line":     "M0 1780l1490-890 1490-890", // relative, and the double point once
		"dots":     "M1490 890h0",
		"range":    "M1490 890V0",
		"estimate": "M0 1158H2980", // log10(5)/2 of the height
	} {
		if class == "estimate" {
			want = "M0 " + strconv.Itoa(int(math.Round((1-math.Log10(5)/2)*plotHeight))) + "H" + strconv.Itoa(plotWidth)
		}
		if got := classed(all["path"], class); len(got) != 1 || got[0]["d"] != want {
			t.Errorf("%s: %v, want %s", class, got, want)
		}
	}
	if middleX != 1490 || middleY != 890 {
		t.Errorf("the box is %d × %d now: say the paths above anew", plotWidth, plotHeight)
	}
	if s := classed(all["g"], "series"); len(s) != 1 || s[0]["class"] != "series s6" || s[0]["data-name"] != "full" {
		t.Errorf("the series: %v", s)
	}
	if svg := all["svg"][0]; svg["data-x"] != "round lin 0 10" || svg["data-y"] != "ns log 1 100" || svg["aria-label"] != "a. b" || svg["role"] != "img" {
		t.Errorf("for the script and for readers: %v", svg)
	}
}

func TestPlotsShareAxes(t *testing.T) {
	var sheet Sheet
	first, second := string(sheet.SVG(sample())), string(sheet.SVG(sample()))
	if !strings.Contains(first, `<g class="axes" id="axes1">`) || !strings.Contains(second, `<use href="#axes1"/>`) || strings.Contains(second, `"axes"`) {
		t.Errorf("the second draws its own axes:\n%s", second)
	}
	other := sample()
	other.X.Label = "y"
	if third := string(sheet.SVG(other)); !strings.Contains(third, `id="axes2"`) {
		t.Errorf("other axes: %s", third)
	}
}

func TestPlotEscapesWhatItIsGiven(t *testing.T) {
	const evil = `"><script>alert(1)</script><g onload='x' & `
	p := sample()
	p.Title, p.Text, p.X.Label, p.X.Unit, p.X.Ticks[0].Text, p.Marks[0].Text = evil, evil, evil, evil, evil, evil
	p.Series[0].Name, p.Series[0].Key, p.Series[0].Signs[0].Text, p.Series[0].Signs[0].Title = evil, evil, evil, evil
	all := parsed(t, string((&Sheet{}).SVG(p)))
	if len(all["script"]) > 0 {
		t.Error("a script came through")
	}
	for name, elements := range all {
		for _, attributes := range elements {
			for a := range attributes {
				if strings.HasPrefix(a, "on") {
					t.Errorf("<%s %s>", name, a)
				}
			}
		}
	}
	if s := classed(all["g"], "series"); len(s) != 1 || s[0]["data-name"] != evil {
		t.Errorf("the name is %q now", s)
	}
}

// Values that cannot be drawn do not become coordinates that no browser takes.
func TestPlotOfOddValues(t *testing.T) {
	p := sample()
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), -5, 0, 1e300}
	for _, v := range odd {
		p.Series[0].Line = append(p.Series[0].Line, Point{v, v})
		p.Series[0].Dots = append(p.Series[0].Dots, Point{v, 1})
		p.Series[0].Ranges = append(p.Series[0].Ranges, Range{v, v, v})
		p.Marks = append(p.Marks, Mark{At: v})
		p.Bands = append(p.Bands, Band{Low: v, High: v})
	}
	drawing := regexp.MustCompile(`^([MlhHvVz]|-?[0-9]+(\.[0-9])?| )*$`)
	for _, path := range parsed(t, string((&Sheet{}).SVG(p)))["path"] {
		if !drawing.MatchString(path["d"]) {
			t.Errorf("d=%q", path["d"])
		}
	}
}
