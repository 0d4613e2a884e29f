// Package installed starts servers that are installed on this machine, as
// targets: nginx, HAProxy and openssl s_server. Each is found on the PATH or in
// sbin, configured in a temporary folder of its own for a free loopback port,
// with certificates made like the embedded server's, and is gone with its
// folder when it is closed.
//
// A server runs as its users run it where a setting does not say otherwise: its
// own groups, cipher suites and number of tickets. So what is compared are
// stacks, not just TLS libraries.
//
// One file is one kind of server: a [Server] and the function that writes its
// configuration. All lists them. gnutls-serv is none of them, for it listens on
// every address of the machine.
package installed

import (
	"context"
	"fmt"
	"net/url"

	"tlsbench/bench/target"
	"tlsbench/bench/target/process"
)

// Server is a kind of server.
type Server struct {
	target.Stack
	Name    string // as its makers write it
	Package string // that it is in, in Debian

	program string
	path    string // to request, where it is not "/"
	// configure writes what the server reads into the site's folder, which is
	// the folder that it is started in, and returns the arguments.
	configure func(site) ([]string, error)
}

// All are the servers that there are.
func All() []Server { return []Server{nginx(), haproxy(), openssl()} }

// Lookup finds a server by its targets' scheme.
func Lookup(scheme string) (Server, bool) {
	for _, s := range All() {
		if s.Scheme == scheme {
			return s, true
		}
	}
	return Server{}, false
}

// Launchers are for the child process that looks after the servers; see
// [target.ChildMain].
func Launchers() map[string]target.Launcher {
	launchers := map[string]target.Launcher{}
	for _, s := range All() {
		launchers[s.Scheme] = func(ctx context.Context, query string) (target.Running, error) {
			values, err := url.ParseQuery(query)
			if err != nil {
				return nil, err
			}
			settings, err := s.Parse(values)
			if err != nil {
				return nil, err
			}
			return s.Launch(ctx, settings)
		}
	}
	return launchers
}

// Find returns the server's program, or an error that says what to install.
func (s Server) Find() (string, error) {
	file, ok := process.Find(s.program)
	if !ok {
		return "", fmt.Errorf("%s is not installed: no program %s on the PATH, in /usr/sbin or in /usr/local/sbin; install it (Debian, Ubuntu: apt install %s; elsewhere mostly the package %s)",
			s.Name, s.program, s.Package, s.program)
	}
	return file, nil
}
