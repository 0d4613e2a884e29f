package target

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/tls"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// The one configuration that the embedded server has (RFC 9849 section 4; HPKE's
// numbers are those of RFC 9180 section 7).
const (
	echVersion    = 0xfe0d
	echID         = 1
	echKEM        = 0x0020          // DHKEM(X25519, HKDF-SHA256)
	echKDF        = 0x0001          // HKDF-SHA256
	echAEAD       = 0x0001          // AES-128-GCM
	echPublicName = "ech.localhost" // crypto/tls wants a dot in it
)

// newECH makes a fresh key for a server, and the list that clients need.
func newECH() (keys []tls.EncryptedClientHelloKey, list []byte, err error) {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("making the ECH key: %w", err)
	}
	one, err := echConfig(key.PublicKey().Bytes())
	if err != nil {
		return nil, nil, err
	}
	keys = []tls.EncryptedClientHelloKey{{Config: one, PrivateKey: key.Bytes(), SendAsRetry: true}}
	var b cryptobyte.Builder
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(one) })
	list, err = b.Bytes()
	return keys, list, err
}

func echConfig(publicKey []byte) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddUint16(echVersion)
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(echID)
		b.AddUint16(echKEM)
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(publicKey) })
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(echKDF)
			b.AddUint16(echAEAD)
		})
		b.AddUint8(0) // maximum_name_length: names are of one length anyway
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(echPublicName)) })
		b.AddUint16(0) // no extensions
	})
	return b.Bytes()
}
