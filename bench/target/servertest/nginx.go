package servertest

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
)

// NginxServer is nginx with an HTTPS server and a stream server, which ends
// each connection right after the handshake.
type NginxServer struct {
	Server
	t      testing.TB
	dir    string
	status string // URL of the stub_status page
}

// Nginx starts nginx.
func Nginx(t testing.TB, o Options) *NginxServer {
	t.Helper()
	o = o.withDefaults()
	binary := program(t, "nginx", "nginx")
	stream := streamModule()
	if stream == "" {
		missing(t, "nginx's ngx_stream_module.so", "libnginx-mod-stream")
	}
	s := &NginxServer{t: t, dir: t.TempDir()}
	certs, err := writeCerts(s.dir, o.Key)
	if err != nil {
		t.Fatalf("certificates: %v", err)
	}
	s.CAFile = certs.ca
	p := launch(t, o, 3, func(ports []int) ([]string, func() error) {
		s.HTTPS, s.TLS = loopback(ports[0]), loopback(ports[1])
		s.status = "http://" + loopback(ports[2]) + "/"
		conf, err := s.configuration(o, certs, stream, loopback(ports[2]))
		if err != nil {
			t.Fatalf("nginx configuration: %v", err)
		}
		name := filepath.Join(s.dir, "nginx.conf")
		if err := os.WriteFile(name, []byte(conf), 0o600); err != nil {
			t.Fatalf("nginx configuration: %v", err)
		}
		return []string{binary, "-p", s.dir, "-c", name}, func() error {
			_, err := s.open()
			return err
		}
	})
	s.PID = p.pid()
	return s
}

// streamModule returns the path of the stream module, empty if there is none.
func streamModule() string {
	for _, dir := range []string{"/usr/lib/nginx/modules", "/usr/lib64/nginx/modules"} {
		file := filepath.Join(dir, "ngx_stream_module.so")
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return ""
}

// Access logs are unbuffered: a line is in the file before its connection
// closes. A reused flag alone does not prove a handshake: the stream server
// ends with status 500 where the client broke it off. The status server has no
// TLS and stays out of the counts.
const nginxConf = `
daemon off;
{{if .Root}}user root;{{end}}
worker_processes {{.Workers}};
pid {{.Dir}}/nginx.pid;
error_log {{.Dir}}/error.log notice;
load_module {{.Stream}};

events { worker_connections 8192; }

http {
	client_body_temp_path {{.Dir}}/body;
	proxy_temp_path {{.Dir}}/proxy;
	fastcgi_temp_path {{.Dir}}/fastcgi;
	uwsgi_temp_path {{.Dir}}/uwsgi;
	scgi_temp_path {{.Dir}}/scgi;
	map $connection_requests:$ssl_session_reused $handshake {
		1:.     full;
		1:r     resumed;
		1:      aborted;
		default again;
	}
	log_format handshake '$handshake $ssl_protocol $status';
	default_type text/plain;
	server {
		listen {{.HTTPS}} ssl backlog=4096;
		{{template "tls" .}}
		ssl_session_cache {{if .SessionCache}}shared:https:50m{{else}}off{{end}};
		access_log {{.Dir}}/https.log handshake;
		location / { return 200 "ok\n"; }
	}
	server {
		listen {{.Status}};
		access_log off;
		location / { stub_status; }
	}
}

stream {
	map $status:$ssl_session_reused $handshake {
		200:.   full;
		200:r   resumed;
		default aborted;
	}
	log_format handshake '$handshake $ssl_protocol $status';
	server {
		listen {{.TLS}} ssl backlog=4096;
		{{template "tls" .}}
		ssl_session_cache {{if .SessionCache}}shared:tls:50m{{else}}off{{end}};
		access_log {{.Dir}}/tls.log handshake;
		return "";
	}
}

{{define "tls"}}
		ssl_certificate {{.Chain}};
		ssl_certificate_key {{.Key}};
		ssl_protocols {{.Protocols}};
		ssl_ecdh_curve {{.Groups}};
		ssl_session_tickets {{if .NoTickets}}off{{else}}on{{end}};
		ssl_session_timeout 1h;
{{end}}
`

func (s *NginxServer) configuration(o Options, certs certFiles, stream, status string) (string, error) {
	tmpl, err := template.New("nginx.conf").Parse(nginxConf)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = tmpl.Execute(&out, map[string]any{
		"Root": os.Geteuid() == 0, "Workers": o.Workers, "Dir": s.dir, "Stream": stream,
		"HTTPS": s.HTTPS, "TLS": s.TLS, "Status": status,
		"Chain": certs.chain, "Key": certs.key,
		"Protocols": strings.Join(versions(o.MinTLS, o.MaxTLS), " "), "Groups": o.Groups,
		"NoTickets": o.NoTickets, "SessionCache": o.SessionCache,
	})
	return out.String(), err
}

// versions lists the versions from low to high as OpenSSL names them.
func versions(low, high uint16) []string {
	var names []string
	for v := low; v <= high; v++ {
		names = append(names, versionName(v))
	}
	return names
}

// versionName is a version as OpenSSL and the servers' configurations name it.
func versionName(v uint16) string {
	return map[uint16]string{tls.VersionTLS12: "TLSv1.2", tls.VersionTLS13: "TLSv1.3"}[v]
}
