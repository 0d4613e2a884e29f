package session

import (
	"errors"
	"fmt"
	"io"
	"time"

	"tlsbench/bench/wholefile"
)

// File is what a session file holds: sessions for a later process, and what
// tells whether that can use them. It is as secret as its sessions.
type File struct {
	Target Target
	// Go is the release that wrote the file, as runtime.Version gives it:
	// crypto/tls may encode sessions differently in another.
	Go      string
	Created time.Time
	// Verified says that the server's certificates were verified when the
	// sessions were made. crypto/tls silently leaves others out where it
	// verifies.
	Verified bool
	Sessions []Session
}

// Target is the server that granted the sessions.
type Target struct {
	Address    string // host:port
	ServerName string // as sent and verified
}

func (t Target) String() string { return t.Address + " (server name " + t.ServerName + ")" }

// MarshalJSON refuses: a file's own form is what Encode writes.
func (File) MarshalJSON() ([]byte, error) { return nil, errSecret }

// MarshalJSON keeps a session out of every result and log.
func (Session) MarshalJSON() ([]byte, error) { return nil, errSecret }

var errSecret = errors.New("a session is secret: only a session file may hold it")

// Load reads a session file that only its owner can read.
func Load(path string) (File, error) {
	f, err := wholefile.OpenSecret(path)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	file, err := Decode(f)
	if err != nil {
		return File{}, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

// Save writes a session file that only its owner can read, whole or not at all.
func (f File) Save(path string) error {
	return wholefile.WriteSecret(path, f.Encode)
}

// Encode writes the file's own form, which Decode reads.
func (f File) Encode(w io.Writer) error {
	data, err := f.encode()
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// Unique leaves out what is the same session as an earlier one.
func Unique(all []Session) ([]Session, error) {
	var unique []Session
	seen := map[identity]bool{}
	for _, s := range all {
		e, err := newEntry(s)
		if err != nil {
			return nil, err
		}
		if id := e.identity(); !seen[id] {
			seen[id] = true
			unique = append(unique, s)
		}
	}
	return unique, nil
}
