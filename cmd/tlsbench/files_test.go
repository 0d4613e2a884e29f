package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tlsbench/scenarios"
)

// Each file that an option writes is held against each that one reads.
func TestFilesOfAScenario(t *testing.T) {
	t.Parallel()
	for _, writes := range []string{"tls.keylog", "samples", "sessions.out"} {
		for _, reads := range []string{"tls.cacert", "tls.cert", "tls.key", "noise", "baseline", "sessions.in"} {
			s := scenarios.Default()
			for path, name := range map[string]string{writes: "a/../f.pem", reads: "f.pem"} {
				if err := s.Set(path, name, scenarios.Origin{Layer: scenarios.BySet, Name: "--set " + path}); err != nil {
					t.Fatal(err)
				}
			}
			err := apart(filesOf(s))
			if err == nil || !strings.Contains(err.Error(), "--set "+writes) || !strings.Contains(err.Error(), "--set "+reads) {
				t.Errorf("%s and %s: %v", writes, reads, err)
			}
		}
	}
	s := scenarios.Default()
	s.Sessions.In, s.Sessions.Out = "f", "f"
	if err := apart(filesOf(s)); err != nil {
		t.Errorf("sessions may be put back: %v", err)
	}
}

func TestSameFile(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, err := range []error{
		os.Mkdir("folder", 0o755), os.WriteFile("there", nil, 0o644), os.WriteFile("other", nil, 0o644),
		os.Link("there", "hard"), os.Symlink("there", "soft"), os.Symlink("folder", "door"),
		os.Symlink("missing", "dangling"), os.Symlink(filepath.Join("..", "missing"), filepath.Join("folder", "deep")),
		os.Symlink("ring", "ring"),
	} {
		if err != nil {
			t.Skip(err) // links are not for everybody on Windows
		}
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"there", "./folder/../there", true},
		{"there", filepath.Join(here, "there"), true},
		{"there", "hard", true},
		{"soft", "hard", true},
		{"there", "other", false},
		{"there", "missing", false},
		{"missing", "absent", false},
		{"missing", filepath.Join(here, "missing"), true},
		{"missing", "dangling", true},
		{"dangling", "door/deep", true},
		{"folder/new", "door/new", true},
		{"no/such/folder", "no/such/file", false},
		{"ring", "missing", false},
		{os.DevNull, os.DevNull, false},
	} {
		if sameFile(tt.a, tt.b) != tt.same || sameFile(tt.b, tt.a) != tt.same {
			t.Errorf("%s and %s: want %v", tt.a, tt.b, tt.same)
		}
	}
}
