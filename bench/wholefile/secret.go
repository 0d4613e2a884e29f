package wholefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrReadable says that others than the owner can read a file that is to hold,
// or holds, a secret.
var ErrReadable = errors.New("others can read it")

const secretMode fs.FileMode = 0o600

// WriteSecret is Write for what only the owner may read: a new file gets the
// mode 0600, and one that is there is refused where others can read it.
func WriteSecret(file string, write func(io.Writer) error) error {
	p, err := secretPlace(file)
	if err != nil {
		return err
	}
	return p.write(write)
}

// SecretWritable reports early whether WriteSecret can be expected to work.
func SecretWritable(file string) error {
	p, err := secretPlace(file)
	if err != nil {
		return err
	}
	return p.writable()
}

// OpenSecret opens a file for reading that only its owner can read.
func OpenSecret(file string) (*os.File, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = fmt.Errorf("%s is a folder", file)
	case info.Mode().IsRegular():
		err = private(file, info.Mode().Perm())
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func secretPlace(file string) (place, error) {
	p, err := placeOf(file, secretMode)
	if err == nil && !p.special {
		err = private(file, p.mode)
	}
	return p, err
}

// private refuses a file's mode. Elsewhere than on unix it says nothing of who
// can read it.
func private(file string, mode fs.FileMode) error {
	if os.PathSeparator != '/' || mode&0o077 == 0 {
		return nil
	}
	return fmt.Errorf("%s: %w (mode %04o): chmod 600 it, or name another file", file, ErrReadable, mode)
}
