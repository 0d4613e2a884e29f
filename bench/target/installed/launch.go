package installed

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"tlsbench/bench/target"
	"tlsbench/bench/target/process"
)

const (
	host = "127.0.0.1"

	// startTries: a free port can be taken before the server binds it, by
	// another server or by a client's connection.
	startTries = 5

	// answerWithin bounds one question whether the server is up.
	answerWithin = 2 * time.Second
)

// Running is a server that accepts TLS connections.
type Running struct {
	endpoint target.Endpoint
	process  *process.Process
	dir      string
}

// Launch starts the server and returns once it has completed a handshake. ctx
// bounds only the start: the server lives until [Running.Close] or, on Linux,
// until this process ends in whatever way. Its folder stays where this process
// is killed.
func (s Server) Launch(ctx context.Context, settings target.Settings) (*Running, error) {
	return s.launch(ctx, settings, func() (int, error) {
		ports, err := process.FreePorts(host, 1)
		if err != nil {
			return 0, fmt.Errorf("find a free port: %w", err)
		}
		return ports[0], nil
	})
}

func (s Server) launch(ctx context.Context, settings target.Settings, freePort func() (int, error)) (_ *Running, err error) {
	if err := s.Check(settings); err != nil {
		return nil, err
	}
	program, err := s.Find()
	if err != nil {
		return nil, err
	}
	certs, err := target.NewCertificates(settings)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "tlsbench-"+s.Scheme+"-") // mode 0700
	if err != nil {
		return nil, err
	}
	r := &Running{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	here := site{program: program, dir: dir, settings: settings, certs: certs}
	for try := 1; ; try++ {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		here.address = net.JoinHostPort(host, strconv.Itoa(port))
		r.process, err = s.start(ctx, here)
		if err == nil {
			break
		}
		if !errors.Is(err, process.ErrInUse) || try == startTries {
			return nil, err
		}
	}
	r.endpoint = target.Endpoint{
		Address:       here.address,
		Path:          s.path,
		PID:           r.process.PID(),
		RootsPEM:      certs.Root,
		ClientCertPEM: certs.ClientCert,
		ClientKeyPEM:  certs.ClientKey,
		Settings:      settings,
	}
	return r, nil
}

func (s Server) start(ctx context.Context, here site) (*process.Process, error) {
	args, err := s.configure(here)
	if err != nil {
		return nil, fmt.Errorf("configure %s: %w", s.Name, err)
	}
	config, err := here.client()
	if err != nil {
		return nil, err
	}
	command := process.Command{Argv: append([]string{here.program}, args...), Dir: here.dir, Apart: true}
	return process.Launch(ctx, command, func() error {
		dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: answerWithin}, Config: config}
		ctx, cancel := context.WithTimeout(ctx, answerWithin)
		defer cancel()
		conn, err := dialer.DialContext(ctx, "tcp", here.address)
		if err != nil {
			return err
		}
		return conn.Close()
	})
}

// client trusts this site alone: another server that has taken the port is not
// mistaken for ours.
func (s site) client() (*tls.Config, error) {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.certs.Root)
	config := &tls.Config{RootCAs: roots, MinVersion: s.settings.MinVersion}
	if s.certs.ClientCert != nil {
		pair, err := tls.X509KeyPair(s.certs.ClientCert, s.certs.ClientKey)
		if err != nil {
			return nil, fmt.Errorf("client certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// Endpoint says how to reach the server.
func (r *Running) Endpoint() target.Endpoint { return r.endpoint }

// Close ends the server with all its processes and removes its folder.
func (r *Running) Close() error {
	r.process.Stop()
	return os.RemoveAll(r.dir)
}
