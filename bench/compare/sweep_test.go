package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tlsbench/bench"
)

// planOf makes a plan of arms that are written as their names. The load follows
// workers.
func planOf(compare string, names ...string) bench.Plan {
	p := bench.Plan{Compare: compare}
	for _, name := range names {
		var coords []bench.Coord
		arm := bench.Arm{Name: name}
		for part := range strings.SplitSeq(name, ",") {
			dimension, value, _ := strings.Cut(part, "=")
			coords = append(coords, bench.Coord{Dimension: dimension, Value: value})
			if dimension == "workers" {
				fmt.Sscan(value, &arm.Load.Workers)
			}
		}
		arm.Coords = coords
		p.Arms = append(p.Arms, arm)
	}
	return p
}

func TestSweeps(t *testing.T) {
	for _, tt := range []struct {
		compare string
		arms    string
		want    string
	}{
		{"session", "session=full session=resumed", ""},
		{"session", "workers=4,session=full workers=4,session=resumed", ""},
		{"session", "workers=10,session=full workers=10,session=resumed workers=9,session=full workers=9,session=resumed",
			"workers 9 10 by full resumed"},
		{"session", "tls=1.2,session=full tls=1.3,session=full", ""},
		{"session", "rtt=50ms,session=full rtt=1s,session=full rtt=0s,session=full", "rtt 0s 50ms 1s by full"},
		{"session", "size=2k,session=full size=10k,session=full", "size 2k 10k by full"},
		{"session", "size=2k,session=full size=1M,session=full", ""},
		{"session", "key=rsa-2048,session=full key=ecdsa,session=full", ""},
		{"session", "chain=1,session=full chain=0,session=full chain=2,session=full workers=9,session=full", "chain 0 1 2 by full"},
		{"session", "workers=1,tls=1.2,session=full workers=2,tls=1.2,session=full workers=1,tls=1.3,session=full workers=2,tls=1.3,session=full",
			"workers 1 2 by full in tls=1.2; workers 1 2 by full in tls=1.3"},
		{"session", "rtt=1ms,workers=1 rtt=2ms,workers=1 rtt=3ms,workers=1 rtt=1ms,workers=2 rtt=2ms,workers=2 rtt=3ms,workers=2",
			"workers 1 2 by  in rtt=1ms; workers 1 2 by  in rtt=2ms; workers 1 2 by  in rtt=3ms"},
		{"session", "rtt=1ms,chain=0 rtt=1ms,chain=1 rtt=1ms,chain=2 rtt=2ms,chain=0 rtt=2ms,chain=1 rtt=2ms,chain=2",
			"chain 0 1 2 by  in rtt=1ms; chain 0 1 2 by  in rtt=2ms"},
		{"workers", "workers=1,session=full workers=4,session=full workers=2,session=full", "workers 1 2 4 by  in session=full"},
		{"session", "n=1e9,session=full n=2,session=full", ""},
		{"session", "n=-1,session=full n=2,session=full", ""},
		{"session", "n=" + strings.Repeat("9", 400) + ",session=full n=2,session=full", ""},
		{"session", "n=,session=full n=2,session=full", ""},
	} {
		var got []string
		for _, s := range Sweeps(planOf(tt.compare, strings.Fields(tt.arms)...)) {
			text := s.Dimension + " " + strings.Join(s.Values, " ") + " by " + strings.Join(s.Compared, " ")
			for _, c := range s.Shared {
				text += " in " + c.String()
			}
			got = append(got, text)
		}
		if strings.Join(got, "; ") != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.arms, strings.Join(got, "; "), tt.want)
		}
	}
}

func TestSweepFindsItsArms(t *testing.T) {
	p := planOf("session", "workers=2,session=full", "workers=2,session=resumed", "workers=1,session=full")
	s := Sweeps(p)[0]
	var names []string
	for _, arm := range s.Arms() {
		names = append(names, arm.Name)
	}
	if want := []string{"workers=1,session=full", "workers=2,session=full", "workers=2,session=resumed"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
	if _, ok := s.Arm("1", "resumed"); ok {
		t.Error("an arm that the plan left out is found")
	}
}
