package servertest

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
)

// HAProxyServer is HAProxy with an HTTP frontend that answers by itself, and a
// TCP frontend that ends each connection right after the handshake.
type HAProxyServer struct {
	Server
	t        testing.TB
	commands string // address of its command line
	clientCA string
}

// HAProxy starts HAProxy.
func HAProxy(t testing.TB, o Options) *HAProxyServer {
	t.Helper()
	o = o.withDefaults()
	binary := program(t, "haproxy", "haproxy")
	unsupported(t, "HAProxy", map[string]bool{
		"AntiReplay": o.AntiReplay, "TicketKeys": o.TicketKeys != nil, "SeparateNames": o.SeparateNames, "Staple": o.Staple != "",
	})
	dir := t.TempDir()
	id := o.identity(t)
	s := &HAProxyServer{t: t, clientCA: o.clientCA(t)}
	s.CAFile = id.CAFile
	p := launch(t, o, 3, func(ports []int) ([]string, func() error) {
		s.HTTPS, s.TLS, s.commands = o.address(ports[0]), o.mainAddress(ports[1]), o.address(ports[2])
		conf, err := s.configuration(o, id)
		if err != nil {
			t.Fatalf("HAProxy configuration: %v", err)
		}
		name := filepath.Join(dir, "haproxy.cfg")
		if err := os.WriteFile(name, []byte(conf), 0o600); err != nil {
			t.Fatalf("HAProxy configuration: %v", err)
		}
		return []string{binary, "-db", "-f", name}, func() error {
			_, err := s.open()
			return err
		}
	})
	s.PID = p.PID()
	return s
}

// The log goes to a ring in memory: HAProxy drops lines that two threads write
// to one descriptor at once, and syslog may drop any. error-log-format is for
// connections that ended before their stream began; fc_err tells those that
// completed the handshake from those that did not.
const haproxyConf = `
global
	nbthread {{.Workers}}
	maxconn 8192
	log ring@handshakes format raw local0
	stats socket {{.Commands}} level operator
	tune.ssl.cachesize {{if .SessionCache}}50000{{else}}0{{end}}
	tune.ssl.lifetime 3600

ring handshakes
	format raw
	maxlen 128
	size {{.Ring}}

defaults
	log global
	timeout client 60s
	timeout http-request 60s
	timeout http-keep-alive 60s

frontend https
	mode http
	bind {{.HTTPS}} {{template "tls" .}} alpn http/1.1
	http-request return status 200 content-type text/plain string ok
	log-format "https %[http_first_req,iif(completed,again)] %[ssl_fc_is_resumed,iif(resumed,full)] from %[src]"
	error-log-format "https %[fc_err,bool,iif(aborted,completed)] %[ssl_fc_is_resumed,iif(resumed,full)]"

frontend tls
	mode tcp
	bind {{.TLS}} {{template "tls" .}}
	tcp-request content reject
	log-format "tls completed %[ssl_fc_is_resumed,iif(resumed,full)] from %[src]"
	error-log-format "tls %[fc_err,bool,iif(aborted,completed)] %[ssl_fc_is_resumed,iif(resumed,full)]"

{{define "tls"}}ssl crt {{.Combined}}{{with .ClientCA}} verify required ca-file {{.}}{{end}} curves {{.Groups}} ssl-min-ver {{.Min}} ssl-max-ver {{.Max}}{{with .Ciphers}} ciphers {{.}}{{end}} backlog 4096{{if .AcceptProxy}} accept-proxy{{end}}{{if .NoTickets}} no-tls-tickets{{end}}{{end}}
`

func (s *HAProxyServer) configuration(o Options, id *Identity) (string, error) {
	tmpl, err := template.New("haproxy.cfg").Parse(haproxyConf)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = tmpl.Execute(&out, map[string]any{
		"Workers": o.Workers, "Commands": s.commands, "HTTPS": s.HTTPS, "TLS": s.TLS,
		"ClientCA": s.clientCA, "Combined": id.combined, "Groups": o.Groups,
		"Ring": haproxyRing, "Min": haproxyVersion(o.MinTLS), "Max": haproxyVersion(o.MaxTLS), "Ciphers": o.oldCiphers(),
		"NoTickets": o.NoTickets, "AcceptProxy": o.AcceptProxy, "SessionCache": o.SessionCache,
	})
	return out.String(), err
}

// haproxyVersion is a version as HAProxy names it.
func haproxyVersion(v uint16) string { return strings.Replace(tls.VersionName(v), " ", "v", 1) }
