package servertest

import (
	"os/exec"
	"regexp"
	"testing"
)

// Squid starts Squid, which answers CONNECT in the clear and within TLS. It logs
// a tunnel when that ends.
func Squid(t testing.TB, a Account) *Forwarder {
	t.Helper()
	d := newDaemon(t, Options{}, "squid", "squid-openssl")
	more := map[string]any{"Account": a}
	if a.User != "" {
		more["Helper"] = programIn(t, "/usr/lib/squid/basic_ncsa_auth", "squid-openssl")
		d.write("passwords", a.User+":"+hashed(t, a.Password))
	}
	f := &Forwarder{CAFile: d.path("ca.pem"), t: t, log: d.path("log"), tunnel: regexp.MustCompile(`TCP_TUNNEL/200 `)}
	d.start(2, func(ports []int) ([]string, func() error) {
		plain, secure := d.o.address(ports[0]), d.o.address(ports[1])
		f.URL, f.TLS = "http://"+plain, "https://"+secure
		more["Plain"], more["Secure"] = plain, secure
		return []string{d.program, "-N", "-f", d.fill("squid.conf", squidConf, more)}, all(says(plain, httpWords, "squid"), listens(secure))
	})
	return f
}

const squidConf = `http_port {{.Plain}}
https_port {{.Secure}} tls-cert={{.Dir}}/chain.pem tls-key={{.Dir}}/key.pem
pid_filename none
access_log stdio:{{.Dir}}/log
cache_log {{.Dir}}/cache.log
coredump_dir {{.Dir}}
cache deny all
memory_pools off
pinger_enable off
netdb_filename none
shutdown_lifetime 0
visible_hostname localhost
{{if .Account.User}}auth_param basic program {{.Helper}} {{.Dir}}/passwords
acl known proxy_auth REQUIRED
http_access allow known
{{else}}http_access allow all
{{end}}http_access deny all
`

// hashed is a password as Squid's helper reads it.
func hashed(t testing.TB, password string) string {
	t.Helper()
	out, err := exec.Command(program(t, "openssl", "openssl"), "passwd", "-apr1", password).Output()
	if err != nil {
		t.Fatalf("openssl passwd: %v", err)
	}
	return string(out)
}
