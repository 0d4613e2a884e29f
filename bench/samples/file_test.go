package samples

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What was in a file is lost with the first round, and not before.
func TestFileThatWasThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	const old = "something old"
	if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil || read(t, path) != old {
		t.Errorf("%v; it holds %q", err, read(t, path))
	}
	if f, err = Open(path); err != nil {
		t.Fatal(err)
	}
	f.Begin(time.Unix(0, 0), plan("a"))
	f.Take(0, 1, some(time.Unix(0, 0)))
	if log := f.End(); log.Err != nil || log.Written != 3 {
		t.Errorf("%+v", log)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if n, _ := attempts(t, read(t, path)); n != 3 || strings.Contains(read(t, path), old) {
		t.Errorf("it holds %q", read(t, path))
	}
}

// A file that a run made and never began is not left behind.
func TestFileThatIsNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
	if _, err := Open(t.TempDir()); err == nil {
		t.Error("a folder was opened")
	}
}
