package live

import (
	"strings"
)

// Line is a moment of a run in one line, for logs.
func (v *View) Line(m Moment) string {
	parts := []string{m.place()}
	if m.Arm >= 0 {
		parts[0] += " (" + shorten(v.labels[m.Arm], 60) + ")"
	}
	parts = append(parts, m.percent())
	if still := m.still(); still != "" {
		parts = append(parts, still)
	} else if m.Rate != nil {
		parts = append(parts, rate(*m.Rate)+" attempts/s")
	}
	parts = append(parts, trouble(m.Failed, "error"), trouble(m.fallbacks(), "fallback"))
	if left, known := m.left(); known {
		parts = append(parts, "about "+left.String()+" left")
	}
	return strings.Join(parts, ", ")
}
