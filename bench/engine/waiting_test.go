package engine_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"tlsbench/bench/target"
	"tlsbench/bench/testchild"
)

// Where a server stops: before its first byte, or before the last ones of its
// flight.
const (
	stopSilent     = "silent"
	stopUnfinished = "unfinished"
)

// waitingServer is set in the process that is such a server, to where it stops.
const waitingServer = "TLSBENCH_WAITING_SERVER"

// keepWaiting starts a server in a process of its own, so that nothing of it is
// measured. It writes a line for each connection that it keeps waiting.
func keepWaiting(t *testing.T, stop string) (address string, roots *x509.CertPool, waiting *bufio.Reader, kill func()) {
	t.Helper()
	p, err := testchild.Start(waitingServer + "=" + stop)
	if err != nil {
		t.Fatal(err)
	}
	kill = func() { _ = p.End() } // it exits however it is told to
	t.Cleanup(kill)
	line, err := p.Out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address, encoded, _ := strings.Cut(strings.TrimSpace(line), " ")
	pem, err := base64.StdEncoding.DecodeString(encoded)
	roots = x509.NewCertPool()
	if err != nil || !roots.AppendCertsFromPEM(pem) {
		t.Fatalf("the waiting server said %q", line)
	}
	return address, roots, p.Out, kill
}

// serveWaiting is that process.
func serveWaiting(stop string) error {
	certs, err := target.NewCertificates(target.DefaultSettings())
	if err != nil {
		return err
	}
	pair, err := tls.X509KeyPair(append(certs.Leaf, certs.Intermediates...), certs.Key)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr(), base64.StdEncoding.EncodeToString(certs.Root))
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	// A ticket would go out in the same flight, behind what the client waits for.
	config := &tls.Config{Certificates: []tls.Certificate{pair}, SessionTicketsDisabled: true}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			if stop == stopSilent {
				_, _ = conn.Read(make([]byte, 1)) // the ClientHello has come
				fmt.Println("waiting")
				_, _ = io.Copy(io.Discard, conn)
				return
			}
			// It ends as the client does, which waits for the rest.
			_ = tls.Server(&unfinished{Conn: conn}, config).Handshake()
		}()
	}
}

// unfinished keeps back the end of a server's flight.
type unfinished struct {
	net.Conn
	cut bool
}

func (c *unfinished) Write(p []byte) (int, error) {
	if c.cut {
		return len(p), nil
	}
	c.cut = true
	_, err := c.Conn.Write(p[:len(p)-10])
	fmt.Println("waiting")
	return len(p), err
}
