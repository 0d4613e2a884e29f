package compare

import (
	"errors"
	"fmt"
	"strings"
)

// Clash is an error about some of the results that were given. As it is, it
// counts them from 1; Named is for those who know what they are called.
type Clash struct {
	lead, hint string
	parts      []clashPart
}

// clashPart is what the first of these results, by their places among those
// given, has against or in common with the others.
type clashPart struct {
	results []int
	between string
	text    string
}

func (c *Clash) Error() string {
	return c.say(func(i int) string { return fmt.Sprintf("result %d", i+1) })
}

// Named is the error with the results' names, in the order in which they were
// given; those of base come before those of next.
func (c *Clash) Named(names []string) error {
	return errors.New(c.say(func(i int) string { return names[i] }))
}

func (c *Clash) say(name func(int) string) string {
	const most = 4
	var parts []string
	for _, p := range c.parts {
		var others []string
		for _, i := range p.results[1:] {
			others = append(others, name(i))
		}
		if n := len(others); n > most {
			others = append(others[:most-1], fmt.Sprintf("%d more", n-most+1))
		}
		parts = append(parts, name(p.results[0])+p.between+listed(others, " and ")+p.text)
	}
	return c.lead + strings.Join(parts, "; ") + c.hint
}
