package servertest

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"tlsbench/bench/target/process"
)

// CaddyServer is Caddy, which serves HTTP/3 by quic-go, in Debian's case one of
// years ago, and accepts early data. On TCP the same port serves HTTPS.
//
// Its log says of a request over HTTP/3 nothing about TLS, so it has no counts
// of handshakes.
type CaddyServer struct {
	Server
	t       testing.TB
	process *process.Process
	base    int // requests before the first that is not ours
}

// Caddy starts Caddy.
func Caddy(t testing.TB, o QUICOptions) *CaddyServer {
	t.Helper()
	o.Options = o.withDefaults()
	unsupported(t, "Caddy", map[string]bool{
		"MaxTLS": o.MaxTLS < tls.VersionTLS13, "NoTickets": o.NoTickets, "SessionCache": o.SessionCache,
		"AntiReplay": o.AntiReplay, "TicketKeys": o.TicketKeys != nil, "SeparateNames": o.SeparateNames,
		"Retry": o.Retry,
	})
	binary := program(t, "caddy", "caddy")
	id := o.identity(t)
	dir := t.TempDir()
	s := &CaddyServer{t: t}
	s.CAFile = id.CAFile
	own := newQUICOwnClient(t, id)
	s.process = launch(t, o.Options, 0, func([]int) ([]string, func() error) {
		host, port := freeUDP(t, o.Options)
		s.HTTPS = net.JoinHostPort(host, port)
		s.TLS = s.HTTPS
		name := filepath.Join(dir, "Caddyfile")
		if err := writeCaddyfile(name, map[string]string{
			"Host": host, "Port": port, "Storage": dir, "Chain": id.chain, "Key": id.key, "Curves": caddyCurves(o.Groups),
		}); err != nil {
			t.Fatalf("Caddy's configuration: %v", err)
		}
		// It keeps its last configuration below these.
		return []string{"env", "XDG_CONFIG_HOME=" + dir, "XDG_DATA_HOME=" + dir, binary, "run", "--config", name, "--adapter", "caddyfile"},
			func() error { return own.ask(s.HTTPS) }
	})
	s.PID = s.process.PID()
	s.base = s.Requests()
	return s
}

// Requests is how many requests have been answered, of any kind of connection.
func (s *CaddyServer) Requests() int {
	s.t.Helper()
	stillOpen := func() (int, error) { return 1, nil } // it does not tell: wait for the log to rest
	log, err := settledLog(stillOpen, func() (string, error) {
		text, err := os.ReadFile(s.process.Stderr())
		return string(text), err
	})
	if err != nil {
		s.t.Fatalf("count Caddy's requests: %v", err)
	}
	return strings.Count(log, `"msg":"handled request"`) - s.base
}

var caddyfile = template.Must(template.New("Caddyfile").Parse(`{
	admin off
	auto_https off
	storage file_system {{.Storage}}
	servers {
		protocols h1 h2 h3
	}
}
https://:{{.Port}} {
	bind {{.Host}}
	tls {{.Chain}} {{.Key}} {
		curves {{.Curves}}
	}
	log {
		output stderr
		format json
	}
	respond "ok
"
}
`))

func writeCaddyfile(name string, values map[string]string) error {
	var text strings.Builder
	if err := caddyfile.Execute(&text, values); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text.String()), 0o600)
}

// caddyCurves is an OpenSSL list of groups as Caddy wants it.
func caddyCurves(list string) string {
	var curves []string
	for group := range strings.SplitSeq(list, ":") {
		if bits, ok := strings.CutPrefix(group, "P-"); ok {
			group = "secp" + bits + "r1"
		}
		curves = append(curves, strings.ToLower(group))
	}
	return strings.Join(curves, " ")
}
