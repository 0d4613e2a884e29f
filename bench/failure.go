package bench

import (
	"fmt"
	"strings"
)

// ErrorClass groups failed attempts by what happened. A TLS alert's class is
// followed by the alert's name: "tls-alert:handshake_failure".
type ErrorClass string

// The classes.
const (
	ClassDNS              ErrorClass = "dns"
	ClassConnectRefused   ErrorClass = "connect-refused"
	ClassConnectTimeout   ErrorClass = "connect-timeout"
	ClassConnect          ErrorClass = "connect" // any other failure to connect
	ClassProxy            ErrorClass = "proxy"   // a proxy was not reached, refused, or spoke something else
	ClassProxyTimeout     ErrorClass = "proxy-timeout"
	ClassStartTLS         ErrorClass = "starttls" // the server refused to begin TLS, hung up, or spoke something else
	ClassStartTLSTimeout  ErrorClass = "starttls-timeout"
	ClassAlert            ErrorClass = "tls-alert"
	ClassCertificate      ErrorClass = "certificate"
	ClassECH              ErrorClass = "ech-rejected" // the server did not accept Encrypted Client Hello
	ClassNotTLS           ErrorClass = "not-tls"
	ClassTLS              ErrorClass = "tls" // any other failure of the handshake
	ClassHandshakeTimeout ErrorClass = "handshake-timeout"
	ClassQUICVersion      ErrorClass = "quic-version" // no version of QUIC in common
	ClassQUICTimeout      ErrorClass = "quic-timeout" // nothing that came back was QUIC, if anything came
	ClassQUIC             ErrorClass = "quic"         // any other error of the transport, such as a protocol violation
	ClassReset            ErrorClass = "reset"        // closed or reset by the other side
	ClassHTTP             ErrorClass = "http"
	ClassHTTPTimeout      ErrorClass = "http-timeout"
	ClassClientExhausted  ErrorClass = "client-exhausted" // out of ports, files or memory, on this side
	ClassInternal         ErrorClass = "internal"
)

// Known reports whether the class is one of these, an alert with its name.
func (c ErrorClass) Known() bool {
	switch c {
	case ClassDNS, ClassConnectRefused, ClassConnectTimeout, ClassConnect, ClassCertificate,
		ClassProxy, ClassProxyTimeout, ClassStartTLS, ClassStartTLSTimeout,
		ClassECH, ClassQUICVersion, ClassQUICTimeout, ClassQUIC, ClassNotTLS, ClassTLS, ClassHandshakeTimeout, ClassReset, ClassHTTP,
		ClassHTTPTimeout, ClassClientExhausted, ClassInternal:
		return true
	}
	return len(c) > len(ClassAlert)+1 && strings.HasPrefix(string(c), string(ClassAlert)+":")
}

// Alert returns the class of the TLS alert with that name (RFC 8446 section 6).
func Alert(name string) ErrorClass { return ClassAlert + ":" + ErrorClass(name) }

// Failure says why an attempt failed.
type Failure struct {
	Class ErrorClass
	Phase Phase // where it failed
	Err   error
}

func (f *Failure) Error() string { return fmt.Sprintf("%s in phase %s: %v", f.Class, f.Phase, f.Err) }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// FailureNote is a failure as it is saved.
type FailureNote struct {
	Class ErrorClass `json:"class"`
	Phase Phase      `json:"phase"`
	Error string     `json:"error"`
}

// Note makes a failure ready to be saved.
func (f *Failure) Note() *FailureNote {
	return &FailureNote{Class: f.Class, Phase: f.Phase, Error: f.Err.Error()}
}

// String says what happened, in which phase, and what to try next.
func (n FailureNote) String() string {
	// Many errors begin with "connect: " or "tls: " themselves.
	return fmt.Sprintf("phase %s: %s: %s", n.Phase, strings.TrimPrefix(n.Error, n.Phase.String()+": "), n.Class.Advice())
}
