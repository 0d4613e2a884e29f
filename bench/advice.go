package bench

import "strings"

// Advice says what to try next.
func (c ErrorClass) Advice() string {
	base, alert, _ := strings.Cut(string(c), ":")
	switch ErrorClass(base) {
	case ClassDNS:
		return "check the name, or dial an address with --connect HOST:PORT"
	case ClassConnectRefused:
		return "nothing listens there: check the port, and that the server runs"
	case ClassConnectTimeout:
		return "nothing answers there: check address and firewall, or raise --timeout"
	case ClassConnect:
		return "check the address and the route to it, or try -4 or -6"
	case ClassProxy:
		return "the proxy did not lead to the target: check --proxy or the variable that names it, its credentials, and what it allows"
	case ClassProxyTimeout:
		return "the proxy does not lead on in time: check it and --proxy, or raise --timeout"
	case ClassStartTLS:
		return "TLS was not begun: check that the server offers it, and that the scheme and the port belong together"
	case ClassStartTLSTimeout:
		return "the server accepts connections but does not come to TLS: check that the scheme and the port belong together, or raise --timeout"
	case ClassAlert:
		return alertAdvice(alert)
	case ClassCertificate:
		return "trust its issuer with --cacert FILE, name the host with --sni, or switch verification off with --insecure"
	case ClassECH:
		return "the server has no key for this ECH configuration: get the current one from the name's HTTPS record, or leave --ech out"
	case ClassNotTLS:
		return "the port speaks something else than TLS: check the port, or name the protocol that comes before TLS, as in smtp:// or postgres://"
	case ClassHandshakeTimeout:
		return "the server accepts connections but does not finish the handshake: check it, or raise --timeout"
	case ClassQUICVersion:
		return "the server agrees to neither version 1 nor 2 of QUIC (RFC 9000, RFC 9369): update it, or measure TLS over TCP with https:// or tls://"
	case ClassQUICTimeout:
		return "nothing speaks QUIC there, or UDP is blocked on the way: check the port and the firewall, measure TLS over TCP with https:// or tls://, or raise --timeout"
	case ClassQUIC:
		return "the server ended the QUIC connection: check its log, and that it speaks the protocol of --alpn"
	case ClassHTTPTimeout:
		return "the handshake works but the answer does not come, or does not end: try another path, or --handshake-only"
	case ClassReset:
		return "the server closed the connection: check its log, its limits and --tls, and --proxy-protocol where it expects that"
	case ClassHTTP:
		return "the handshake works but the answer is no HTTP: try tls:// or --handshake-only"
	case ClassClientExhausted:
		return "this machine is out of ports, files or memory: close with --close reset, connect from several addresses with --source, lower --workers, or raise ulimit -n"
	default:
		return "check --tls, --groups and --ciphers"
	}
}

// alertAdvice says what to try after an alert of the server. What it says of
// certificates is about the client's (RFC 8446 section 6.2).
func alertAdvice(alert string) string {
	if alert == "certificate_required" {
		return "it asks for a client certificate: give one with --cert, and its key with --key"
	}
	switch {
	case Alert(alert).OfCertificate():
		return "the server does not take the client certificate, or wants one: check --cert and --key"
	case alert == "no_application_protocol":
		return "the server speaks none of the protocols of --alpn: check it, and that the scheme and the port belong together"
	case alert == "protocol_version":
		return "the server speaks no version of TLS that was offered: check --tls, and --ech where it is given, which offers TLS 1.3 alone"
	}
	return "the server refused the handshake: check --tls, --groups, --ciphers, --alpn, --sni and --cert"
}

// OfCertificate reports whether a class is an alert about the client's
// certificate.
func (c ErrorClass) OfCertificate() bool {
	switch strings.TrimPrefix(string(c), string(ClassAlert)+":") {
	case "certificate_required", "bad_certificate", "unsupported_certificate", "certificate_revoked",
		"certificate_expired", "certificate_unknown", "unknown_ca", "access_denied":
		return true
	}
	return false
}
