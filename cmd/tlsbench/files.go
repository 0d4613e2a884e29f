package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tlsbench/scenarios"
)

// fileUse is a file that a command reads or writes, and what names it: an
// error, since that has a place in a scenario's text.
type fileUse struct {
	what error
	file string
}

// given are files that arguments or a flag name.
func given(flag string, files ...string) (all []fileUse) {
	for _, file := range files {
		all = append(all, fileUse{errors.New(flag + file), file})
	}
	return all
}

// scenarioFile is the file of -f, none where that names a built-in one.
func scenarioFile(name string) []fileUse {
	if _, err := os.Stat(name); err != nil {
		return nil
	}
	return given("-f ", name)
}

// filesOf are those that a scenario's options name.
func filesOf(s *scenarios.Scenario) (written, read []fileUse) {
	add := func(to *[]fileUse, path, text, file string) {
		if file != "" {
			*to = append(*to, fileUse{s.Wrong(path, -1, " %s", text), file})
		}
	}
	add(&written, "tls.keylog", s.TLS.KeyLog, s.TLS.KeyLog)
	add(&written, "samples", s.Samples, s.Samples)
	add(&written, "sessions.out", s.Sessions.Out, s.Sessions.Out)
	if file, err := baselineFile(s.SaveBaseline); err == nil {
		add(&written, "save-baseline", s.SaveBaseline, file)
	}
	add(&read, "tls.cacert", s.TLS.CACert, s.TLS.CACert)
	for _, cert := range s.TLS.Cert {
		add(&read, "tls.cert", cert, cert)
	}
	for _, key := range s.TLS.Key {
		add(&read, "tls.key", key, key)
	}
	add(&read, "tls.cert-password-file", s.TLS.CertPasswordFile, s.TLS.CertPasswordFile)
	add(&read, "tls.ech", s.TLS.ECH, s.TLS.ECH)
	add(&read, "noise", s.Noise, s.Noise)
	if s.Baseline != s.SaveBaseline { // it may be moved on
		add(&read, "baseline", s.Baseline, baselinePath(s.Baseline))
	}
	if s.Sessions.In != s.Sessions.Out { // what it holds in the end may be put back
		add(&read, "sessions.in", s.Sessions.In, s.Sessions.In)
	}
	return written, read
}

// apart refuses to write a file that is read, or that something else is written
// to, under whatever name.
func apart(written, read []fileUse) error {
	for i, w := range written {
		for _, r := range read {
			if sameFile(w.file, r.file) {
				return fmt.Errorf("%w is the same file as %w, and would overwrite it: name another", w.what, r.what)
			}
		}
		for _, other := range written[:i] {
			if sameFile(w.file, other.file) {
				return fmt.Errorf("%w is the same file as %w: name another", w.what, other.what)
			}
		}
	}
	return nil
}

// sameFile reports whether two names lead to one file, also where it is not
// there yet. Nothing is lost where both are the null device.
func sameFile(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return a != os.DevNull
	}
	first, errA := os.Stat(a)
	second, errB := os.Stat(b)
	switch {
	case errA == nil && errB == nil:
		return first.Mode().IsRegular() && os.SameFile(first, second)
	case errA == nil || errB == nil:
		return false
	}
	return wouldBe(a) == wouldBe(b)
}

// wouldBe is where a file would be made that is not there: links are followed,
// also one that leads nowhere yet.
func wouldBe(name string) string {
	const most = 40 // links, as the kernel has it
	for range most {
		to, err := os.Readlink(name)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(name), to)
		}
		name = to
	}
	if whole, err := filepath.Abs(name); err == nil {
		name = whole
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(name)); err == nil {
		name = filepath.Join(folder, filepath.Base(name))
	}
	return name
}
