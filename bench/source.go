package bench

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// MaxSources is how many source addresses an arm may have. Each has some
// 28 000 ports for every target.
const MaxSources = 1024

// ParseSources reads a list of source addresses: single ones and ranges, as in
// "127.0.0.2-127.0.0.9,127.0.0.20". All are of one IP version, and none is there
// twice: the ports of an address are counted once.
func ParseSources(text string) ([]netip.Addr, error) {
	var all []netip.Addr
	for part := range strings.SplitSeq(text, ",") {
		first, last, err := sourceRange(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		if len(all) > 0 && all[0].Is4() != first.Is4() {
			return nil, fmt.Errorf("%s and %s are of different IP versions: choose one", all[0], first)
		}
		for a := first; ; a = a.Next() {
			if len(all) == MaxSources {
				return nil, fmt.Errorf("%s holds more than %d addresses", text, MaxSources)
			}
			if slices.Contains(all, a) {
				return nil, fmt.Errorf("%s is there twice: name it once", a)
			}
			all = append(all, a)
			if a == last {
				break
			}
		}
	}
	return all, nil
}

// SourceCount is how many addresses connections come from, 1 for the system's
// choice.
func (n Net) SourceCount() int {
	if n.Sources == "" {
		return 1
	}
	all, _ := ParseSources(n.Sources) // a plan has no wrong ones
	return max(len(all), 1)
}

func sourceRange(part string) (first, last netip.Addr, err error) {
	from, to, isRange := strings.Cut(part, "-")
	if first, err = sourceAddr(from); err != nil {
		return first, last, err
	}
	if !isRange {
		return first, first, nil
	}
	if last, err = sourceAddr(to); err != nil {
		return first, last, err
	}
	switch {
	case first.Is4() != last.Is4() || first.Zone() != last.Zone():
		err = fmt.Errorf("%s: its ends are of different networks", part)
	case last.Less(first):
		err = fmt.Errorf("%s ends before it begins: want %s-%s", part, last, first)
	}
	return first, last, err
}

func sourceAddr(text string) (netip.Addr, error) {
	a, err := netip.ParseAddr(strings.TrimSpace(text))
	switch {
	case text == "":
		return a, errors.New("an address is missing: want ADDRESS or FIRST-LAST, separated by commas")
	case err != nil:
		return a, fmt.Errorf("%q is no IP address: want ADDRESS or FIRST-LAST, separated by commas", text)
	case a.IsUnspecified() || a.IsMulticast():
		return a, fmt.Errorf("%s is no address that a connection can come from", a)
	}
	return a.Unmap(), nil
}
