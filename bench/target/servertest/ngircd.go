package servertest

import (
	"regexp"
	"testing"
)

// Ngircd starts ngIRCd: ircs. It has no STARTTLS, see Inspircd for that. Debian's
// is built on GnuTLS, and never grants a session.
func Ngircd(t testing.TB, o Options) *Peer {
	t.Helper()
	d := newDaemon(t, o, "ngircd", "ngircd")
	d.write("dh.pem", ffdhe2048) // or it would make some, for seconds
	var address string
	p := d.start(1, func(ports []int) ([]string, func() error) {
		address = d.o.mainAddress(ports[0])
		conf := d.fill("ngircd.conf", ngircdConf, map[string]any{"Port": portOf(address)})
		return []string{d.program, "-n", "-f", conf}, listens(address)
	})
	peer := d.peer(p, map[string]string{"ircs": address})
	peer.counts = logged(p.Stdout(), regexp.MustCompile(`: initialized TLS.* using cipher `), nil, nil)
	return peer
}

const ngircdConf = `[Global]
Name = irc.test
Info = for tests
Listen = {{.Host}}
Ports =
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
[Options]
DNS = no
Ident = no
PAM = no
[SSL]
CertFile = {{.Dir}}/chain.pem
KeyFile = {{.Dir}}/key.pem
DHFile = {{.Dir}}/dh.pem
Ports = {{.Port}}
`

// ffdhe2048 is the group of RFC 7919 appendix A.1.
const ffdhe2048 = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
`
