package bench

import "tlsbench/bench/session"

// deal gives each arm the imported sessions that it can offer. Arms that offer
// each once get parts of them, for what one has spent is no good for another;
// the others get all.
func deal(arms []Arm, imported []session.Session) [][]session.Session {
	parts := make([][]session.Session, len(arms))
	for _, s := range imported {
		next := -1 // who spends it: the one that has the fewest yet
		for i, arm := range arms {
			switch {
			case !arm.Session.Imported || !arm.Takes(s):
			case arm.Session.Policy != session.Once:
				parts[i] = append(parts[i], s)
			case next < 0 || len(parts[i]) < len(parts[next]):
				next = i
			}
		}
		if next >= 0 {
			parts[next] = append(parts[next], s)
		}
	}
	return parts
}
