package bench

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// The ways in which a saved result cannot be read.
var (
	// ErrForeignResult means that the file is something else.
	ErrForeignResult = errors.New("no saved result of tlsbench run")
	// ErrNewerResult means that its schema is above Schema.
	ErrNewerResult = errors.New("written by a newer tlsbench")
	// ErrDamagedResult means that it is a result, but broken, or that its
	// figures contradict each other.
	ErrDamagedResult = errors.New("a damaged result")
	// ErrTruncatedResult is a damaged result that ends too early.
	ErrTruncatedResult = fmt.Errorf("%w: the file ends early: was it copied whole?", ErrDamagedResult)
)

// Bounds of what is taken into memory. None is near to what a run writes.
const (
	maxResult = 256 << 20
	// maxBlocks is more than maxResult has room for.
	maxBlocks   = 1 << 18
	maxArms     = 1 << 12
	maxArm      = 1 << 16 // bytes of one in the plan
	maxWarnings = 1 << 16
	maxMerged   = 1 << 12 // runs in one result
)

// ReadResult reads what -o json wrote. Nothing that can be derived is taken
// from the file: see restore. Fields that it does not know are passed over.
//
// It may be packed by gzip.
//
// An error wraps ErrForeignResult, ErrNewerResult, ErrDamagedResult or
// ErrTruncatedResult, or comes from r.
func ReadResult(r io.Reader) (*Result, error) {
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
	if err := result.restore(); err != nil {
		return nil, damaged(err)
	}
	return result, nil
}

// LoadResult is ReadResult of a file, which its errors name.
func LoadResult(path string) (*Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder: want a file that -o json=FILE wrote", path)
	}
	r, err := ReadResult(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func foreign(what string) error {
	return fmt.Errorf("%w but %s: want a file that -o json=FILE wrote", ErrForeignResult, what)
}

func damaged(why error) error {
	return fmt.Errorf("%w: %w: take it as tlsbench wrote it, or measure anew", ErrDamagedResult, why)
}
