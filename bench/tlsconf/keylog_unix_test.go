//go:build unix

package tlsconf

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tlsbench/bench"
)

func keyLogged(file string) bench.Arm {
	arm := plain()
	arm.TLS.KeyLog = file
	return arm
}

// Who can read the key log can decrypt the connections.
func TestKeyLogModes(t *testing.T) {
	for _, tt := range []struct {
		mode os.FileMode
		ok   bool
	}{{0o600, true}, {0o200, true}, {0o640, false}, {0o604, false}, {0o660, false}, {0o622, false}} {
		file := filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(file, []byte("kept\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, tt.mode); err != nil { // past the umask
			t.Fatal(err)
		}
		err := Check(keyLogged(file))
		if (err == nil) != tt.ok {
			t.Errorf("mode %04o: error %v", tt.mode, err)
		}
		if err != nil && (!strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "chmod 600")) {
			t.Errorf("mode %04o: %q does not say what to do", tt.mode, err)
		}
	}
}

func TestKeyLogIsCreatedPrivateAndAppendedTo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys")
	for _, line := range []string{"first\n", "second\n"} {
		config, err := Client(keyLogged(file))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(config.KeyLogWriter, line); err != nil {
			t.Error(err)
		}
		if err := config.Close(); err != nil {
			t.Error(err)
		}
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600 (%v)", info.Mode(), err)
	}
	if got := read(t, file); string(got) != "first\nsecond\n" {
		t.Errorf("the file holds %q", got)
	}
	if err := Check(keyLogged(os.DevNull)); err != nil {
		t.Errorf("a device is no file to be read later: %v", err)
	}
}

// A wrong option is found before anything is dialed, and a key log that stays
// empty would look like one that failed.
func TestCheckLeavesNoKeyLog(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys")
	if err := Check(keyLogged(file)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("Check left a key log behind: %v", err)
	}
}
