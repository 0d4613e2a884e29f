package installed

import "tlsbench/bench/target"

func haproxy() Server {
	return Server{
		Stack: target.Stack{
			Scheme:  "haproxy",
			Has:     []string{"key", "tls", "tickets", "cache", "chain", "client-auth", "workers"},
			Default: defaults(),
		},
		Name: "HAProxy", Package: "haproxy", program: "haproxy",
		configure: configureHAProxy,
	}
}

// Without noreuseport two HAProxies that pick the same free port would share
// it, and neither would notice.
const haproxyConf = `global
	nbthread {{.Workers}}
	maxconn {{.Connections}}
	no strict-limits
	noreuseport
	tune.ssl.cachesize {{if .Cache}}50000{{else}}0{{end}}
	tune.ssl.lifetime 3600

defaults
	mode http
	timeout client 60s
	timeout http-request 60s
	timeout http-keep-alive 60s

frontend tlsbench
	bind {{.Address}} ssl crt server.pem alpn h2,http/1.1 ssl-min-ver {{.Min}} ssl-max-ver {{.Max}}{{with .OldCiphers}} ciphers {{.}}{{end}} backlog 4096{{if not .Tickets}} no-tls-tickets{{end}}{{if ne .ClientAuth "none"}} ca-file client-root.pem verify {{if eq .ClientAuth "require"}}required{{else}}optional{{end}}{{end}}
	http-request return status 200 content-type text/plain string ok
`

func configureHAProxy(s site) ([]string, error) {
	if err := s.write("server.pem", s.certs.Leaf, s.certs.Intermediates, s.certs.Key); err != nil {
		return nil, err
	}
	if err := s.write("client-root.pem", s.certs.ClientRoot); err != nil {
		return nil, err
	}
	// "-db": one process, in the foreground.
	return []string{"-db", "-f", "haproxy.cfg"}, s.fill("haproxy.cfg", haproxyConf, map[string]any{
		"Min": dotted(s.settings.MinVersion), "Max": dotted(s.settings.MaxVersion),
		"Connections": connections(allowedFiles()),
	})
}
