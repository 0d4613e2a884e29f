package servertest

import (
	"regexp"
	"testing"
)

// Inspircd starts InspIRCd: irc, and ircs. Debian's is built on GnuTLS, and never
// grants a session. It tells of users: on ircs they are there once the handshake is
// complete, on irc before it.
func Inspircd(t testing.TB, o Options) *Peer {
	t.Helper()
	d := newDaemon(t, o, "inspircd", "inspircd")
	d.folders("run")
	var irc, ircs string
	p := d.start(2, func(ports []int) ([]string, func() error) {
		irc, ircs = d.o.mainAddress(ports[0]), d.o.address(ports[1])
		conf := d.fill("inspircd.conf", inspircdConf, map[string]any{"IRC": portOf(irc), "IRCS": portOf(ircs)})
		return []string{d.program, "--config", conf, "--nofork", "--debug", "--nolog"}, all(greets(irc), listens(ircs))
	})
	peer := d.peer(p, map[string]string{"irc": irc, "ircs": ircs})
	peer.counts = logged(p.Stdout(), regexp.MustCompile(`CONNECTCLASS: Setting connect class for`), nil, regexp.MustCompile(`USERS: .*'Handshake Failed`))
	return peer
}

const inspircdConf = `<config format="xml">
<server name="irc.test" description="for tests" network="test" id="42T">
<admin name="nobody" nick="nobody" email="nobody@localhost">
<module name="ssl_gnutls">
<module name="starttls">
<module name="cap">
<sslprofile name="t" provider="gnutls" certfile="{{.Dir}}/chain.pem" keyfile="{{.Dir}}/key.pem">
<bind address="{{.Host}}" port="{{.IRC}}" type="clients">
<bind address="{{.Host}}" port="{{.IRCS}}" type="clients" sslprofile="t">
<connect allow="*" useident="no" resolvehostnames="no" localmax="10000" globalmax="10000" timeout="10">
<pid file="{{.Dir}}/run/pid">
<path configdir="{{.Dir}}" datadir="{{.Dir}}/run" logdir="{{.Dir}}/run" runtimedir="{{.Dir}}/run">
`
