package samples

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"tlsbench/bench"
)

// File is a Writer to a file.
type File struct {
	*Writer
	file    *os.File
	made    bool // by Open
	begun   bool
	regular bool
}

// Open opens a file, or makes it. What it holds stays until the first round: a
// run that never came so far leaves it as it was.
func Open(path string) (*File, error) {
	_, err := os.Stat(path)
	made := errors.Is(err, fs.ErrNotExist)
	flag := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	if os.PathSeparator == '/' {
		flag |= syscall.O_NONBLOCK // or a pipe would keep the run waiting for its reader
	}
	file, err := os.OpenFile(path, flag, 0o644)
	switch {
	case errors.Is(err, syscall.ENXIO):
		return nil, fmt.Errorf("%w: start what reads from it first", err)
	case err != nil:
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &File{Writer: New(file), file: file, made: made, regular: info.Mode().IsRegular()}, nil
}

// Begin implements bench.SampleSink.
func (f *File) Begin(started time.Time, p bench.Plan) {
	f.begun = true
	if f.regular {
		f.lines.err = f.file.Truncate(0)
	}
	f.Writer.Begin(started, p)
}

// End implements bench.SampleSink. It closes the file.
func (f *File) End() bench.SampleLog {
	log := f.Writer.End()
	if err := f.file.Close(); log.Err == nil {
		log.Err = err
	}
	return log
}

// Close closes a file that was never begun, and removes it where Open made it.
func (f *File) Close() error {
	if f.begun {
		return nil
	}
	err := f.file.Close()
	if f.made {
		err = errors.Join(err, os.Remove(f.file.Name()))
	}
	return err
}
