package tlsconn

import (
	"bytes"
	"encoding/hex"
	"io"
)

// keyLog takes the master secret of TLS 1.2 and below from the lines of a key
// log (draft-ietf-tls-keylogfile), and hands them on where the user wants one.
type keyLog struct {
	next   io.Writer
	secret []byte
}

// Write implements io.Writer. crypto/tls writes one line at a time.
func (k *keyLog) Write(line []byte) (int, error) {
	fields := bytes.Fields(line)
	if len(fields) == 3 && string(fields[0]) == "CLIENT_RANDOM" {
		secret := make([]byte, hex.DecodedLen(len(fields[2])))
		if _, err := hex.Decode(secret, fields[2]); err != nil {
			return 0, err
		}
		k.secret = secret
	}
	if k.next != nil {
		return k.next.Write(line)
	}
	return len(line), nil
}
