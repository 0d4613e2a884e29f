package servertest

import (
	"os"
	"strings"
	"text/template"
)

// Access logs are unbuffered: a line is in the file before its connection
// closes. A reused flag alone does not prove a handshake: the stream server
// ends with status 500 where the client broke it off. The status server has no
// TLS and stays out of the counts.
const nginxConf = `
daemon off;
{{if .Root}}user root;{{end}}
worker_processes {{.Workers}};
worker_rlimit_nofile 13312;
pid {{.Dir}}/nginx.pid;
error_log {{.Dir}}/error.log notice;
load_module {{.Stream}};

events { worker_connections 12288; }

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
		{{template "https" .}}
		location / { return 200 "ok\n"; }
	}
	{{range .Names}}
	server {
		listen {{$.HTTPS}} ssl;
		server_name {{.}};
		{{template "https" $}}
		location / { return 200 "{{.}}\n"; }
	}
	{{end}}
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

{{define "https"}}
		{{template "tls" .}}
		ssl_session_cache {{if .SessionCache}}shared:https:50m{{else}}off{{end}};
		access_log {{.Dir}}/https.log handshake;
{{end}}

{{define "tls"}}
		{{with .ClientCA}}ssl_verify_client on;
		ssl_client_certificate {{.}};
		{{end}}ssl_certificate {{.Chain}};
		ssl_certificate_key {{.Key}};
		ssl_protocols {{.Protocols}};
		ssl_ecdh_curve {{.Groups}};
		ssl_session_tickets {{if .NoTickets}}off{{else}}on{{end}};
		{{range .TicketKeys}}ssl_session_ticket_key {{.}};
		{{end}}ssl_session_timeout 1h;
		{{with .Ciphers}}ssl_ciphers {{.}};{{end}}
{{end}}
`

func (s *NginxServer) configuration(o Options, id *Identity, stream, status string) (string, error) {
	tmpl, err := template.New("nginx.conf").Parse(nginxConf)
	if err != nil {
		return "", err
	}
	var names []string
	if o.SeparateNames {
		names = []string{nameA, nameB}
	}
	var out strings.Builder
	err = tmpl.Execute(&out, map[string]any{
		"Root": os.Geteuid() == 0, "Workers": o.Workers, "Dir": s.dir, "Stream": stream,
		"HTTPS": s.HTTPS, "TLS": s.TLS, "Status": status,
		"ClientCA": s.clientCA, "Chain": id.chain, "Key": id.key,
		"Protocols": strings.Join(o.versions(), " "), "Groups": o.Groups,
		"NoTickets": o.NoTickets, "SessionCache": o.SessionCache,
		"TicketKeys": o.TicketKeys, "Ciphers": o.oldCiphers(), "Names": names,
	})
	return out.String(), err
}
