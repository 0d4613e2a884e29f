package report

import (
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// A rate that a search found is the server's only where neither the client nor
// the cores that both share were the limit: every format says so.
func TestASearchSaysWhoseTheLimitWas(t *testing.T) {
	const client, shared = "the client was the limit there", "filled the cores that they share"
	for _, tt := range []struct {
		name         string
		limit        compare.MaxRate
		says, lacks  []string
		inJSON, none string
	}{
		{"nobody else", compare.MaxRate{}, []string{"the server falling behind"}, []string{client, shared}, `"limit": "behind"`, `"client_bound"`},
		{"the client", compare.MaxRate{ClientBound: true}, []string{client}, []string{shared, "the server falling behind"}, `"client_bound": true`, `"cores_shared"`},
		{"shared cores", compare.MaxRate{CoresShared: true}, []string{shared}, []string{client, "the server falling behind"}, `"cores_shared": true`, `"client_bound"`},
	} {
		d := opened(t, cross("session=full,resumed"), rate(500, 1000), func(r *bench.Result) { r.Plan.FindMax = "tls.p99 < 20ms" })
		d.MaxRates = nil
		for _, arm := range d.Result.Plan.Arms {
			m := tt.limit
			held := 1234.0
			m.Arm, m.Rate, m.Searches, m.Blocks, m.Limit = arm.Name, &held, 10, 50, compare.LimitBehind
			d.MaxRates = append(d.MaxRates, m)
		}
		for _, format := range []string{"text", "markdown", "html"} {
			text := strings.Join(strings.Fields(strings.ReplaceAll(output(t, format, d), nbsp, " ")), " ")
			for _, want := range tt.says {
				if !strings.Contains(text, want) {
					t.Errorf("%s as %s lacks %q", tt.name, format, want)
				}
			}
			for _, not := range tt.lacks {
				if strings.Contains(text, not) {
					t.Errorf("%s as %s says %q", tt.name, format, not)
				}
			}
		}
		if text := output(t, "json", d); !strings.Contains(text, tt.inJSON) || strings.Contains(text, tt.none) {
			t.Errorf("%s as json: want %s and not %s", tt.name, tt.inJSON, tt.none)
		}
	}
}
