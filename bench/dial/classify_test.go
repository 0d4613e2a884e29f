package dial

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"syscall"
	"testing"

	"tlsbench/bench"
)

func TestClassify(t *testing.T) {
	op := func(name string, err error) error { return &net.OpError{Op: name, Net: "tcp", Err: err} }
	call := func(name string, errno syscall.Errno) error { return op(name, os.NewSyscallError(name, errno)) }
	remote := func(alert tls.AlertError) error { return op("remote error", alert) }
	verification := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	for _, tt := range []struct {
		err   error
		phase bench.Phase
		want  bench.ErrorClass
	}{
		{&net.DNSError{Err: "no such host", IsNotFound: true}, bench.DNS, bench.ClassDNS},
		{&net.DNSError{Err: "timeout", IsTimeout: true}, bench.Connect, bench.ClassDNS},
		{errors.New("no address of that family"), bench.DNS, bench.ClassDNS},

		{call("connect", syscall.ECONNREFUSED), bench.Connect, bench.ClassConnectRefused},
		{call("connect", syscall.ETIMEDOUT), bench.Connect, bench.ClassConnectTimeout},
		{op("dial", os.ErrDeadlineExceeded), bench.Connect, bench.ClassConnectTimeout},
		{op("dial", context.DeadlineExceeded), bench.Connect, bench.ClassConnectTimeout},
		{call("connect", syscall.ECONNRESET), bench.Connect, bench.ClassReset},
		{call("connect", syscall.EHOSTUNREACH), bench.Connect, bench.ClassConnect},
		{op("dial", context.Canceled), bench.Connect, bench.ClassConnect},

		{call("connect", syscall.EADDRNOTAVAIL), bench.Connect, bench.ClassClientExhausted},
		{call("connect", syscall.EADDRINUSE), bench.Connect, bench.ClassClientExhausted},
		{call("bind", syscall.EADDRINUSE), bench.Connect, bench.ClassClientExhausted},
		{call("bind", syscall.EADDRNOTAVAIL), bench.Connect, bench.ClassConnect}, // the address is gone
		{call("socket", syscall.EMFILE), bench.Connect, bench.ClassClientExhausted},
		{call("socket", syscall.ENFILE), bench.Connect, bench.ClassClientExhausted},
		{call("write", syscall.ENOBUFS), bench.TLSPhase, bench.ClassClientExhausted},
		{call("write", syscall.ENOMEM), bench.TTFB, bench.ClassClientExhausted},

		{remote(40), bench.TLSPhase, "tls-alert:handshake_failure"},
		{remote(116), bench.TTFB, "tls-alert:certificate_required"},
		{remote(217), bench.TLSPhase, "tls-alert:alert(217)"},
		{op("remote error", errors.New("tls: made up")), bench.TLSPhase, "tls-alert:made_up"},
		{op("local error", tls.AlertError(40)), bench.TLSPhase, bench.ClassTLS},
		{verification, bench.TLSPhase, bench.ClassCertificate},
		{x509.HostnameError{Certificate: &x509.Certificate{}, Host: "h"}, bench.TLSPhase, bench.ClassCertificate},
		{x509.CertificateInvalidError{Reason: x509.Expired}, bench.TLSPhase, bench.ClassCertificate},
		{x509.UnknownAuthorityError{}, bench.TLSPhase, bench.ClassCertificate},
		{tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, bench.TLSPhase, bench.ClassNotTLS},
		{op("read", os.ErrDeadlineExceeded), bench.TLSPhase, bench.ClassHandshakeTimeout},
		{call("read", syscall.ECONNRESET), bench.TLSPhase, bench.ClassReset},
		{call("write", syscall.EPIPE), bench.TLSPhase, bench.ClassReset},
		{io.EOF, bench.TLSPhase, bench.ClassReset},
		{io.ErrUnexpectedEOF, bench.TLSPhase, bench.ClassReset},
		{errors.New("tls: server selected an unsupported group"), bench.TLSPhase, bench.ClassTLS},

		{op("read", os.ErrDeadlineExceeded), bench.Proxy, bench.ClassProxyTimeout},
		{io.EOF, bench.Proxy, bench.ClassProxy},
		{call("read", syscall.ECONNRESET), bench.Proxy, bench.ClassProxy},
		{remote(40), bench.Proxy, bench.ClassProxy},
		{verification, bench.Proxy, bench.ClassProxy},
		{&proxyError{"proxy p", call("connect", syscall.ECONNREFUSED)}, bench.Connect, bench.ClassProxy},
		{&proxyError{"proxy p", &net.DNSError{Err: "no such host", IsNotFound: true}}, bench.DNS, bench.ClassProxy},
		{&proxyError{"proxy p", op("dial", os.ErrDeadlineExceeded)}, bench.Connect, bench.ClassProxyTimeout},
		{&proxyError{"proxy p", call("connect", syscall.EADDRNOTAVAIL)}, bench.Connect, bench.ClassClientExhausted},
		{io.EOF, bench.StartTLS, bench.ClassStartTLS},
		{call("read", syscall.ECONNRESET), bench.StartTLS, bench.ClassStartTLS},
		{op("read", os.ErrDeadlineExceeded), bench.StartTLS, bench.ClassStartTLSTimeout},
		{call("write", syscall.ENOBUFS), bench.Proxy, bench.ClassClientExhausted},

		{op("read", os.ErrDeadlineExceeded), bench.TTFB, bench.ClassHTTPTimeout},
		{io.ErrUnexpectedEOF, bench.TTFB, bench.ClassReset},
		{call("read", syscall.ECONNRESET), bench.Request, bench.ClassReset},
		{errors.New("malformed HTTP response"), bench.TTFB, bench.ClassHTTP},
	} {
		for _, err := range []error{
			tt.err,
			fmt.Errorf("wrapped: %w", tt.err),
			&url.Error{Op: "Get", URL: "https://h/", Err: tt.err},
		} {
			got := Classify(err, tt.phase)
			if got.Class != tt.want || got.Phase != tt.phase || got.Err == nil {
				t.Errorf("%v in phase %v: %v, want %s", err, tt.phase, got, tt.want)
			}
		}
		if bench.ErrorClass(tt.want).Advice() == "" {
			t.Errorf("%s: no advice", tt.want)
		}
	}
}

// Local ports and addresses would make every failure's text another one.
func TestClassifyDropsAddresses(t *testing.T) {
	err := &net.OpError{Op: "read", Net: "tcp", Source: &net.TCPAddr{Port: 40001}, Addr: &net.TCPAddr{Port: 443}, Err: syscall.ECONNRESET}
	if got := Classify(err, bench.TLSPhase).Err; got != error(syscall.ECONNRESET) {
		t.Errorf("got %v", got)
	}
}

// The alerts of RFC 8446 section 6, sent by a server in the clear and received
// by crypto/tls itself, whose type for them is not exported.
func TestEveryAlertHasItsName(t *testing.T) {
	listener := listen(t)
	for number, name := range map[uint8]string{
		10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow", 40: "handshake_failure",
		42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked",
		45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca",
		49: "access_denied", 50: "decode_error", 51: "decrypt_error", 70: "protocol_version",
		71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback",
		90: "user_canceled", 109: "missing_extension", 110: "unsupported_extension",
		112: "unrecognized_name", 113: "bad_certificate_status_response", 115: "unknown_psk_identity",
		116: "certificate_required", 120: "no_application_protocol",
	} {
		client, server := pair(t, listener)
		if _, err := server.Write([]byte{21, 3, 3, 0, 2, 2, number}); err != nil {
			t.Fatal(err)
		}
		conn := NewConn(client, make([]byte, BufferSize), bench.CloseReset)
		err := tls.Client(conn, &tls.Config{ServerName: "h"}).Handshake()
		if got := Classify(err, bench.TLSPhase).Class; got != bench.Alert(name) || !IsAlert(err) {
			t.Errorf("alert %d: %s (%v), want %s", number, got, err, name)
		}
		conn.Close()
	}
	if IsAlert(nil) || IsAlert(io.EOF) {
		t.Error("what is no alert was taken for one")
	}
}
