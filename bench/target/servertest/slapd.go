package servertest

import (
	"regexp"
	"testing"
)

// Slapd starts slapd: ldap, and ldaps. Debian's is built on GnuTLS, and OpenLDAP
// sets neither a ticket key nor a session cache: it never grants a session.
func Slapd(t testing.TB, o Options) *Peer {
	t.Helper()
	d := newDaemon(t, o, "slapd", "slapd")
	conf := d.fill("slapd.conf", slapdConf, nil)
	var ldap, ldaps string
	p := d.start(2, func(ports []int) ([]string, func() error) {
		ldap, ldaps = d.o.mainAddress(ports[0]), d.o.address(ports[1])
		return []string{d.program, "-f", conf, "-d", "stats", "-h", "ldap://" + ldap + " ldaps://" + ldaps}, listens(ldap, ldaps)
	})
	peer := d.peer(p, map[string]string{"ldap": ldap, "ldaps": ldaps})
	peer.counts = logged(p.Stderr(), regexp.MustCompile(` TLS established `), nil, regexp.MustCompile(`TLS negotiation failure`))
	return peer
}

const slapdConf = `pidfile {{.Dir}}/pid
argsfile {{.Dir}}/args
TLSCertificateFile {{.Dir}}/chain.pem
TLSCertificateKeyFile {{.Dir}}/key.pem
TLSCACertificateFile {{.Dir}}/ca.pem
database config
`
