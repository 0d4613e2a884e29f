package report

import (
	"encoding/csv"
	"io"
	"strconv"

	"tlsbench/bench"
)

// CSV has a header and a row for each arm, round and metric that was measured,
// and for each arm and metric over all rounds: the round is empty there.
//
// The last column says why a value takes no part in comparisons: "mixed" where
// a clock counted other handshakes too, "cut" where the block ended early. A
// document without a result has one row a comparison instead.
type CSV struct{}

// Write implements Output.
func (CSV) Write(w io.Writer, d *Document) error {
	t := csvTable{csv.NewWriter(w)}
	if d.Result != nil {
		t.result(d.Result)
	} else {
		t.against(d)
	}
	t.w.Flush()
	return t.w.Error()
}

// csvTable writes rows. Its writer keeps the first error.
type csvTable struct{ w *csv.Writer }

func (t csvTable) row(fields ...string) {
	for i, f := range fields {
		fields[i] = readable(f)
	}
	_ = t.w.Write(fields) // kept for Error
}

func (t csvTable) result(r *bench.Result) {
	dims := dimensions(r.Plan)
	header := append([]string{"arm"}, dims...)
	t.row(append(header, "round", "metric", "unit", "value", "doubt")...)
	for _, arm := range r.Plan.Arms {
		place := []string{arm.Name}
		for _, dim := range dims {
			place = append(place, arm.Coord(dim))
		}
		add := func(round string, m bench.Metric, v float64, doubt string) {
			t.row(append(place[:len(place):len(place)], round, m.Name, string(m.Unit), number(v), doubt)...)
		}
		for i, round := range r.Rounds {
			b, ok := round.Block(arm.Name)
			if !ok {
				continue
			}
			for _, m := range bench.Metrics() {
				if v, ok := inRound(m, b); ok {
					add(strconv.Itoa(i+1), m, v, doubt(m, &b.Stats, b.Cut))
				}
			}
		}
		a, ok := r.Arm(arm.Name)
		if !ok {
			continue
		}
		for _, m := range bench.Metrics() {
			if v, ok := m.Of(&a.Stats); ok {
				add("", m, v, doubt(m, &a.Stats, false))
			}
		}
	}
}

func doubt(m bench.Metric, s *bench.Stats, cut bool) string {
	switch {
	case cut:
		return "cut"
	case m.Clocked && s.Mixed:
		return "mixed"
	default:
		return ""
	}
}

func (t csvTable) against(d *Document) {
	t.row("arm", "metric", "unit", "old", "new", "change", "low", "high", "confidence", "p", "p_adjusted", "allowed", "regressed", "verdict")
	if d.Against == nil {
		return
	}
	known := func(v *float64) string {
		if v == nil {
			return ""
		}
		return number(*v)
	}
	for _, c := range d.Against.Comparisons {
		var low, high, confidence, regressed string
		if c.CI != nil {
			low, high, confidence = number(c.CI[0]), number(c.CI[1]), number(c.Confidence)
		}
		if c.Allowed != nil {
			regressed = strconv.FormatBool(c.Regressed)
		}
		t.row(c.Arm, c.Metric, string(c.Unit), number(c.BaselineValue), number(c.Value), known(c.Change), low, high, confidence,
			known(c.P), known(c.PAdjusted), known(c.Allowed), regressed, string(c.Verdict))
	}
}
