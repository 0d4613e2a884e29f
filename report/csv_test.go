package report

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tlsbench/bench"
)

func readCSV(t *testing.T, text string) (header []string, rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll() // every row is as long as the first
	if err != nil {
		t.Fatal(err)
	}
	for _, fields := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = fields[i]
		}
		rows = append(rows, row)
	}
	return all[0], rows
}

// A program finds every measured value with its place, and no other.
func TestCSVHoldsWhatWasMeasured(t *testing.T) {
	docs := documents(t)
	for _, name := range []string{"plain", "hostile", "never-resumed"} {
		r := docs[name].Result
		header, rows := readCSV(t, output(t, "csv", docs[name]))
		for i, want := range []string{"arm", r.Plan.Arms[0].Coords[0].Dimension} {
			if header[i] != want {
				t.Errorf("%s: column %d is %q, want %q", name, i, header[i], want)
			}
		}
		if want := []string{"round", "metric", "unit", "value", "doubt"}; !slices.Equal(header[len(header)-5:], want) {
			t.Errorf("%s: the last columns are %v, want %v", name, header, want)
		}
		n := 0
		for _, round := range append(slices.Clone(r.Rounds), bench.Round{}) {
			for _, b := range round.Blocks {
				for _, m := range bench.Metrics() {
					if _, ok := inRound(m, &b); ok {
						n++
					}
				}
			}
		}
		rounds, marks := 0, map[string]bool{}
		for _, row := range rows {
			if row["round"] != "" {
				rounds++
			}
			if v, err := strconv.ParseFloat(row["value"], 64); err != nil || v < 0 {
				t.Errorf("%s: the value of %s is %q", name, row["metric"], row["value"])
			}
			m, ok := bench.MetricByName(row["metric"])
			if !ok || string(m.Unit) != row["unit"] {
				t.Errorf("%s: %s in %q", name, row["metric"], row["unit"])
			}
			if _, ok := r.Plan.Arm(row["arm"]); !ok && name != "hostile" {
				t.Errorf("%s: no arm is named %q", name, row["arm"])
			}
			marks[row["doubt"]] = true
		}
		if rounds != n {
			t.Errorf("%s: %d values of rounds, want %d", name, rounds, n)
		}
		if name == "hostile" && (!marks["mixed"] || !marks["cut"]) {
			t.Errorf("mixed and cut blocks are not marked: %v", marks)
		}
	}
}

func TestCSVOfAComparison(t *testing.T) {
	_, rows := readCSV(t, output(t, "csv", documents(t)["compared"]))
	if len(rows) != 7 || rows[1]["change"] != "" || rows[1]["verdict"] != "inconclusive" || rows[4]["regressed"] != "true" || rows[5]["regressed"] != "" {
		t.Errorf("the rows are %v", rows)
	}
}
