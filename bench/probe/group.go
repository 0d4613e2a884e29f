package probe

import "fmt"

// group finds the places that accept each other's sessions.
func (mx *Matrix) group(places []PlaceResult, repeats int) {
	n := len(mx.Cells)
	root := make([]int, n)
	for i := range root {
		root[i] = i
	}
	for i := range n {
		for j := range i {
			if mx.share(i, j, repeats) {
				old, new := root[i], root[j]
				for k := range root {
					if root[k] == old {
						root[k] = new
					}
				}
			}
		}
	}
	mx.Groups = mx.Groups[:0]
	index := map[int]int{}
	for i := range n {
		if mx.Cells[i][i].Accepted == 0 {
			continue
		}
		at, ok := index[root[i]]
		if !ok {
			at = len(mx.Groups)
			index[root[i]] = at
			mx.Groups = append(mx.Groups, nil)
		}
		mx.Groups[at] = append(mx.Groups[at], i)
	}
	mx.doubt(places, repeats)
}

// share reports whether two places accept each other's sessions and their own,
// every time.
func (mx *Matrix) share(i, j, repeats int) bool {
	for _, c := range []Cell{mx.Cells[i][i], mx.Cells[i][j], mx.Cells[j][i], mx.Cells[j][j]} {
		if !c.Full() || c.Of < repeats {
			return false
		}
	}
	return true
}

// doubt names what does not fit into groups of equal places.
func (mx *Matrix) doubt(places []PlaceResult, repeats int) {
	name := func(i int) string { return places[i].Name }
	for _, g := range mx.Groups {
		for k, i := range g {
			for _, j := range g[:k] {
				if !mx.share(i, j, repeats) {
					mx.Doubts = append(mx.Doubts, fmt.Sprintf(
						"%s and %s each share with another place, but not every time with each other", name(j), name(i)))
				}
			}
		}
	}
	for i, row := range mx.Cells {
		for j, c := range row {
			if 0 < c.Accepted && c.Accepted < c.Of {
				mx.Doubts = append(mx.Doubts, fmt.Sprintf(
					"sessions of %s are accepted at %s in %d of %d offers", name(i), name(j), c.Accepted, c.Of))
			}
			if back := mx.Cells[j][i]; i != j && c.Full() && back.Of > 0 && back.Accepted == 0 {
				mx.Doubts = append(mx.Doubts, fmt.Sprintf(
					"%s accepts the sessions of %s, but not the other way round", name(j), name(i)))
			}
		}
	}
}
