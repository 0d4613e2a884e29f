package servertest

import (
	"regexp"
	"testing"
)

// Dante starts danted, which speaks SOCKS5. Its accounts would be those of the
// system, so it has none.
func Dante(t testing.TB) *Forwarder {
	t.Helper()
	d := newDaemon(t, Options{}, "danted", "dante-server")
	f := &Forwarder{t: t, log: d.path("log"), tunnel: regexp.MustCompile(`pass\(\d+\): tcp/connect \[`)}
	d.start(1, func(ports []int) ([]string, func() error) {
		address := d.o.address(ports[0])
		f.URL = "socks5h://" + address
		conf := d.fill("danted.conf", danteConf, map[string]any{"Port": ports[0]})
		return []string{d.program, "-f", conf, "-p", d.path("pid")}, says(address, socksWords, "\x05")
	})
	return f
}

const danteConf = `logoutput: {{.Dir}}/log
internal: {{.Host}} port = {{.Port}}
external: {{.Host}}
user.privileged: {{.As.Name}}
user.unprivileged: {{.As.Name}}
clientmethod: none
socksmethod: none
client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0
	log: connect
}
`

// Microsocks starts microsocks, which speaks SOCKS5.
func Microsocks(t testing.TB, a Account) *Forwarder {
	t.Helper()
	d := newDaemon(t, Options{}, "microsocks", "microsocks")
	f := &Forwarder{t: t, tunnel: regexp.MustCompile(`connected to `)}
	p := d.start(1, func(ports []int) ([]string, func() error) {
		address := d.o.address(ports[0])
		f.URL = "socks5h://" + address
		argv := []string{d.program, "-i", d.o.Host, "-p", portOf(address)}
		if a.User != "" {
			argv = append(argv, "-u", a.User, "-P", a.Password)
		}
		return argv, says(address, socksWords, "\x05")
	})
	f.log = p.Stderr()
	return f
}
