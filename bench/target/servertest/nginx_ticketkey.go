package servertest

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
)

// WriteTicketKey writes a new random key for Options.TicketKeys into the file,
// or replaces the one there.
func WriteTicketKey(t testing.TB, file string) {
	t.Helper()
	if err := writeTicketKey(file); err != nil {
		t.Fatalf("ticket key: %v", err)
	}
}

func writeTicketKey(file string) error {
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)) // has mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after the rename
	key := make([]byte, 80)   // nginx: 48 would mean AES-128
	_, _ = rand.Read(key)     // never fails
	if _, err = f.Write(key); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}
