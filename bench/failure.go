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
	ClassAlert            ErrorClass = "tls-alert"
	ClassCertificate      ErrorClass = "certificate"
	ClassNotTLS           ErrorClass = "not-tls"
	ClassTLS              ErrorClass = "tls" // any other failure of the handshake
	ClassHandshakeTimeout ErrorClass = "handshake-timeout"
	ClassReset            ErrorClass = "reset" // closed or reset by the other side
	ClassHTTP             ErrorClass = "http"
	ClassHTTPTimeout      ErrorClass = "http-timeout"
	ClassClientExhausted  ErrorClass = "client-exhausted" // out of ports, files or memory, on this side
	ClassInternal         ErrorClass = "internal"
)

// known reports whether the class is one of these.
func (c ErrorClass) known() bool {
	switch c {
	case ClassDNS, ClassConnectRefused, ClassConnectTimeout, ClassConnect, ClassCertificate,
		ClassNotTLS, ClassTLS, ClassHandshakeTimeout, ClassReset, ClassHTTP,
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

func (n FailureNote) String() string {
	return fmt.Sprintf("phase %s: %s: %s", n.Phase, n.Error, n.Class.Advice())
}

// Advice says what to try next.
func (c ErrorClass) Advice() string {
	base, _, _ := strings.Cut(string(c), ":")
	switch ErrorClass(base) {
	case ClassDNS:
		return "check the name, or dial an address with --connect HOST:PORT"
	case ClassConnectRefused:
		return "nothing listens there: check the port, and that the server runs"
	case ClassConnectTimeout:
		return "nothing answers there: check address and firewall, or raise --timeout"
	case ClassConnect:
		return "check the address and the route to it, or try -4 or -6"
	case ClassAlert:
		return "the server refused the handshake: check --tls, --groups, --ciphers, --alpn, --sni and --cert"
	case ClassCertificate:
		return "trust its issuer with --cacert FILE, name the host with --sni, or switch verification off with --insecure"
	case ClassNotTLS:
		return "the port speaks something else than TLS: check the port"
	case ClassHandshakeTimeout:
		return "the server accepts connections but does not finish the handshake: check it, or raise --timeout"
	case ClassHTTPTimeout:
		return "the handshake works but the answer does not come, or does not end: try another path, or --handshake-only"
	case ClassReset:
		return "the server closed the connection: check its log, its limits and --tls"
	case ClassHTTP:
		return "the handshake works but the answer is no HTTP: try tls:// or --handshake-only"
	case ClassClientExhausted:
		return "this machine is out of ports, files or memory: close with --close reset, connect from several addresses with --source, lower --workers, or raise ulimit -n"
	default:
		return "check --tls, --groups and --ciphers"
	}
}
