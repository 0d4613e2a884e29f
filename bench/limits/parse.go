package limits

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// number reads a lone number, as most files of /proc/sys hold one.
func number(text string) (uint64, error) {
	return strconv.ParseUint(strings.TrimSpace(text), 10, 64)
}

// portRange reads ip_local_port_range.
func portRange(text string) (first, last int, err error) {
	words := strings.Fields(text)
	if len(words) != 2 {
		return 0, 0, fmt.Errorf("%q is no range of ports", text)
	}
	if first, err = port(words[0]); err != nil {
		return 0, 0, err
	}
	if last, err = port(words[1]); err != nil {
		return 0, 0, err
	}
	if last < first {
		return 0, 0, fmt.Errorf("ports %d to %d are no range", first, last)
	}
	return first, last, nil
}

func port(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err == nil && n == 0 {
		err = fmt.Errorf("0 is no port")
	}
	return int(n), err
}

// reserved counts the ports of ip_local_reserved_ports ("8080,9000-9010") that
// lie in the range.
func reserved(text string, first, last int) (int, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	type span struct{ from, to int }
	var spans []span
	for part := range strings.SplitSeq(text, ",") {
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			high = low
		}
		from, err := port(low)
		if err != nil {
			return 0, err
		}
		to, err := port(high)
		if err != nil {
			return 0, err
		}
		if to < from {
			return 0, fmt.Errorf("ports %d to %d are no range", from, to)
		}
		spans = append(spans, span{from, to})
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	n, next := 0, first // next is the first port not yet looked at
	for _, s := range spans {
		from, to := max(s.from, next), min(s.to, last)
		if from <= to {
			n += to - from + 1
			next = to + 1
		}
	}
	return n, nil
}

// memAvailable finds MemAvailable in /proc/meminfo, in bytes.
func memAvailable(meminfo string) (uint64, bool) {
	for line := range strings.Lines(meminfo) {
		rest, ok := strings.CutPrefix(line, "MemAvailable:")
		if !ok {
			continue
		}
		kilobytes, unit, _ := strings.Cut(strings.TrimSpace(rest), " ")
		n, err := number(kilobytes)
		if err != nil || strings.TrimSpace(unit) != "kB" || n > math.MaxUint64/1024 {
			return 0, false
		}
		return n * 1024, true
	}
	return 0, false
}

// waiting finds the sockets in TIME_WAIT in /proc/net/sockstat: "TCP: inuse 5
// orphan 0 tw 12 …".
func waiting(sockstat string) int {
	for line := range strings.Lines(sockstat) {
		fields := strings.Fields(line)
		for i := 1; i+1 < len(fields) && fields[0] == "TCP:"; i += 2 {
			if fields[i] == "tw" {
				n, _ := strconv.ParseUint(fields[i+1], 10, 31) // 0 is unknown
				return int(n)
			}
		}
	}
	return 0
}
