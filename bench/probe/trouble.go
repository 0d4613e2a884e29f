package probe

import (
	"strings"

	"tlsbench/bench"
)

// Trouble says in words what is wrong with a place, and why: that it is "down",
// that it "cannot be probed", though it answers, or that it "stopped answering".
// Both are empty where nothing is wrong.
func (p PlaceResult) Trouble() (what, why string) {
	switch {
	case p.Failure != nil && p.Failure.Phase <= bench.Connect:
		return "down", p.Failure.String()
	case p.Failure != nil:
		return "cannot be probed", explained(*p.Failure)
	case p.Stopped != nil:
		return "stopped answering", explained(*p.Stopped)
	}
	return "", ""
}

// trouble is that as the end of a sentence about the place.
func (p PlaceResult) trouble() string {
	what, _ := p.Trouble()
	if what == "down" {
		return "is down"
	}
	return what
}

// explained is a failure in words. What a server says of certificates is about
// the client's (RFC 8446 section 6.2).
func explained(f bench.FailureNote) string {
	alert, ok := strings.CutPrefix(string(f.Class), string(bench.Alert("")))
	if !ok {
		return f.String()
	}
	switch alert {
	case "certificate_required":
		return "it asks for a client certificate: give one with --cert, and its key with --key (" + f.Error + ")"
	case "bad_certificate", "unsupported_certificate", "certificate_revoked", "certificate_expired", "certificate_unknown", "unknown_ca", "access_denied":
		return "it wants another client certificate, or any: see --cert and --key (" + f.Error + ")"
	case "handshake_failure":
		return f.String() + "; it may be that it asks for a client certificate"
	}
	return f.String()
}
