package enginetest

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"testing"

	"tlsbench/bench/testcert"
	"tlsbench/bench/testserve"
)

// listenTLS shakes hands by the book and then lets serve do what it likes.
func listenTLS(t *testing.T, config *tls.Config, serve func(*tls.Conn)) (address string) {
	t.Helper()
	return testserve.Each(t, func(tcp *net.TCPConn) {
		conn := tls.Server(tcp, config)
		if conn.Handshake() == nil {
			serve(conn)
		}
	})
}

// serverConfig trusts and is trusted; alpn is what the suite's arms speak.
func (s suite) serverConfig(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	cert, roots := testcert.New(t, nil)
	return &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: s.template.TLS.ALPN}, roots
}

// listenHTTP serves requests with net/http, by the suite's protocol, over
// connections that wrap may watch.
func (s suite) listenHTTP(t *testing.T, config *tls.Config, handler http.HandlerFunc, wrap func(net.Listener) net.Listener) (address string) {
	t.Helper()
	if s.quic {
		return s.listenQUIC(t, config, handler)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	if wrap != nil {
		listener = wrap(listener)
	}
	server := &http.Server{Handler: handler, TLSConfig: config, ErrorLog: log.New(io.Discard, "", 0)}
	var work sync.WaitGroup
	work.Go(func() { _ = server.ServeTLS(listener, "", "") })
	t.Cleanup(func() {
		server.Close()
		work.Wait()
	})
	return address
}

// silence reads until the other side is gone.
func silence(r io.Reader) { _, _ = io.Copy(io.Discard, r) }

// readHead reads what one Read brings: a ClientHello, or a request's head.
func readHead(r io.Reader) { _, _ = r.Read(make([]byte, 16<<10)) }

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") }

// listenPatient refuses handshakes by config, and reads on until the client
// has gone.
func (s suite) listenPatient(t *testing.T, config *tls.Config) (address string) {
	t.Helper()
	return testserve.Each(t, func(tcp *net.TCPConn) {
		_ = tls.Server(tcp, config).Handshake()
		silence(tcp)
	})
}
