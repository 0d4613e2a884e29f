package target

import (
	"fmt"
	"strconv"
	"strings"
)

// unknownParameter names the known parameter that is spelled most alike.
func unknownParameter(name string, known []parameter) error {
	nearest, all := known[0].name, make([]string, len(known))
	for i, p := range known {
		all[i] = p.name
		if distance(strings.ToLower(name), p.name) < distance(strings.ToLower(name), nearest) {
			nearest = p.name
		}
	}
	return fmt.Errorf("unknown parameter %s: did you mean %s? (known: %s)", printable(name), nearest, strings.Join(all, ", "))
}

// distance is the Levenshtein distance in bytes: how many must be inserted,
// deleted or replaced to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// printable shows a user's word in an error message: quoted only where it
// would mislead bare, and cut where it is longer than any parameter is.
func printable(word string) string {
	const most = 60
	if len(word) > most {
		return strconv.Quote(word[:most]) + "…"
	}
	if quoted := strconv.Quote(word); word == "" || strings.Contains(word, " ") || quoted != `"`+word+`"` {
		return quoted
	}
	return word
}
