package dial

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"reflect"
	"slices"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/neterr"
)

// Classify says what kind of failure ended an attempt in the given phase.
func Classify(err error, phase bench.Phase) *bench.Failure {
	return &bench.Failure{Class: class(err, phase), Phase: phase, Err: neterr.Bare(err)}
}

func class(err error, phase bench.Phase) bench.ErrorClass {
	var dns *net.DNSError
	var toProxy *proxyError
	switch {
	case errors.As(err, &toProxy) && !clientExhausted(err):
		return proxyClass(err)
	case errors.As(err, &dns):
		return bench.ClassDNS
	case clientExhausted(err):
		return bench.ClassClientExhausted
	}
	switch phase {
	case bench.DNS:
		return bench.ClassDNS
	case bench.Connect:
		return connectClass(err)
	case bench.Proxy:
		return proxyClass(err)
	case bench.StartTLS:
		if isReset(err) { // a server of another protocol hangs up
			return bench.ClassStartTLS
		}
		return tlsClass(err, bench.ClassStartTLS, bench.ClassStartTLSTimeout)
	case bench.TLSPhase:
		return tlsClass(err, bench.ClassTLS, bench.ClassHandshakeTimeout)
	default:
		// A server that refuses a client certificate in TLS 1.3 says so only
		// after the client's handshake is done, so alerts come here too.
		return tlsClass(err, bench.ClassHTTP, bench.ClassHTTPTimeout)
	}
}

// proxyClass is of whatever a proxy did: an alert or a reset of its own, and that
// it cannot be reached, is none of the server's doing.
func proxyClass(err error) bench.ErrorClass {
	if isTimeout(err) {
		return bench.ClassProxyTimeout
	}
	return bench.ClassProxy
}

func connectClass(err error) bench.ErrorClass {
	switch {
	case isTimeout(err):
		return bench.ClassConnectTimeout
	case isAny(err, refused()):
		return bench.ClassConnectRefused
	case isReset(err):
		return bench.ClassReset
	default:
		return bench.ClassConnect
	}
}

func tlsClass(err error, other, timeout bench.ErrorClass) bench.ErrorClass {
	var header tls.RecordHeaderError
	if name, ok := alertName(err); ok {
		return bench.Alert(name)
	}
	switch {
	case isECH(err):
		return bench.ClassECH
	case isCertificate(err):
		return bench.ClassCertificate
	case errors.As(err, &header):
		return bench.ClassNotTLS
	case isTimeout(err):
		return timeout
	case isReset(err):
		return bench.ClassReset
	default:
		return other
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

func isReset(err error) bool {
	return isAny(err, reset()) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed)
}

func isECH(err error) bool {
	var rejected *tls.ECHRejectionError
	return errors.As(err, &rejected)
}

func isCertificate(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
	)
	return errors.As(err, &verification) || errors.As(err, &authority) ||
		errors.As(err, &hostname) || errors.As(err, &invalid)
}

// clientExhausted recognises what this machine ran out of: ports, file
// descriptors or memory. It must never be blamed on the server.
//
// A source address that is gone reads like a connect that finds no port, but
// comes from bind.
func clientExhausted(err error) bool {
	var call *os.SyscallError
	if errors.As(err, &call) && call.Syscall == "bind" && errors.Is(err, elsewhere()) {
		return false
	}
	return isAny(err, exhausted())
}

func isAny(err error, errnos []error) bool {
	return slices.ContainsFunc(errnos, func(e error) bool { return errors.Is(err, e) })
}

// IsAlert reports whether an error is a TLS alert that the other side sent.
func IsAlert(err error) bool {
	_, ok := alertName(err)
	return ok
}

// alertName finds the alert that the other side sent. crypto/tls keeps its
// alert type to itself, but gives it as the cause of a "remote error" and as a
// number.
func alertName(err error) (string, bool) {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" || op.Err == nil {
		return "", false
	}
	if v := reflect.ValueOf(op.Err); v.Kind() == reflect.Uint8 {
		if name, ok := alertNames()[uint8(v.Uint())]; ok {
			return name, true
		}
	}
	return strings.ReplaceAll(strings.TrimPrefix(op.Err.Error(), "tls: "), " ", "_"), true
}

// AlertClass is the class of a TLS alert by its number.
func AlertClass(code uint8) bench.ErrorClass {
	if name, ok := alertNames()[code]; ok {
		return bench.Alert(name)
	}
	return bench.Alert(fmt.Sprintf("alert_%d", code))
}

// alertNames are those of RFC 8446 section 6, and of RFC 5246 where servers of
// older versions still send them.
func alertNames() map[uint8]string {
	return map[uint8]string{
		0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow",
		30: "decompression_failure", 40: "handshake_failure", 42: "bad_certificate",
		43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired",
		46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied",
		50: "decode_error", 51: "decrypt_error", 60: "export_restriction", 70: "protocol_version",
		71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback",
		90: "user_canceled", 100: "no_renegotiation", 109: "missing_extension",
		110: "unsupported_extension", 112: "unrecognized_name", 113: "bad_certificate_status_response",
		115: "unknown_psk_identity", 116: "certificate_required", 120: "no_application_protocol",
	}
}
