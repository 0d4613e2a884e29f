package report

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tlsbench/bench/compare"
)

// someWorth are three arms: one of which all parts are known, one with a part
// that costs time, and one in whose client's work no difference was found.
func someWorth(t *testing.T) *Document {
	t.Helper()
	d := *manyDocuments(t)["arm-failed"]
	p := func(v float64) *float64 { return &v }
	one := func(arm int, trips, client, rest *float64, found compare.Verdict) compare.Worth {
		w := compare.Worth{
			Arm:     d.Worth[arm].Arm,
			Time:    compare.TimeWorth{SavedTime: compare.SavedTime{Saved: p(600e3), CI: &[2]float64{5e5, 7e5}, Verdict: compare.Better}, ClientVerdict: found},
			BytesIn: compare.SavedBytes{Saved: p(1000), Verdict: compare.Better}, BytesOut: compare.SavedBytes{Saved: p(-200), Verdict: compare.Worse},
			Tickets: &compare.TicketWorth{Full: 500, PayFrom: p(0.625)},
		}
		w.Time.RoundTrips, w.Time.OfRoundTrips, w.Time.OfClient, w.Time.OfRest = p(*trips/100e3), trips, client, rest
		for _, load := range compare.DefaultCapacities() {
			w.Loads = append(w.Loads, compare.LoadWorth{
				Capacity: load, BytesIn: p(load.Rate * load.Resumed * 1000), BytesOut: p(-load.Rate * load.Resumed * 200),
				ServerCores: &compare.Cores{Without: 2, With: p(1), Saved: p(1), CI: &[2]float64{0.5, 1.5}},
			})
		}
		return w
	}
	d.Worth = []compare.Worth{
		one(0, p(100e3), p(400e3), p(100e3), compare.Better),
		one(1, p(-200e3), p(900e3), p(-100e3), compare.Better),
		one(2, p(0), nil, nil, compare.Same),
	}
	return &d
}

// What costs stands beside what is saved, and what narrow terminals have no room
// for goes in the order of what is missed least.
func TestWorthOfManyHasTheColumnsThereIsRoomFor(t *testing.T) {
	d := someWorth(t)
	text := func(width int) string {
		var b strings.Builder
		for _, p := range d.worth(width) {
			if err := p.text(&b, 1000); err != nil {
				t.Fatal(err)
			}
		}
		return strings.ReplaceAll(b.String(), nbsp, " ")
	}
	all := text(0)
	for _, want := range []string{
		"at 1 000/s, 50 %", "at 1 000/s, 90 %", "cores saved, 95 % CI", "1.00  [0.500, 1.50]",
		"to servers/s", "costs 100 kB", "costs 180 kB", "tickets pay from", "62.5 %",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	for line := range strings.Lines(all) {
		cells := strings.Fields(line)
		if strings.HasPrefix(line, labels(d.Result.Plan)[d.Worth[2].Arm]) && !strings.Contains(line, " none ") {
			t.Errorf("that there is no round trip is known: %s", line)
		}
		if strings.HasPrefix(line, labels(d.Result.Plan)[d.Worth[2].Arm]) && strings.Count(strings.Join(cells, " "), "~") != 2 {
			t.Errorf("the client's work and the rest are not known: %s", line)
		}
	}
	order := []string{"CI", "90 %", "client's work", "tickets pay from", "to servers/s", "each resumption"}
	gone := 0
	for width := 300; width > 20; width-- {
		table := text(width)
		for gone < len(order) && !strings.Contains(table, order[gone]) {
			gone++
		}
		for _, still := range order[gone:] {
			if !strings.Contains(table, still) {
				t.Fatalf("at %d columns %q went before %q:\n%s", width, still, order[gone], table)
			}
		}
	}
	if gone != len(order) {
		t.Errorf("%q is still there in 21 columns", order[gone])
	}
}

// Each bar's parts add up to what stands beside it, those that cost time to the
// left of the mark.
func TestBarsOfWhatIsSaved(t *testing.T) {
	d := someWorth(t)
	part, ok := (&pageBuilder{Document: d}).savedBars()
	if !ok || len(part.Bars) != 1 || len(part.Bars[0].Rows) != 3 || len(part.Notes) != 1 {
		t.Fatalf("%+v", part)
	}
	const slack = 1e-9
	const whole = 1200e3 // from −300 µs to 900 µs
	for i, row := range part.Bars[0].Rows {
		if row.Zero != scaleWidth/4 || row.Text != "600"+nbsp+"µs" {
			t.Errorf("%s: zero is at %v, and the text is %q", row.Label, row.Zero, row.Text)
		}
		sum := 0.0
		for _, s := range row.Segments {
			cost := strings.Contains(s.Title, minus)
			if cost != (s.From < row.Zero) || cost && s.From+s.Width > row.Zero+slack || s.From < -slack || s.From+s.Width > scaleWidth+slack {
				t.Errorf("%s: %q goes from %v to %v", row.Label, s.Title, s.From, s.From+s.Width)
			}
			if cost {
				s.Width = -s.Width
			}
			sum += s.Width
		}
		if want := scaleWidth * 600e3 / whole; sum < want-1e-6 || sum > want+1e-6 {
			t.Errorf("%s: the parts make %v, want %v", row.Label, sum, want)
		}
		if want := []int{3, 3, 1}[i]; len(row.Segments) != want {
			t.Errorf("%s: %d segments, want %d: %+v", row.Label, len(row.Segments), want, row.Segments)
		}
	}
	const undivided = "the client's own work and the rest (the server's work, queues), not told apart"
	if last := part.Legend[len(part.Legend)-1]; last.Key != "w-undivided" || last.Name != undivided {
		t.Errorf("the legend ends with %+v", last)
	}

	_, root := pageOf(t, d)
	marks := 0
	for _, n := range elements(root, "line") {
		if attribute(n, "class") == "zero" && attribute(n, "x1") == "25.00%" && before(n, "rect") {
			marks++
		}
	}
	if marks != 3 {
		t.Errorf("%d marks in the page, want 3", marks)
	}

	d.Worth = d.Worth[:1]
	if part, _ := (&pageBuilder{Document: d}).savedBars(); part.Bars[0].Rows[0].Zero != 0 || len(part.Notes) != 0 {
		t.Errorf("a mark where nothing costs time: %+v", part)
	}
}

func before(n *html.Node, name string) bool {
	return n.PrevSibling != nil && n.PrevSibling.Data == name
}
