package wholefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// halfway fails behind its first bytes.
func halfway(w io.Writer) error { return errors.Join(text("half")(w), errors.New("broken")) }

func onUnix(t *testing.T) {
	t.Helper()
	if os.PathSeparator != '/' {
		t.Skip("file modes tell who can read only on unix")
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func wantText(t *testing.T, file, want string) {
	t.Helper()
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v: want %q", file, got, err, want)
	}
}

func wantMode(t *testing.T, file string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if os.PathSeparator == '/' && info.Mode().Perm() != want {
		t.Errorf("mode %04o, want %04o", info.Mode().Perm(), want)
	}
}

func TestFilesAppearWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "out")
	if err := Write(file, 0o644, halfway); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("error %v", err)
	}
	if left := names(t, dir); len(left) != 0 {
		t.Errorf("a failed write left %v", left)
	}
	if err := Write(file, 0o644, text("first")); err != nil {
		t.Fatal(err)
	}
	wantMode(t, file, 0o644)
	// What is there stays until the new one is whole.
	if err := Write(file, 0o644, halfway); err == nil {
		t.Error("no error")
	}
	wantText(t, file, "first")
	if left := names(t, dir); len(left) != 1 {
		t.Errorf("the writes left %v", left)
	}
}

func TestWritableLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	for _, writable := range []func(string) error{Writable, SecretWritable} {
		if err := writable(filepath.Join(dir, "new")); err != nil {
			t.Error(err)
		}
		if left := names(t, dir); len(left) != 0 {
			t.Errorf("it left %v", left)
		}
		if err := writable(dir); err == nil || !strings.Contains(err.Error(), "is a folder") {
			t.Errorf("a folder: %v", err)
		}
		if err := writable(filepath.Join(dir, "no", "such")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a file in a folder that is not there: %v", err)
		} else if got := err.Error(); !strings.HasPrefix(got, "create a file in "+filepath.Join(dir, "no")+": ") || strings.Contains(got, "such.") {
			t.Errorf("the error names a file that nobody asked for, or no folder: %v", err)
		}
		if err := writable(os.DevNull); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatIsThereIsRespected(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Skip("symbolic links are needed: ", err)
	}
	if err := Write(link, 0o644, text("new")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v", err)
	}
	wantText(t, file, "new")
	wantMode(t, file, 0o600)
}

func TestDevicesAndPipesAreWrittenTo(t *testing.T) {
	for _, write := range []func(string) error{
		func(file string) error { return Write(file, 0o644, text("x")) },
		func(file string) error { return WriteSecret(file, text("x")) },
	} {
		if err := write(os.DevNull); err != nil {
			t.Error(err)
		}
		if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
			t.Errorf("the null device was replaced: %v", err)
		}
	}
	// A pipe that has no name in the file system is what >(command) gives.
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	file := fmt.Sprintf("/dev/fd/%d", w.Fd())
	if _, err := os.Stat(file); err != nil {
		t.Skip("the platform names no descriptors: ", err)
	}
	if err := Write(file, 0o644, text("piped")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 5)
	if _, err := io.ReadFull(r, got); err != nil || string(got) != "piped" {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestSecretsAreForTheirOwner(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "secret")
	err := WriteSecret(file, func(w io.Writer) error {
		// Nobody can read it while it is written, either.
		if info, err := w.(*os.File).Stat(); err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o600 {
			t.Errorf("it begins as %v, %v", info.Mode(), err)
		}
		return text("first")(w)
	})
	if err != nil {
		t.Fatal(err)
	}
	wantMode(t, file, 0o600)
	f, err := OpenSecret(file)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()

	onUnix(t)
	for _, mode := range []fs.FileMode{0o644, 0o640, 0o604, 0o620} {
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		_, opened := OpenSecret(file)
		for what, err := range map[string]error{
			"write": WriteSecret(file, text("second")), "writable": SecretWritable(file), "open": opened,
		} {
			if !errors.Is(err, ErrReadable) || !strings.Contains(err.Error(), "chmod 600") || !strings.Contains(err.Error(), file) {
				t.Errorf("%s with mode %04o: %v", what, mode, err)
			}
		}
	}
	wantText(t, file, "first")
	// Stricter than 0600 is kept.
	if err := os.Chmod(file, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := WriteSecret(file, text("second")); err != nil {
		t.Fatal(err)
	}
	wantMode(t, file, 0o400)
}

func TestOpenSecretRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenSecret(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := OpenSecret(dir); err == nil {
		t.Error("a folder was opened")
	}
}
