package tlsconf

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"tlsbench/bench"
)

// encrypt has connections offer Encrypted Client Hello (RFC 9849), which is of
// TLS 1.3 alone: no older version is then offered.
func (c *Config) encrypt(arm bench.Arm) error {
	list := []byte(arm.Target.ECH)
	if arm.TLS.ECH != "" {
		var err error
		if list, err = echConfigList(arm.TLS.ECH); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		return nil
	}
	if arm.TLS.MaxVersion < tls.VersionTLS13 {
		return fmt.Errorf("--ech: Encrypted Client Hello is of TLS 1.3, and --tls allows %v at most", arm.TLS.MaxVersion)
	}
	c.MinVersion = tls.VersionTLS13
	c.EncryptedClientHelloConfigList = list
	// Nothing is said on a connection whose ECH was rejected, so that it does
	// not matter who answers: a rejection is to read as one, whatever the
	// certificate that comes with it.
	c.EncryptedClientHelloRejectionVerify = func(tls.ConnectionState) error { return nil }
	return nil
}

// echConfigList reads an ECHConfigList (RFC 9849 section 4) from a file, raw or
// in base64, or, where there is no such file, from the text itself.
func echConfigList(value string) ([]byte, error) {
	data, err := os.ReadFile(value)
	if err != nil {
		list, bad := base64.StdEncoding.DecodeString(value)
		if bad == nil {
			bad = checkECH(list)
		}
		if bad != nil {
			return nil, fmt.Errorf("--ech %.60s: it is no file that can be read (%w), nor an ECHConfigList in base64: %w", value, err, bad)
		}
		return list, nil
	}
	if list, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(data))); err == nil {
		data = list
	}
	if err := checkECH(data); err != nil {
		return nil, fmt.Errorf("--ech %.60s: %w", value, err)
	}
	return data, nil
}

// checkECH looks at the outer structure and whether crypto/tls has a use for
// any configuration in it.
func checkECH(list []byte) error {
	if len(list) < 2 || int(binary.BigEndian.Uint16(list)) != len(list)-2 {
		return errors.New("no ECHConfigList: its first two bytes are not the length of the rest")
	}
	if len(list) == 2 {
		return errors.New("the ECHConfigList is empty")
	}
	// crypto/tls reads the list when it makes a ClientHello. One that is
	// written to nowhere is enough.
	config := &tls.Config{ServerName: "ech.invalid", MinVersion: tls.VersionTLS13, EncryptedClientHelloConfigList: list}
	err := tls.Client(nowhere{}, config).Handshake()
	if errors.Is(err, errHello) {
		return nil
	}
	return fmt.Errorf("crypto/tls has no use for it: %s", strings.TrimPrefix(err.Error(), "tls: "))
}

// nowhere is a connection on which nothing can be sent.
type nowhere struct{ net.Conn }

var errHello = errors.New("a ClientHello was made")

func (nowhere) Write([]byte) (int, error) { return 0, errHello }
func (nowhere) Close() error              { return nil }

// OfferedInECH reports whether a ClientHello under Encrypted Client Hello
// offered a session. What it offered is in its encrypted part, whose size alone
// shows: one that offers a session is longer than one that does not, since a
// ticket takes more than the 32 bytes that both are padded to. Where no
// connection of the arm went without a session yet, only a resumption proves
// the offer.
func (c *Config) OfferedInECH(size int, bare, resumed bool) bool {
	if bare {
		if c.bare.Load() != int64(size) { // workers share it
			c.bare.Store(int64(size))
		}
		return false
	}
	known := c.bare.Load()
	return resumed || known > 0 && int64(size) > known
}
