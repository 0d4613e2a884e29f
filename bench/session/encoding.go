package session

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/cryptobyte"
)

// crypto/tls documents how it encodes a session in the comment on SessionState
// and keeps the right to change that between Go versions. Nothing here trusts
// it: what is encoded is parsed by crypto/tls and must come back byte for byte,
// and what is read must be read to its end.

// ErrEncoding says that this release of Go encodes sessions in another way than
// this package knows.
var ErrEncoding = errors.New("crypto/tls of this Go release encodes sessions in another way than the one known here")

const clientState = 2 // SessionStateType

// clientSession is what a session of a client is made of, without its ticket.
type clientSession struct {
	version        uint16
	suite          uint16
	created        uint64 // seconds since 1970
	secret         []byte
	extended       bool // RFC 7627
	peer           []*x509.Certificate
	verified       [][]*x509.Certificate
	curve          tls.CurveID // TLS 1.2 and below
	useBy          uint64      // TLS 1.3, seconds since 1970
	certificateEnd time.Time   // of the leaf, on reading
}

// encode is for sessions of TLS 1.2 and below.
func (s clientSession) encode() ([]byte, error) {
	var b cryptobyte.Builder
	b.AddUint16(s.version)
	b.AddUint8(clientState)
	b.AddUint16(s.suite)
	b.AddUint64(s.created)
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(s.secret) })
	b.AddUint24(0) // extra
	b.AddUint8(flag(s.extended))
	b.AddUint8(0) // early data
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, cert := range s.peer {
			addBytes24(b, cert.Raw)
			b.AddUint16(0) // extensions of a CertificateEntry (RFC 8446 section 4.4.2)
		}
	})
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, chain := range s.verified {
			b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
				for _, cert := range chain[1:] { // the leaf is the peer's
					addBytes24(b, cert.Raw)
				}
			})
		}
	})
	b.AddUint16(uint16(s.curve))
	return b.Bytes()
}

func addBytes24(b *cryptobyte.Builder, bytes []byte) {
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(bytes) })
}

func flag(set bool) uint8 {
	if set {
		return 1
	}
	return 0
}

// state makes what crypto/tls offers, with the given ticket.
func (s clientSession) state(ticket []byte) (*tls.ClientSessionState, error) {
	if len(s.peer) == 0 || len(s.secret) == 0 {
		return nil, errors.New("a session without a certificate or a secret")
	}
	encoded, err := s.encode()
	if err != nil {
		return nil, err
	}
	parsed, err := parseState(encoded)
	if err != nil {
		return nil, err
	}
	return tls.NewResumptionState(ticket, parsed)
}

// parseState lets crypto/tls read a session and checks that it understood all
// of it.
func parseState(encoded []byte) (*tls.SessionState, error) {
	parsed, err := tls.ParseSessionState(encoded)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	again, err := parsed.Bytes()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	if !bytes.Equal(encoded, again) {
		return nil, fmt.Errorf("%w: it does not give back what it was given", ErrEncoding)
	}
	return parsed, nil
}

// decode reads what the client wants to know of a session.
func decode(encoded []byte) (clientSession, error) {
	var c clientSession
	var kind, extended, early uint8
	var secret, extra, certificates, chains, alpn cryptobyte.String
	s := cryptobyte.String(encoded)
	ok := s.ReadUint16(&c.version) && s.ReadUint8(&kind) && s.ReadUint16(&c.suite) && s.ReadUint64(&c.created) &&
		s.ReadUint8LengthPrefixed(&secret) && s.ReadUint24LengthPrefixed(&extra) &&
		s.ReadUint8(&extended) && s.ReadUint8(&early) &&
		s.ReadUint24LengthPrefixed(&certificates) && s.ReadUint24LengthPrefixed(&chains) &&
		(early == 0 || s.ReadUint8LengthPrefixed(&alpn))
	if !ok || kind != clientState {
		return c, ErrEncoding
	}
	c.secret, c.extended = secret, extended == 1
	if c.version >= tls.VersionTLS13 {
		var ageAdd uint32
		ok = s.ReadUint64(&c.useBy) && s.ReadUint32(&ageAdd)
	} else {
		ok = s.ReadUint16((*uint16)(&c.curve))
	}
	var leaf cryptobyte.String
	if !ok || !s.Empty() || !certificates.ReadUint24LengthPrefixed(&leaf) {
		return c, ErrEncoding
	}
	cert, err := x509.ParseCertificate(leaf)
	if err != nil {
		return c, fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	c.certificateEnd = cert.NotAfter
	return c, nil
}
