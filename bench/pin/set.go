// Package pin holds processes to some of the machine's processors, so that a
// client and the server that it measures do not take each other's time.
package pin

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Set is some processors by their numbers, in order and each once; nil for no
// such wish.
type Set []int

// most is how many the kernel's mask has (CPU_SETSIZE).
const most = 1024

// ParseSet reads numbers and ranges of them: "0", "0-3", "0+2-3".
func ParseSet(text string) (Set, error) {
	var s Set
	for part := range strings.SplitSeq(text, "+") {
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			high = low
		}
		from, err := number(low)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		to, err := number(high)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		if to < from {
			return nil, fmt.Errorf("%q: the range %s ends before it begins", text, part)
		}
		for cpu := from; cpu <= to; cpu++ {
			s = append(s, cpu)
		}
	}
	slices.Sort(s)
	return slices.Compact(s), nil
}

func number(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	if text == "" || err != nil {
		return 0, errors.New("want numbers of CPUs, as in 0, 0-3 or 0+2")
	}
	if n >= most {
		return 0, fmt.Errorf("CPU %d: the highest is %d", n, most-1)
	}
	return int(n), nil
}

// String writes what ParseSet reads, with as many ranges as there are.
func (s Set) String() string { return s.list("+") }

// list joins ranges.
func (s Set) list(with string) string {
	var parts []string
	for i := 0; i < len(s); {
		j := i
		for j+1 < len(s) && s[j+1] == s[j]+1 {
			j++
		}
		part := strconv.Itoa(s[i])
		if j > i {
			part += "-" + strconv.Itoa(s[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, with)
}

// And is what both hold.
func (s Set) And(other Set) Set {
	var both Set
	for _, cpu := range s {
		if slices.Contains(other, cpu) {
			both = append(both, cpu)
		}
	}
	return both
}

// Without is what the other does not hold.
func (s Set) Without(other Set) Set {
	var left Set
	for _, cpu := range s {
		if !slices.Contains(other, cpu) {
			left = append(left, cpu)
		}
	}
	return left
}
