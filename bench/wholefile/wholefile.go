// Package wholefile writes files that appear whole or not at all, so that
// nobody ever reads half of a result, and a failed write leaves what was there.
package wholefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes a file with what write gives it. A link is followed, a file that
// is there keeps its mode and a new one gets the given one, and what is no
// file, such as a pipe or a device, is written to as it is.
func Write(file string, mode fs.FileMode, write func(io.Writer) error) error {
	p, err := placeOf(file, mode)
	if err != nil {
		return err
	}
	return p.write(write)
}

// Writable reports early whether Write can be expected to work, before minutes
// are spent on a result that could not be saved.
func Writable(file string) error {
	p, err := placeOf(file, 0)
	if err != nil {
		return err
	}
	return p.writable()
}

// place is where a file's content goes.
type place struct {
	path    string // links resolved, where it is a regular file
	mode    fs.FileMode
	special bool // no regular file
}

func placeOf(file string, mode fs.FileMode) (place, error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return place{path: file, mode: mode}, nil
	case err != nil:
		return place{}, err
	case info.IsDir():
		return place{}, fmt.Errorf("%s is a folder", file)
	case !info.Mode().IsRegular():
		return place{path: file, special: true}, nil
	}
	path, err := filepath.EvalSymlinks(file)
	if err != nil {
		return place{}, err
	}
	return place{path: path, mode: info.Mode().Perm()}, nil
}

func (p place) writable() error {
	if p.special {
		return nil
	}
	f, err := p.create()
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// create makes the temporary file, readable by its owner only. Its name would
// tell nobody anything, so that an error names the folder.
func (p place) create() (*os.File, error) {
	folder := filepath.Dir(p.path)
	f, err := os.CreateTemp(folder, "."+filepath.Base(p.path)+".*")
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, &fs.PathError{Op: "create a file in", Path: folder, Err: inner.Err}
	}
	return f, err
}

func (p place) write(write func(io.Writer) error) error {
	put := p.replace
	if p.special {
		put = p.pass
	}
	if err := put(write); err != nil {
		return fmt.Errorf("write %s: %w", p.path, err)
	}
	return nil
}

// replace writes a file beside the wanted one and moves it there.
func (p place) replace(write func(io.Writer) error) (err error) {
	f, err := p.create()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err = write(f); err != nil {
		return err
	}
	if err = f.Chmod(p.mode); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), p.path)
}

// pass writes to what is no regular file.
func (p place) pass(write func(io.Writer) error) error {
	f, err := os.OpenFile(p.path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
