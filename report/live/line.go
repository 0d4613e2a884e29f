package live

import (
	"strings"

	"tlsbench/report"
)

// Line is a moment of a run in one line, for logs.
func (v *View) Line(m Moment) string {
	parts := []string{m.place()}
	if m.Arm >= 0 {
		parts[0] += " (" + report.Printable(v.labels[m.Arm]) + ")"
	}
	parts = append(parts, m.percent())
	if m.Rate != nil {
		parts = append(parts, m.perSecond()+" attempts/s")
	}
	parts = append(parts, trouble(m.Failed, "error"), trouble(m.fallbacks(), "fallback"))
	if left, known := m.left(); known {
		parts = append(parts, "about "+left.String()+" left")
	}
	return strings.Join(parts, ", ")
}
