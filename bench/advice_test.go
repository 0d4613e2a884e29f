package bench

import (
	"errors"
	"strings"
	"testing"
)

func TestAdviceNamesWhatTheServerMinds(t *testing.T) {
	for alert, want := range map[string]string{
		"certificate_required":    "it asks for a client certificate: give one with --cert, and its key with --key",
		"bad_certificate":         "does not take the client certificate, or wants one: check --cert",
		"unknown_ca":              "does not take the client certificate, or wants one: check --cert",
		"no_application_protocol": "check it, and that the scheme and the port belong together",
		"protocol_version":        "check --tls, and --ech",
		"handshake_failure":       "check --tls, --groups, --ciphers",
	} {
		if got := Alert(alert).Advice(); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", alert, got, want)
		}
	}
}

// What failed is named once, whoever else names it.
func TestFailureNoteNamesThePhaseOnce(t *testing.T) {
	for text, want := range map[string]string{
		"connect: connection refused":                      "phase connect: connection refused: nothing listens there",
		"connection refused":                               "phase connect: connection refused: nothing listens there",
		"proxy http://p: connect: connection refused":      "phase connect: proxy http://p: connect: connection refused: ",
		"connect: connect: connection refused (a message)": "phase connect: connect: connection refused (a message): ",
	} {
		note := (&Failure{ClassConnectRefused, Connect, errors.New(text)}).Note()
		if got := note.String(); !strings.HasPrefix(got, want) || note.Error != text {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
