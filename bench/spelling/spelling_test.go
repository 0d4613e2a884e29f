package spelling

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	known := []string{"pool", "tickets", "chain", "rtt", "shared-keys"}
	for _, tt := range []struct {
		word, want string
	}{
		{"ticket", "tickets"}, {"TICKETS", "tickets"}, {"tikets", "tickets"}, {"chian", "chain"}, {"trt", "rtt"}, {"rt", "rtt"},
		{"sharedkeys", "shared-keys"}, {"nonsense", ""}, {"foo", ""}, {"pol", "pool"}, {"", ""}, {"x", ""}, {strings.Repeat("t", 100), ""},
	} {
		got, ok := Nearest(tt.word, known)
		if !ok {
			got = ""
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.word, got, tt.want)
		}
	}
	if _, ok := Nearest("word", nil); ok {
		t.Error("something was found among no words")
	}
}
