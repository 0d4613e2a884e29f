package probe

import (
	"context"
	"crypto/tls"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// versions makes a full handshake of each version at a place.
func (r *run) versions(ctx context.Context, place int) error {
	p := &r.result.Places[place]
	for _, v := range r.plan.Versions {
		got, f, err := r.version(ctx, place, v)
		if err != nil {
			return err
		}
		if f != nil && f.Phase < bench.TLSPhase && !p.anySupported() {
			// It is not the version that fails, and each try takes a timeout.
			p.Failure, p.Versions = f.Note(), []VersionResult{}
			return nil
		}
		p.Versions = append(p.Versions, got)
	}
	if !p.anySupported() {
		p.Failure = worst(p.Versions)
	}
	r.stations[place].inRow = 0 // it may have minded a version
	return nil
}

// version tries one version, and once more where it fails for another reason
// than the version, unless that took the whole timeout.
func (r *run) version(ctx context.Context, place int, v bench.Version) (VersionResult, *bench.Failure, error) {
	at := route{place: place, want: bench.WantFull, version: v}
	// In TLS 1.3 a server refuses a client without a certificate after the
	// handshake: it shows where something is read.
	offer := bench.Offer{Prime: v >= tls.VersionTLS13}
	res := VersionResult{Version: v}
	for try := 0; ; try++ {
		var facts bench.Facts
		s, _, err := r.dial(ctx, at, offer, &facts)
		if err != nil {
			return res, nil, err
		}
		f := s.Failure
		switch {
		case f == nil:
			res.Supported, res.Failure = Yes, nil
			res.Suite, res.Group, res.Key = facts.Suite, facts.Group, facts.Key
			res.HelloRetry, res.Chain, res.CertificateBytes, res.BytesIn =
				&s.HelloRetry, &facts.Chain, &facts.CertSize, &s.BytesIn
			return res, nil, nil
		case refusesVersion(f):
			res.Supported, res.Failure = No, f.Note()
			return res, nil, nil
		}
		res.Supported, res.Failure = NotTested, f.Note()
		if try == 1 || f.Class == bench.ClassConnectTimeout || f.Class == bench.ClassProxyTimeout || f.Class == bench.ClassHandshakeTimeout {
			return res, f, nil
		}
	}
}

// refusesVersion tells "not in this version" from all other failures. An alert
// such as handshake_failure may as well be about suites, groups or a client's
// certificate. A server that does not know of TLS 1.3 answers in an older
// version, which crypto/tls then refuses.
func refusesVersion(f *bench.Failure) bool {
	return f.Class == bench.Alert("protocol_version") || f.Phase == bench.TLSPhase && f.Err != nil &&
		strings.Contains(f.Err.Error(), "server selected unsupported protocol version")
}

func (p PlaceResult) anySupported() bool {
	for _, v := range p.Versions {
		if v.Supported == Yes {
			return true
		}
	}
	return false
}

// worst is the failure to tell of where no version works: one that is not
// about the version, if there is any, the highest version's first.
func worst(versions []VersionResult) *bench.FailureNote {
	note := versions[len(versions)-1].Failure
	for _, v := range versions {
		if v.Supported == NotTested {
			note = v.Failure
		}
	}
	return note
}

// highest is the highest version that the place speaks and in which the
// mechanism exists, 0 for none.
func (p PlaceResult) highest(m session.Mechanism) bench.Version {
	var best bench.Version
	low, high := bench.Want(m).Versions()
	for _, v := range p.Versions {
		if v.Supported == Yes && low <= v.Version && v.Version <= high && v.Version > best {
			best = v.Version
		}
	}
	return best
}

// supports is what is known of a version at the place.
func (p PlaceResult) supports(v bench.Version) Verdict {
	for _, each := range p.Versions {
		if each.Version == v {
			return each.Supported
		}
	}
	return NotTested
}
