package probe

import (
	"crypto/tls"
	"reflect"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

func TestDown(t *testing.T) {
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}}, nil, &fakePlace{nodes: []*fakeNode{honest("x")}})
	res := probeFakes(t, e, p)
	if res.Places[1].Up() || !hasNote(res, "b is down", "connect-refused") && !hasNote(res, "b is down") {
		t.Errorf("%+v; notes %q", res.Places[1], res.Notes)
	}
	mx := res.Matrices[0]
	if got := mx.Cells[0][1]; got.Of != 0 || got.Note != "b is down" {
		t.Errorf("the cell of a place that is down: %+v", got)
	}
	if want := [][]int{{0, 2}}; !reflect.DeepEqual(mx.Groups, want) {
		t.Errorf("groups %v, want %v", mx.Groups, want)
	}
	if len(res.Places[1].Mechanisms) != 0 {
		t.Errorf("a place that is down has %+v", res.Places[1].Mechanisms)
	}
}

// A place that dies on the way is told of, and its findings stand on what was
// seen before.
func TestStopsAnswering(t *testing.T) {
	dying := &fakePlace{nodes: []*fakeNode{honest("x")}, fail: func(n int, _ bench.Arm, _ bench.Offer) *bench.Failure {
		if n > 10 {
			return failure(bench.ClassConnectTimeout, bench.Connect)
		}
		return nil
	}}
	e, p := fakes(dying, &fakePlace{nodes: []*fakeNode{honest("x")}})
	res := probeFakes(t, e, p)
	if res.Places[0].Stopped == nil || !hasNote(res, "a stopped answering") {
		t.Errorf("stopped %v; notes %q", res.Places[0].Stopped, res.Notes)
	}
	if dying.dials > 11+patience {
		t.Errorf("%d connections to a place that is gone", dying.dials)
	}
	if got := found(t, res, 1, session.ByPSK); got.Reuse.Verdict != Yes {
		t.Errorf("the other place: %+v", got.Reuse)
	}
	if got := res.Matrices[len(res.Matrices)-1].Cells[0][1]; got.Of != 0 || got.Note == "" {
		t.Errorf("the cell of a place that is gone: %+v", got)
	}
}

// Failures are counted apart: they are neither acceptances nor refusals.
func TestFailuresInTheMiddle(t *testing.T) {
	offers := 0
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}, fail: func(_ int, _ bench.Arm, offer bench.Offer) *bench.Failure {
		if !offer.Session.IsZero() {
			if offers++; offers%2 == 0 {
				return failure(bench.ClassReset, bench.TLSPhase)
			}
		}
		return nil
	}})
	res := probeFakes(t, e, p)
	got := found(t, res, 0, session.ByTicket)
	if got.Reuse.Verdict != Yes || got.Reuse.Of != 6 || got.Reuse.Failed != 6 || !strings.Contains(got.Reuse.Why, "6 failed") {
		t.Errorf("%+v", got.Reuse)
	}
	if got.Failure == nil || !hasNote(res, "some connections failed") {
		t.Errorf("failure %v; notes %q", got.Failure, res.Notes)
	}
	if cell := res.Matrices[0].Cells[0][0]; cell.Full() || cell.Failed == 0 {
		t.Errorf("cell %+v", cell)
	}
}

// mutual is a server that asks for a client certificate.
func mutual() *fakePlace {
	return &fakePlace{nodes: []*fakeNode{honest("x")}, fail: func(_ int, arm bench.Arm, offer bench.Offer) *bench.Failure {
		switch {
		case arm.TLS.MaxVersion < tls.VersionTLS13:
			return failure(bench.Alert("handshake_failure"), bench.TLSPhase)
		case offer.Prime: // else nothing is read, and it is not seen
			return failure(bench.Alert("certificate_required"), bench.TLSPhase)
		}
		return nil
	}}
}

func TestClientCertificate(t *testing.T) {
	e, p := fakes(mutual(), &fakePlace{nodes: []*fakeNode{honest("x")}})
	res := probeFakes(t, e, p)
	if res.Places[0].Up() || !hasNote(res, "a cannot be probed: it asks for a client certificate: give one with --cert") {
		t.Errorf("%+v; %q", res.Places[0], res.Notes)
	}
	if note := res.Matrices[0].Cells[0][1].Note; note != "a cannot be probed" {
		t.Errorf("%q", note)
	}
}

// Only an alert about the version says that a server does not speak it.
func TestRefusesVersion(t *testing.T) {
	for alert, want := range map[string]Verdict{
		"protocol_version": No, "handshake_failure": NotTested, "insufficient_security": NotTested,
		"internal_error": NotTested, "bad_certificate": NotTested,
	} {
		e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}, fail: func(_ int, arm bench.Arm, _ bench.Offer) *bench.Failure {
			if arm.TLS.MaxVersion == tls.VersionTLS12 {
				return failure(bench.Alert(alert), bench.TLSPhase)
			}
			return nil
		}})
		res := probeFakes(t, e, p)
		if got := res.Places[0].supports(tls.VersionTLS12); got != want {
			t.Errorf("%s: %s, want %s", alert, got, want)
		}
		if got := mustParse(t, "!tls1.2")[0].Check(res, nil); (got.Verdict == Pass) != (want == No) {
			t.Errorf("%s: %+v", alert, got)
		}
	}
}

// What refuses every version is not down, and is not taken for one that grants
// nothing.
func TestRefusesAll(t *testing.T) {
	e, p := fakes(&fakePlace{versions: []bench.Version{}})
	res := probeFakes(t, e, p)
	if f := res.Places[0].Failure; f == nil || f.Class != bench.Alert("protocol_version") || len(res.Places[0].Versions) != 4 {
		t.Errorf("%+v", res.Places[0])
	}
	if !hasNote(res, "a cannot be probed") {
		t.Errorf("%q", res.Notes)
	}
	e, p = fakes(&fakePlace{versions: []bench.Version{}, fail: func(_ int, arm bench.Arm, _ bench.Offer) *bench.Failure {
		if arm.TLS.MaxVersion == tls.VersionTLS12 {
			return failure(bench.ClassCertificate, bench.TLSPhase)
		}
		return nil
	}})
	if f := probeFakes(t, e, p).Places[0].Failure; f == nil || f.Class != bench.ClassCertificate {
		t.Errorf("%+v", f)
	}
}

// A place that fails once in a while is asked again.
func TestFailsOnce(t *testing.T) {
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}, fail: func(n int, _ bench.Arm, _ bench.Offer) *bench.Failure {
		if n == 0 {
			return failure(bench.ClassConnectRefused, bench.Connect)
		}
		return nil
	}})
	if res := probeFakes(t, e, p); !res.Places[0].Up() || res.Places[0].Stopped != nil {
		t.Errorf("%+v", res.Places[0])
	}
}

// Where full handshakes fail at times, findings stand on fewer sessions.
func TestMintsFail(t *testing.T) {
	primes := 0
	e, p := fakes(&fakePlace{nodes: []*fakeNode{honest("x")}, fail: func(_ int, _ bench.Arm, offer bench.Offer) *bench.Failure {
		if offer.Prime && offer.Session.IsZero() {
			if primes++; primes%2 == 1 {
				return failure(bench.ClassReset, bench.TLSPhase)
			}
		}
		return nil
	}})
	res := probeFakes(t, e, p)
	got := found(t, res, 0, session.ByTicket)
	if got.Reuse.Verdict != Yes || got.Reuse.Of == 12 || got.Failure == nil {
		t.Errorf("%+v", got)
	}
	if cell := res.Matrices[0].Cells[0][0]; cell.Full() || !strings.Contains(cell.Note, "no session could be got") {
		t.Errorf("%+v", cell)
	}
	if got := mustParse(t, "shared-keys")[0].Check(res, nil); got.Verdict == Pass {
		t.Errorf("%+v", got)
	}
}
