package cpu

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// stat is what a tree needs of /proc/PID/stat, see proc_pid_stat(5).
type stat struct {
	parent int
	start  uint64 // clock ticks after boot
	reaped uint64 // user and system time of children waited for, in clock ticks
}

// Fields as the manual numbers them.
const (
	fieldState  = 3
	fieldParent = 4
	fieldCutime = 16
	fieldCstime = 17
	fieldStart  = 22
)

// parseStat begins after the last parenthesis: the command's name before it
// may contain anything, parentheses too.
func parseStat(b []byte) (stat, error) {
	end := bytes.LastIndexByte(b, ')')
	if end < 0 {
		return stat{}, errors.New("no command in parentheses")
	}
	fields := bytes.Fields(b[end+1:])
	if len(fields) <= fieldStart-fieldState {
		return stat{}, fmt.Errorf("%d fields after the command, want at least %d", len(fields), fieldStart-fieldState+1)
	}
	number := func(field, bits int) (n uint64, err error) {
		if n, err = strconv.ParseUint(string(fields[field-fieldState]), 10, bits); err != nil {
			err = fmt.Errorf("field %d: %w", field, err)
		}
		return n, err
	}
	parent, err1 := number(fieldParent, 31)
	user, err2 := number(fieldCutime, 62) // the sum of two fits
	system, err3 := number(fieldCstime, 62)
	start, err4 := number(fieldStart, 64)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return stat{}, err
	}
	return stat{parent: int(parent), start: start, reaped: user + system}, nil
}
