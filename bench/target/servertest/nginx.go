package servertest

import (
	"os"
	"path/filepath"
	"testing"

	"tlsbench/bench/target/process"
)

// NginxServer is nginx with an HTTPS server and a stream server, which ends
// each connection right after the handshake.
type NginxServer struct {
	Server
	t        testing.TB
	process  *process.Process
	workers  int
	dir      string
	status   string // URL of the stub_status page
	clientCA string
}

// Nginx starts nginx.
func Nginx(t testing.TB, o Options) *NginxServer {
	t.Helper()
	s, command := nginx(t, &o)
	s.is(launch(t, o, nginxPorts, command))
	return s
}

const nginxPorts = 3 // HTTPS, TLS and the status page

// nginx prepares a server that is to be launched with the command, and
// completes the options.
func nginx(t testing.TB, o *Options) (s *NginxServer, command recipe) {
	t.Helper()
	*o = o.withDefaults()
	unsupported(t, "nginx", map[string]bool{"AntiReplay": o.AntiReplay, "AcceptProxy": o.AcceptProxy, "Staple": o.Staple != ""})
	binary := program(t, "nginx", "nginx")
	stream := streamModule()
	if stream == "" {
		missing(t, "nginx's ngx_stream_module.so", "libnginx-mod-stream")
	}
	id := o.identity(t)
	s = &NginxServer{t: t, workers: o.Workers, dir: t.TempDir(), clientCA: o.clientCA(t)}
	s.CAFile = id.CAFile
	return s, func(ports []int) ([]string, func() error) {
		s.HTTPS, s.TLS = o.address(ports[0]), o.mainAddress(ports[1])
		s.status = "http://" + o.address(ports[2]) + "/"
		conf, err := s.configuration(*o, id, stream, o.address(ports[2]))
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
	}
}

// is tells the server which process it is.
func (s *NginxServer) is(p *process.Process) { s.process, s.PID = p, p.PID() }

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
