// Package spelling finds the word that somebody may have meant, for the errors
// of every parser of names.
package spelling

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest gives the known word that takes the fewest insertions, deletions and
// replacements to get to from word, whatever the case; false where none is near:
// more than half of the known word, and more than two letters that somebody may
// have swapped, would have to change.
func Nearest(word string, known []string) (string, bool) {
	const longest = 64 // no name is as long, and the distance takes time
	if len(word) > longest {
		return "", false
	}
	best, distance := "", longest
	for _, k := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	return best, distance <= max(2, len(best)/2) && distance < len(best)
}
