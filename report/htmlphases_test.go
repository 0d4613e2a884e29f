package report

import (
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/saved"
)

// A handshake whose parts nobody knows, as over QUIC, is one part of the time.
func TestHandshakeWithoutParts(t *testing.T) {
	r, err := saved.Load("testdata/result.json")
	if err != nil {
		t.Fatal(err)
	}
	shows := func(class string) bool {
		return strings.Contains(output(t, "html", NewDocument(r)), `class="`+class+`"`)
	}
	if shows("p-tls") || !shows("p-wait") {
		t.Error("a handshake of two parts is shown as one")
	}
	for i := range r.Arms {
		delete(r.Arms[i].Phases, bench.Wait)
		delete(r.Arms[i].Phases, bench.Local)
	}
	if !shows("p-tls") || shows("p-wait") {
		t.Error("a handshake without parts is not shown")
	}
}
