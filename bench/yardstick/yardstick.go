// Package yardstick tells how fast this machine is at the moment: it makes
// handshakes with itself, over loopback and in one process, so that nothing of
// a target is in their time. Two runs whose yardsticks differ were not made on
// the same machine, whatever its name: a neighbour, a clock or a guest's share
// of its host has changed.
package yardstick

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/cpu"
	"tlsbench/bench/target"
)

// handshakes are made for one reading: enough for a median, and few enough to
// take a few milliseconds.
const handshakes = 3

// timeout bounds one of them.
const timeout = 5 * time.Second

// Yardstick is a server, and a client for it. It is made by New and not safe
// for concurrent use.
type Yardstick struct {
	server *target.Server
	config *tls.Config
	clock  cpu.Clock // nil where there is none
}

// New starts the server.
func New() (*Yardstick, error) {
	settings := target.DefaultSettings()
	settings.Chain, settings.Tickets = 0, false
	server, err := target.Listen(settings, "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("yardstick: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(server.Endpoint().RootsPEM) {
		return nil, errors.Join(errors.New("yardstick: the server has no certificate"), server.Close())
	}
	y := &Yardstick{server: server, config: &tls.Config{
		RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS13,
		CurvePreferences: []tls.CurveID{tls.X25519},
	}}
	y.clock, _ = cpu.Self() // it is then not told
	return y, nil
}

// Close ends the server.
func (y *Yardstick) Close() error { return y.server.Close() }

// Read makes handshakes: a few milliseconds' worth.
func (y *Yardstick) Read(ctx context.Context) (bench.Pace, error) {
	before, timed := y.spent(ctx)
	times := make([]time.Duration, handshakes)
	for i := range times {
		var err error
		if times[i], err = y.handshake(ctx); err != nil {
			return bench.Pace{}, fmt.Errorf("yardstick: %w", err)
		}
	}
	slices.Sort(times)
	pace := bench.Pace{Handshake: times[handshakes/2]}
	if after, ok := y.spent(ctx); ok && timed {
		if d, ok := after.Since(before); ok {
			pace.CPU = d / handshakes
		}
	}
	return pace, nil
}

func (y *Yardstick) spent(ctx context.Context) (cpu.Reading, bool) {
	if y.clock == nil {
		return cpu.Reading{}, false
	}
	at, err := y.clock.Read(ctx)
	return at, err == nil
}

// handshake connects, and ends with a reset, which leaves no port behind.
func (y *Yardstick) handshake(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	start := time.Now()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", y.server.Endpoint().Address)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if tcp, ok := conn.(*net.TCPConn); ok {
		if err := tcp.SetLinger(0); err != nil {
			return 0, err
		}
	}
	if err := tls.Client(conn, y.config).HandshakeContext(ctx); err != nil {
		return 0, err
	}
	return time.Since(start), nil
}
