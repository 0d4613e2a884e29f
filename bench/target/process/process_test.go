package process

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func shell(t *testing.T, script string) Command {
	t.Helper()
	sh, ok := Find("sh")
	if !ok {
		t.Skip("there is no sh")
	}
	return Command{Argv: []string{sh, "-c", script}, Dir: t.TempDir(), Apart: true}
}

func refused() error { return errors.New("refused") }

func TestLaunchTellsWhyNot(t *testing.T) {
	for script, want := range map[string]struct {
		is   error
		said string
	}{
		"echo no such luck >&2; exit 1":             {ErrExited, "no such luck"},
		"echo 'bind: Address already in use'; exit": {ErrInUse, "already in use"},
	} {
		p, err := Launch(t.Context(), shell(t, script), refused)
		if err == nil {
			p.Stop()
		}
		if !errors.Is(err, want.is) || !strings.Contains(err.Error(), want.said) {
			t.Errorf("%s: %v, want %v with %q", script, err, want.is, want.said)
		}
	}
	if _, err := Launch(t.Context(), Command{Argv: []string{"/nonexistent"}, Dir: t.TempDir()}, refused); err == nil {
		t.Error("a program that does not exist was started")
	}
}

// A port may have been another's, who answers in the place of a server that could
// not bind it.
func TestAnotherAnswers(t *testing.T) {
	p, err := Start(shell(t, "exit 1"))
	if err != nil {
		t.Fatal(err)
	}
	<-p.Exited()
	if err := p.await(t.Context(), func() error { return nil }); !errors.Is(err, ErrExited) {
		t.Errorf("got %v, want %v", err, ErrExited)
	}
}

func TestLaunchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	_, err := Launch(ctx, shell(t, "sleep 60"), func() error {
		cancel(cause)
		return errors.New("refused")
	})
	if !errors.Is(err, cause) {
		t.Errorf("got %v, want %v", err, cause)
	}
}

// What a master leaves behind ends with it, killed or asked.
func TestStopEndsTheWholeGroup(t *testing.T) {
	for name, script := range map[string]string{
		"a friendly end": "sleep 60 & echo up; wait",
		"killed":         "trap '' TERM; sleep 60 & echo up; while true; do wait; done",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := shell(t, script)
			p, err := Launch(t.Context(), c, func() error {
				text, err := os.ReadFile(filepath.Join(c.Dir, "stdout"))
				if err == nil && !strings.Contains(string(text), "up") {
					err = errors.New("not up")
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			p.Stop()
			p.Stop()
			select {
			case <-p.Exited():
			default:
				t.Error("Stop returned before the process was gone")
			}
			if left := groupMembers(p.PID()); left {
				t.Error("its child is still there")
			}
		})
	}
}

func TestFind(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	for file, mode := range map[string]os.FileMode{
		filepath.Join(dir, "not-executable"): 0o600,
		filepath.Join(other, "tool"):         0o700,
	} {
		if err := os.WriteFile(file, nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(other)
	for _, tt := range []struct {
		name    string
		folders []string
		want    string
	}{
		{"tool", []string{dir, other}, filepath.Join(other, "tool")},
		{"tool", []string{"", ".", dir}, ""},
		{"not-executable", []string{dir}, ""},
		{"tool", nil, ""},
	} {
		got, ok := find(tt.name, tt.folders)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s in %q: got %q, %v", tt.name, tt.folders, got, ok)
		}
	}
}

func TestFreePorts(t *testing.T) {
	ports, err := FreePorts("127.0.0.1", 3)
	if err != nil || len(ports) != 3 || ports[0] == ports[1] || ports[1] == ports[2] || ports[0] == ports[2] {
		t.Errorf("got %v, %v", ports, err)
	}
}
