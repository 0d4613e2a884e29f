package compare

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tlsbench/bench"
	"tlsbench/bench/caret"
	"tlsbench/bench/spelling"
)

// place is where an operand is read in a plan: its arms, and the baseline of a
// saving.
type place struct {
	arms []bench.Arm
	base bench.Arm
	// label tells the arm from others as shortly as can be, "" for all arms.
	label string
}

// bind finds the operand's arms.
func (o *operand) bind(p bench.Plan, text string) (place, error) {
	wrong := func(at int, format string, args ...any) (place, error) {
		return place{}, caret.At(text, at, format, args...)
	}
	var found place
	switch {
	case o.arm != "":
		arm, offset, problem := armOf(p, o.arm)
		if problem != "" {
			return wrong(o.armAt+offset, "%s", problem)
		}
		found.arms = []bench.Arm{arm}
	case o.saving:
		arms := compared(p)
		if len(arms) == 0 {
			return wrong(o.at, "nothing is saved here: the plan compares no arms")
		}
		if len(arms) > 1 {
			return wrong(o.at, "of which arm? Write %s", o.choices(p, arms))
		}
		found.arms = arms
	case o.what.counts != nil || len(p.Arms) == 1:
		found.arms = p.Arms
	default:
		return wrong(o.at, "of which arm? Write %s", o.choices(p, p.Arms))
	}
	if len(found.arms) == 1 {
		found.label = label(p, found.arms[0])
	}
	for _, arm := range found.arms {
		if why := o.what.absentFrom(arm); why != "" {
			return wrong(o.at, "%s", why)
		}
	}
	if o.saving {
		arm := found.arms[0]
		i := slices.IndexFunc(p.Arms, func(other bench.Arm) bool { return other.Name == arm.Name })
		var ok bool
		if found.base, ok = p.Baseline(i); !ok {
			return wrong(o.armAt, "%s saves nothing: it is not compared, others are with it", found.label)
		}
		if o.what.Name == "resumed_ratio" && arm.Want != found.base.Want {
			return wrong(o.at, "resumed_ratio is not compared between %s and %s: it differs because it was asked to",
				found.label, label(p, found.base))
		}
	}
	return found, nil
}

// compared are the arms that have a baseline.
func compared(p bench.Plan) []bench.Arm {
	var arms []bench.Arm
	for i, arm := range p.Arms {
		if _, ok := p.Baseline(i); ok {
			arms = append(arms, arm)
		}
	}
	return arms
}

func (o *operand) choices(p bench.Plan, arms []bench.Arm) string {
	var all []string
	for _, arm := range arms {
		all = append(all, o.of(label(p, arm)))
	}
	return listed(all, " or ")
}

// listed keeps long lists short.
func listed(all []string, last string) string {
	const most = 8
	switch {
	case len(all) > most:
		return fmt.Sprintf("%s%sone of %d others", strings.Join(all[:most], ", "), last, len(all)-most)
	case len(all) < 2:
		return strings.Join(all, "")
	default:
		return strings.Join(all[:len(all)-1], ", ") + last + all[len(all)-1]
	}
}

// betweenParts is what separates coordinates.
func betweenParts(r rune) bool { return r == ',' || unicode.IsSpace(r) }

// armOf finds the one arm of that name, or that has all these coordinates or
// values. Otherwise it says what the problem is, and with which byte of the
// text.
func armOf(p bench.Plan, text string) (arm bench.Arm, offset int, problem string) {
	fitting, unknown, offset := fits(p, text)
	switch {
	case unknown != "":
		return arm, offset, unknownArm(p, unknown)
	case len(fitting) == 1:
		return fitting[0], 0, ""
	case len(fitting) == 0:
		return arm, 0, fmt.Sprintf("no arm is all of %q: want %s", text, listed(labels(p, p.Arms), " or "))
	default:
		return arm, 0, fmt.Sprintf("%q fits %d arms: want %s", text, len(fitting), listed(fullNames(fitting), " or "))
	}
}

// fits finds the arm of that name, or those that have all these coordinates or
// values; or the first part of the text that no arm has, and the byte where it
// is. It says nothing of what to write instead, which takes labels, and those
// take it.
func fits(p bench.Plan, text string) (fitting []bench.Arm, unknown string, offset int) {
	if arm, ok := p.Arm(text); ok {
		return []bench.Arm{arm}, "", 0
	}
	fitting = p.Arms
	for {
		rest := strings.TrimLeftFunc(text[offset:], betweenParts)
		if rest == "" {
			return fitting, "", 0
		}
		offset = len(text) - len(rest)
		part := partOf(p, rest)
		if len(having(p.Arms, part)) == 0 {
			return nil, part, offset
		}
		fitting = having(fitting, part)
		offset += len(part)
	}
}

// partOf is the coordinate or value that a text begins with: the longest of the
// plan's, as those may hold what separates others, else what ends there.
func partOf(p bench.Plan, text string) string {
	longest := ""
	for _, arm := range p.Arms {
		for _, c := range arm.Coords {
			for _, known := range []string{c.Value, c.String()} {
				rest, ok := strings.CutPrefix(text, known)
				if ok && len(known) > len(longest) && strings.IndexFunc(rest+" ", betweenParts) == 0 {
					longest = known
				}
			}
		}
	}
	if longest != "" {
		return longest
	}
	return strings.FieldsFunc(text, betweenParts)[0]
}

// having are the arms with that coordinate, or that value of any.
func having(arms []bench.Arm, part string) []bench.Arm {
	var found []bench.Arm
	for _, arm := range arms {
		if slices.ContainsFunc(arm.Coords, func(c bench.Coord) bool { return part == c.Value || part == c.String() }) {
			found = append(found, arm)
		}
	}
	return found
}

func unknownArm(p bench.Plan, part string) string {
	var known []string
	for _, arm := range p.Arms {
		for _, c := range arm.Coords {
			known = append(known, c.Value, c.String())
		}
	}
	if nearest, ok := spelling.Nearest(part, known); ok {
		return fmt.Sprintf("no arm is %q: did you mean %s?", part, nearest)
	}
	return fmt.Sprintf("no arm is %q: want %s", part, listed(labels(p, p.Arms), " or "))
}

// label is the shortest of an arm's value in the compared dimension, one of its
// other values, all of them, and its name, that fits no other arm.
func label(p bench.Plan, arm bench.Arm) string {
	var values []string
	compared := ""
	for _, c := range arm.Coords {
		values = append(values, told(c))
		if c.Dimension == p.Compare {
			compared = told(c)
		}
	}
	candidates := []string{compared}
	candidates = append(candidates, values...)
	candidates = append(candidates, strings.Join(values, " "))
	for _, text := range candidates {
		if text == "" {
			continue
		}
		if fitting, _, _ := fits(p, text); len(fitting) == 1 && fitting[0].Name == arm.Name {
			return text
		}
	}
	return arm.Name
}

// told is a coordinate's value, with the dimension where it says little by
// itself: 1 may be a worker or an intermediate certificate.
func told(c bench.Coord) string {
	first, _ := utf8.DecodeRuneInString(c.Value)
	switch {
	case c.Value == "":
		return ""
	case c.Dimension == "tls":
		return c.Value
	case !unicode.IsLetter(first) || slices.Contains([]string{"on", "off", "none"}, c.Value):
		return c.String()
	}
	return c.Value
}

func labels(p bench.Plan, arms []bench.Arm) []string {
	var all []string
	for _, arm := range arms {
		all = append(all, label(p, arm))
	}
	return all
}

func fullNames(arms []bench.Arm) []string {
	var all []string
	for _, arm := range arms {
		all = append(all, arm.Name)
	}
	return all
}
