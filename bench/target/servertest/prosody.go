package servertest

import (
	"regexp"
	"testing"
)

// Prosody starts prosody: xmpp-client and xmpp-server, for the domain that is
// its address.
// Its Lua library switches tickets and the session cache off. That leaves TLS 1.2
// without sessions; in TLS 1.3 OpenSSL grants tickets all the same, that name an
// entry in the cache that is not kept, and so none is ever accepted.
func Prosody(t testing.TB, o Options) *Peer {
	t.Helper()
	d := newDaemon(t, o, "prosody", "prosody")
	var client, server string
	p := d.start(2, func(ports []int) ([]string, func() error) {
		client, server = d.o.mainAddress(ports[0]), d.o.address(ports[1])
		conf := d.fill("prosody.cfg.lua", prosodyConf, map[string]any{"Client": portOf(client), "Server": portOf(server)})
		return []string{d.program, "--config", conf, "-F"}, listens(client, server)
	})
	peer := d.peer(p, map[string]string{"xmpp-client": client, "xmpp-server": server})
	peer.counts = logged(p.Stdout(), regexp.MustCompile(`TLS handshake complete`), nil, nil)
	return peer
}

const prosodyConf = `daemonize = false
pidfile = "{{.Dir}}/pid"
data_path = "{{.Dir}}"
ssl = { certificate = "{{.Dir}}/chain.pem", key = "{{.Dir}}/key.pem" }
interfaces = { "{{.Host}}" }
local_interfaces = { "{{.Host}}" }
c2s_ports = { {{.Client}} }
s2s_ports = { {{.Server}} }
c2s_direct_tls_ports = {}
s2s_direct_tls_ports = {}
legacy_ssl_ports = {}
modules_enabled = { "tls", "saslauth", "dialback" }
modules_disabled = { "admin_shell", "http", "http_files" }
storage = "memory"
authentication = "internal_plain"
c2s_require_encryption = true
s2s_require_encryption = true
log = { debug = "*console" }
VirtualHost "{{.Host}}"
`
