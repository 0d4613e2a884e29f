package servertest

import (
	"regexp"
	"testing"
)

// Tinyproxy starts tinyproxy, which answers CONNECT.
func Tinyproxy(t testing.TB, a Account) *Forwarder {
	t.Helper()
	d := newDaemon(t, Options{}, "tinyproxy", "tinyproxy-bin")
	f := &Forwarder{t: t, log: d.path("log"), tunnel: regexp.MustCompile(`Established connection to host `)}
	d.start(1, func(ports []int) ([]string, func() error) {
		address := d.o.address(ports[0])
		f.URL = "http://" + address
		conf := d.fill("tinyproxy.conf", tinyproxyConf, map[string]any{"Port": ports[0], "Account": a})
		return []string{d.program, "-d", "-c", conf}, says(address, httpWords, "tinyproxy")
	})
	return f
}

const tinyproxyConf = `Listen {{.Host}}
Port {{.Port}}
Timeout 60
MaxClients 200
LogLevel Connect
LogFile "{{.Dir}}/log"
{{with .Account.User}}BasicAuth {{.}} {{$.Account.Password}}
{{end}}`
