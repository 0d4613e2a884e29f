package saved

import (
	"errors"
	"fmt"
	"io"
	"os"

	"tlsbench/bench"
)

// The ways in which a saved result cannot be read.
var (
	// ErrForeign means that the file is something else.
	ErrForeign = errors.New("no saved result of tlsbench run")
	// ErrNewer means that its schema is above bench.Schema.
	ErrNewer = errors.New("written by a newer tlsbench")
	// ErrDamaged means that it is a result, but broken, or that its figures
	// contradict each other.
	ErrDamaged = errors.New("a damaged result")
	// ErrTruncated is a damaged result that ends too early.
	ErrTruncated = fmt.Errorf("%w: the file ends early: was it copied whole?", ErrDamaged)
)

// Read reads what -o json wrote, packed by gzip or not.
//
// An error wraps ErrForeign, ErrNewer, ErrDamaged or ErrTruncated, or comes from
// r.
func Read(r io.Reader) (*bench.Result, error) {
	in, err := unpacked(r)
	if err != nil {
		return nil, err
	}
	p, err := readParts(in, maxResult)
	if err != nil {
		return nil, err
	}
	if err := p.checkSchema(); err != nil {
		return nil, err
	}
	result, err := p.result()
	if err != nil {
		return nil, damaged(err)
	}
	if err := restore(result); err != nil {
		return nil, damaged(err)
	}
	return result, nil
}

// Load is Read of a file, which its errors name.
func Load(path string) (*bench.Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder: want a file that -o json=FILE wrote", path)
	}
	r, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func foreign(what string) error {
	return fmt.Errorf("%w but %s: want a file that -o json=FILE wrote", ErrForeign, what)
}

func damaged(why error) error {
	return fmt.Errorf("%w: %w: take it as tlsbench wrote it, or measure anew", ErrDamaged, why)
}
