package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// many are results with many arms, or unusual ones. They take long to make, and
// no test changes them.
var many struct {
	sync.Once
	documents map[string]*Document
}

func manyDocuments(t *testing.T) map[string]*Document {
	t.Helper()
	many.Do(func() { many.documents = makeMany(t) })
	return many.documents
}

func makeMany(t *testing.T) map[string]*Document {
	t.Helper()
	long := strings.Repeat("a-very-long-value-", 6)
	hostile := strings.ReplaceAll(evil, ",", ";")
	by := func(compared string, dimensions ...string) *Document {
		return manyDocument(t, compared, cross(dimensions...), nil, nil)
	}
	const keys, both = "key=rsa-2048,p256,p384", "session=full,resumed"
	holes := slices.DeleteFunc(cross("workers=1,2,4,8", both), func(a bench.Arm) bool { return a.Name == "workers=2,session=full" })
	return map[string]*Document{
		"sweep-holes":  manyDocument(t, "session", holes, nil, failed("workers=4,session=resumed")),
		"sweep-alone":  by("session", "workers=1,4,16", "session=full"),
		"sweep-of-2":   by("session", "rtt=50ms,5ms", both),
		"groups-2x2":   by("session", "tls=1.2,1.3", both),
		"one-group-6":  by("policy", "policy=latest,frozen,once,shared,pooled,other"),
		"groups-5x4":   by("session", keys+",rsa-4096,ed25519", "session=full,ticket,psk,resumed"),
		"sweep-8x2":    by("session", "workers=1,2,4,8,16,32,64,128", both),
		"sweeps-3x2x2": by("session", "tls=1.2,1.3", "chain=0,1,2", both),
		"by-tls":       by("tls", both, "tls=1.2,1.3"),
		"by-workers":   by("workers", "session=resumed", "workers=1,2,4,8,16"),
		"by-target":    by("target", both, "target=base,new"),
		"not-resumed":  by("session", keys+",ed25519", "session=full,session-id,resumed"),
		"long-pair":    by("key", "key="+long+"1,"+long+"2", "session=full"),
		"long-sweep":   by("key", "workers=1,2,4", "key="+long+"1,"+long+"2"),
		"long-groups":  by("session", "target="+long+"x,"+long+"y,"+hostile, both),
		"arm-failed":   manyDocument(t, "session", cross(keys, both), nil, failed("key=p256,session=resumed")),
		"group-failed": manyDocument(t, "session", cross("key=rsa-2048,p256", both), func(a bench.Arm) bool { return a.Coord("key") == "p256" }, nil),
	}
}

func TestManyArmsAreAsGolden(t *testing.T) {
	for name, d := range manyDocuments(t) {
		for _, width := range []int{60, 80, 160} {
			var b bytes.Buffer
			if err := (Text{Width: width}).Write(&b, d); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				line = strings.TrimRight(line, "\n")
				if n := utf8.RuneCountInString(line); n > width && !strings.Contains(line, "a-very-long-value") { // words are not broken
					t.Errorf("%s at %d columns: a line of %d: %s", name, width, n, line)
				}
			}
			golden(t, fmt.Sprintf("many-%s-%d.txt", name, width), b.Bytes())
		}
		golden(t, "many-"+name+".markdown", []byte(output(t, "markdown", d)))
	}
	for _, format := range []string{"csv", "junit", "gobench", "openmetrics"} {
		golden(t, "many-arm-failed."+format, []byte(output(t, format, manyDocuments(t)["arm-failed"])))
	}
}

// No figure is lost where tables are narrow: every width shows the same cells.
func TestEveryWidthShowsTheSameFigures(t *testing.T) {
	for _, name := range []string{"groups-5x4", "sweep-8x2", "sweeps-3x2x2", "by-workers", "not-resumed"} {
		d := manyDocuments(t)[name]
		figures := func(width int) map[string]int {
			count := map[string]int{}
			for _, p := range d.parts(width) {
				for _, table := range p.tables {
					for _, row := range table.Rows {
						for i, cell := range row {
							if c := table.Columns[i]; c.Group != "" {
								count[c.Group+" "+c.Name+" "+cell]++
							}
						}
					}
				}
			}
			return count
		}
		wide := figures(0)
		for _, width := range []int{40, 60, 80, 160} {
			if narrow := figures(width); fmt.Sprint(narrow) != fmt.Sprint(wide) {
				t.Errorf("%s at %d columns shows %v, want %v", name, width, narrow, wide)
			}
		}
	}
}

// Where resumption is not what is compared, no sentence is about it.
func TestSentencesSpeakOfWhatIsCompared(t *testing.T) {
	for name, words := range map[string][]string{
		"by-tls":      {"Full TLS\u00a01.3 handshakes spend", "than TLS\u00a01.2 ones"},
		"by-workers":  {"Handshakes with 8 workers spend", "than those with 1 worker"},
		"by-target":   {"Full handshakes with target new spend", "than those with target base"},
		"one-group-6": {"5 arms against handshakes with policy latest: no difference found"},
	} {
		text := strings.Join(manyDocuments(t)[name].sentences(), "\n")
		for _, want := range words {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in:\n%s", name, want, text)
			}
		}
		if strings.Contains(text, "than full ones") || strings.Contains(text, "resumption") {
			t.Errorf("%s: speaks of resumption:\n%s", name, text)
		}
	}
}

// A comparison of many arms with earlier results shows what changed or is gated,
// and counts the rest.
func TestManyArmsAgainstEarlierResults(t *testing.T) {
	d := &Document{Against: &compare.Against{Unit: compare.OfRounds}}
	for i := range 6 {
		arm := fmt.Sprintf("key=k%d", i)
		change, allowed := 0.1, 0.05
		for metric, verdict := range map[string]compare.Verdict{"tls.p50": compare.Same, "client_cpu": compare.Inconclusive, "rate": compare.Same} {
			c := compare.Comparison{Arm: arm, Baseline: arm, Metric: metric, Unit: bench.Nanoseconds, Verdict: verdict, BaselineValue: 1e6, Value: 1.1e6}
			switch {
			case i == 1 && metric == "tls.p50":
				c.Verdict, c.Change, c.CI = compare.Worse, &change, &[2]float64{0.05, 0.15}
			case i == 2 && metric == "client_cpu":
				c.Allowed = &allowed
			}
			d.Against.Comparisons = append(d.Against.Comparisons, c)
		}
	}
	for _, format := range []string{"text", "markdown"} {
		text := strings.ReplaceAll(output(t, format, d), "\\_", "_")
		for _, want := range []string{"key=k1", "key=k2", "of 16 comparisons not shown: no change detected in 11, inconclusive 5"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q:\n%s", format, want, text)
			}
		}
		if strings.Contains(text, "key=k3") || strings.Count(text, "client_cpu") != 1 {
			t.Errorf("%s shows what did not change:\n%s", format, text)
		}
	}
}

// A knee at which the client was the limit is never told as if it were the
// server's.
func TestAKneeOfTheClientIsCalledSo(t *testing.T) {
	bound := func(r *bench.Result) {
		for i, arm := range r.Plan.Arms {
			if arm.Load.Workers == 8 {
				cpu := processors * float64(time.Second) / *r.Arms[i].Rate
				r.Arms[i].ClientCPU = &cpu
			}
		}
	}
	for _, change := range []func(*bench.Result){nil, bound} {
		d := manyDocument(t, "session", cross("workers=1,2,4,8,16", "session=full,resumed"), nil, change)
		for _, format := range []string{"text", "markdown", "html", "plot"} {
			text := output(t, format, d)
			client, any := strings.Count(text, "knee of the client"), strings.Count(text, "knee")
			switch {
			case any == 0, change == nil && client > 0, change != nil && client == 0:
				t.Errorf("%s: %d knees of %d are the client's", format, client, any)
			case change != nil && (strings.Contains(text, "knee of full") || strings.Contains(text, "knee full") || strings.Contains(text, "knee ●")):
				t.Errorf("%s: the server's knee is told of:\n%s", format, text)
			case change != nil && (format == "text" || format == "markdown") && !strings.Contains(strings.Join(strings.Fields(text), " "), "the server may take more"):
				t.Errorf("%s: it does not say what the knee does not show", format)
			}
		}
	}
}
