package report

import (
	"strings"

	"tlsbench/bench"
)

// stackedPhases are those that follow each other and make up total, tls in its
// two parts where these are known. A closed loop has no lag.
var stackedPhases = [...]bench.Phase{bench.Lag, bench.DNS, bench.Connect, bench.Proxy, bench.StartTLS, bench.TLSPhase, bench.Wait, bench.Local, bench.Request, bench.TTFB}

// phasesSection shows where the time of a connection goes. Means add up, medians
// do not.
func (d *pageBuilder) phasesSection() pageSection {
	s := pageSection{ID: "phases", Title: "Where the time goes",
		Lead: "Mean time of each phase of a connection. Within TLS, wait is blocked in reads (network, server, and the client's own run queue), local is the client's own work."}
	longest := 0.0
	for i := range d.Result.Arms {
		longest = max(longest, meanOf(&d.Result.Arms[i], bench.Total))
	}
	seen := map[bench.Phase]bool{}
	var part pagePart
	for _, side := range d.sides() {
		b := bars{Caption: d.sideTitle(side)}
		for _, a := range side.arms {
			row := barRow{Label: side.labels[a.Name], Text: absent}
			var parts []stackPart
			for _, p := range stackedPhases {
				mean := meanOf(a, p)
				if p == bench.TLSPhase && meanOf(a, bench.Local) > 0 {
					mean = 0 // its parts follow
				}
				seen[p] = seen[p] || mean > 0
				parts = append(parts, stackPart{"p-" + p.String(), phaseTitle(p) + " " + nanoseconds(mean), mean})
			}
			row.Segments = stack(longest, parts...)
			if mean := meanOf(a, bench.Total); mean > 0 {
				row.Text = nanoseconds(mean)
			}
			b.Rows = append(b.Rows, row)
		}
		part.Bars = append(part.Bars, b)
	}
	if longest == 0 {
		return pageSection{}
	}
	if seen[bench.Lag] {
		s.Lead += " Lag is what an attempt waited before it began, from when it fell due: the machine was busy, or many fell due at once."
	}
	for _, p := range stackedPhases {
		if seen[p] {
			part.Legend = append(part.Legend, legend{Name: phaseTitle(p), Key: "p-" + p.String(), Style: -1})
		}
	}
	s.Parts = []pagePart{part}
	return s
}

func phaseTitle(p bench.Phase) string {
	if p == bench.Wait || p == bench.Local {
		return bench.TLSPhase.String() + " " + p.String()
	}
	return p.String()
}

func meanOf(a *bench.ArmResult, p bench.Phase) float64 {
	v, _ := a.Phases[p].Stat("mean")
	return float64(v)
}

// sideTitle heads a group where there are several, by what its arms share. What
// their connections negotiated stands with the figures.
func (d *pageBuilder) sideTitle(s side) string {
	if len(d.sides()) == 1 {
		return ""
	}
	arm, _ := d.Result.Plan.Arm(s.arms[0].Name)
	var parts []string
	for _, c := range arm.Coords {
		if c.Dimension != d.Result.Plan.Compare {
			parts = append(parts, shortCoord(c))
		}
	}
	return strings.Join(parts, " · ")
}
