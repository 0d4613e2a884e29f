package samples

import (
	"bytes"
	"io"
)

// lines collects whole lines and writes many of them at once.
type lines struct {
	to    io.Writer
	text  []byte
	whole int64 // bytes of whole lines that were written
	err   error // of the first write that failed
}

// enough is how much is written at once.
const enough = 64 << 10

// truncater takes back the part of a line that a full disk still took.
type truncater interface{ Truncate(size int64) error }

// flush returns how many lines were written. After a failed write there are no
// more.
func (l *lines) flush() int64 {
	text := l.text
	l.text = l.text[:0]
	if l.err != nil || len(text) == 0 {
		return 0
	}
	n, err := l.to.Write(text)
	if err != nil {
		l.err = err
		cut := bytes.LastIndexByte(text[:n], '\n') + 1
		if t, ok := l.to.(truncater); ok && cut < n {
			_ = t.Truncate(l.whole + int64(cut)) // where that fails, the first error says enough
		}
		n = cut
	}
	l.whole += int64(n)
	return int64(bytes.Count(text[:n], []byte{'\n'}))
}

// last writes the last line, also after a failed write: there may be room again.
func (l *lines) last(line []byte) {
	failed := l.err
	l.err = nil
	l.text = append(l.text[:0], line...)
	l.flush()
	if failed != nil {
		l.err = failed
	}
}
