package live

import (
	"strings"
)

// Line is a moment of a run in one line, for logs.
func (v *View) Line(m Moment) string {
	parts := []string{m.place()}
	if m.Arm >= 0 {
		parts[0] += " (" + shorten(v.running(m), 60) + ")"
	}
	if !m.searching() {
		parts = append(parts, m.percent())
	}
	if still := m.still(); still != "" {
		parts = append(parts, still)
	} else if m.Rate != nil {
		parts = append(parts, rate(*m.Rate)+" attempts/s"+m.ofWanted())
	}
	parts = append(parts, trouble(m.Failed, "error"), trouble(m.fallbacks(), "fallback"))
	if left, known := m.left(); known {
		parts = append(parts, "about "+left.String()+" left")
	}
	return strings.Join(parts, ", ")
}

// running names the arms that run.
func (v *View) running(m Moment) string {
	var names []string
	for _, i := range m.running() {
		names = append(names, v.labels[i])
	}
	return strings.Join(names, " + ")
}

// ofWanted says what rate was asked for, "" for none.
func (m Moment) ofWanted() string {
	wanted, ok := m.wanted()
	if !ok {
		return ""
	}
	return " begun of " + rate(wanted)
}
