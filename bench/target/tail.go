package target

import (
	"bytes"
	"strings"
	"sync"
)

// maxTail is how much of a child's stderr is kept at least; a crash's goroutine
// dump fits.
const maxTail = 64 << 10

// tail keeps the last bytes written to it, at most twice maxTail.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if len(t.kept) > 2*maxTail {
		t.kept = bytes.Clone(t.kept[len(t.kept)-maxTail:])
	}
	return len(p), nil
}

// reason is the one line that says most about why the writer ended: what Go
// says first of a crash, else the last line that is not blank.
func (t *tail) reason() string {
	t.mu.Lock()
	text := string(t.kept)
	t.mu.Unlock()
	last := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			return line
		}
		if line != "" {
			last = line
		}
	}
	return last
}
