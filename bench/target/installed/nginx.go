package installed

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"tlsbench/bench/target"
)

func nginx() Server {
	return Server{
		Stack: target.Stack{
			Scheme:  "nginx",
			Has:     []string{"key", "tls", "tickets", "cache", "chain", "client-auth", "workers"},
			Default: defaults(),
		},
		Name: "nginx", Package: "nginx-light", program: "nginx",
		configure: configureNginx,
	}
}

// A client that gives no certificate where one is required gets status 400 and
// not a failed handshake: so nginx does it.
const nginxConf = `daemon off;
master_process on;
{{if .Root}}user root;
{{end}}worker_processes {{.Workers}};
pid nginx.pid;
error_log stderr crit;
{{with .Files}}worker_rlimit_nofile {{.}};
{{end}}
events { worker_connections {{.Connections}}; }

http {
	{{range .Folders}}{{.}}_temp_path {{.}};
	{{end}}access_log off;
	default_type text/plain;
	server {
		listen {{.Address}} ssl{{if eq .HTTP2 "listen"}} http2{{end}} backlog=4096;
		{{if eq .HTTP2 "directive"}}http2 on;
		{{end}}ssl_certificate chain.pem;
		ssl_certificate_key key.pem;
		ssl_protocols {{.Protocols}};
		ssl_session_tickets {{if .Tickets}}on{{else}}off{{end}};
		ssl_session_cache {{if .Cache}}shared:tlsbench:20m{{else}}off{{end}};
		ssl_session_timeout 1h;
		{{with .OldCiphers}}ssl_ciphers {{.}};
		{{end}}{{if ne .ClientAuth "none"}}ssl_verify_client {{if eq .ClientAuth "require"}}on{{else}}optional{{end}};
		ssl_client_certificate client-root.pem;
		{{end}}location / { return 200 "ok\n"; }
	}
}
`

func configureNginx(s site) ([]string, error) {
	about, err := exec.Command(s.program, "-V").CombinedOutput()
	if err != nil {
		return nil, err
	}
	for name, parts := range map[string][][]byte{
		"chain.pem":       {s.certs.Leaf, s.certs.Intermediates},
		"key.pem":         {s.certs.Key},
		"client-root.pem": {s.certs.ClientRoot},
	} {
		if err := s.write(name, parts...); err != nil {
			return nil, err
		}
	}
	build := readNginxBuild(string(about))
	files := allowedFiles()
	// "-p" is where the paths in the configuration begin.
	return []string{"-p", s.dir + "/", "-c", "nginx.conf"}, s.fill("nginx.conf", nginxConf, map[string]any{
		"Root":        os.Geteuid() == 0, // else workers become a user that does not exist everywhere
		"Protocols":   strings.Join(s.versions(), " "),
		"HTTP2":       build.http2,
		"Folders":     build.folders,
		"Files":       files,
		"Connections": connections(files),
	})
}

// nginxBuild is what a binary has.
type nginxBuild struct {
	// http2 says how to offer HTTP/2: as a word of "listen", by a "directive",
	// or not at all.
	http2 string

	// folders are the modules that make a folder at the start, as which an
	// absolute path is built in that needs root.
	folders []string
}

var nginxVersion = regexp.MustCompile(`nginx/(\d{1,3})\.(\d{1,3})\.(\d{1,3})\b`)

// readNginxBuild reads the output of nginx -V.
func readNginxBuild(about string) nginxBuild {
	b := nginxBuild{folders: []string{"client_body"}}
	for _, module := range []string{"proxy", "fastcgi", "uwsgi", "scgi"} {
		if !strings.Contains(about, "--without-http_"+module+"_module") {
			b.folders = append(b.folders, module)
		}
	}
	if !strings.Contains(about, "--with-http_v2_module") {
		return b
	}
	b.http2 = "listen"
	if m := nginxVersion.FindStringSubmatch(about); m != nil {
		since, version := 1_025_001, 0
		for _, number := range m[1:] {
			n, _ := strconv.Atoi(number) // digits
			version = version*1000 + n
		}
		if version >= since {
			b.http2 = "directive" // the word is deprecated
		}
	}
	return b
}
