package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile writes a document to a file that appears whole or not at all. A
// link is followed, a file that is there keeps its mode, and what is no file,
// such as a pipe or a device, is written to as it is.
func WriteFile(file string, out Output, d *Document) error {
	place, err := placeOf(file)
	if err != nil {
		return err
	}
	if place.special {
		return writeSpecial(file, out, d)
	}
	return place.replace(out, d)
}

// Writable reports early whether WriteFile can be expected to work, before
// minutes are spent on a result that could not be saved.
func Writable(file string) error {
	place, err := placeOf(file)
	if err != nil || place.special {
		return err
	}
	f, err := place.create()
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// place is where a file's content goes.
type place struct {
	path    string // links resolved
	mode    fs.FileMode
	special bool // no regular file
}

func placeOf(file string) (place, error) {
	path, err := filepath.EvalSymlinks(file)
	if errors.Is(err, fs.ErrNotExist) {
		return place{path: file, mode: 0o644}, nil
	}
	if err != nil {
		return place{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return place{}, err
	}
	if info.IsDir() {
		return place{}, fmt.Errorf("%s is a folder", file)
	}
	return place{path: path, mode: info.Mode().Perm(), special: !info.Mode().IsRegular()}, nil
}

func (p place) create() (*os.File, error) {
	return os.CreateTemp(filepath.Dir(p.path), "."+filepath.Base(p.path)+".*")
}

// replace writes a file beside the wanted one and moves it there.
func (p place) replace(out Output, d *Document) (err error) {
	f, err := p.create()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			err = fmt.Errorf("write %s: %w", p.path, errors.Join(err, os.Remove(f.Name())))
		}
	}()
	if err = out.Write(f, d); err != nil {
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

func writeSpecial(file string, out Output, d *Document) error {
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(out.Write(f, d), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}
