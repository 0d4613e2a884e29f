// Package spelling finds the word that somebody may have meant, for the errors
// of every parser of names.
package spelling

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest gives the known word that takes the fewest insertions, deletions and
// replacements to get to from word, whatever the case; false where none is near:
// where more than half of either word would have to change, unless that is one
// letter, or two that somebody may have swapped.
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
	near := 2*distance <= min(len(word), len(best)) || distance == 1 || distance == 2 && sameLetters(word, best)
	return best, near && distance < len(best)
}

func sameLetters(a, b string) bool {
	sorted := func(s string) []rune {
		letters := []rune(strings.ToLower(s))
		slices.Sort(letters)
		return letters
	}
	return slices.Equal(sorted(a), sorted(b))
}
