package report

import (
	"io"
	"testing"
)

// BenchmarkPage is of two arms and ten rounds.
func BenchmarkPage(b *testing.B) {
	d := NewDocument(loadResult(b))
	for b.Loop() {
		if err := (HTML{}).Write(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}
