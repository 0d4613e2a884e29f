package target

import (
	"fmt"
	"strconv"
	"strings"

	"tlsbench/bench/spelling"
)

// unknownParameter names the known parameter that was probably meant.
func unknownParameter(name string, known []parameter) error {
	all := namesOf(known)
	names := strings.Join(all, ", ")
	if nearest, ok := spelling.Nearest(name, all); ok {
		return fmt.Errorf("unknown parameter %s: did you mean %s? (known: %s)", printable(name), nearest, names)
	}
	return fmt.Errorf("unknown parameter %s (known: %s)", printable(name), names)
}

func namesOf(parameters []parameter) []string {
	names := make([]string, len(parameters))
	for i, p := range parameters {
		names[i] = p.name
	}
	return names
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
