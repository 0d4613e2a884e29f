package probe

import "tlsbench/bench"

// Trouble says in words what is wrong with a place, and why: that it is "down",
// that it "cannot be probed", though it answers, or that it "stopped answering".
// Both are empty where nothing is wrong.
func (p PlaceResult) Trouble() (what, why string) {
	switch {
	case p.Failure != nil && p.Failure.Phase < bench.TLSPhase:
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

// explained is a failure in words.
func explained(f bench.FailureNote) string {
	switch {
	case f.Class.OfCertificate():
		return f.Class.Advice() + " (" + f.Error + ")"
	case f.Class == bench.Alert("handshake_failure"):
		return f.String() + "; it may be that it asks for a client certificate"
	}
	return f.String()
}
