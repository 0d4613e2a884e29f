package bench

import (
	"slices"
	"strings"

	"tlsbench/bench/spelling"
	"tlsbench/bench/starttls"
)

// The schemes of a target's URL that others know.
const (
	SchemeHTTPS    = "https"
	SchemeTLS      = "tls"
	SchemeH3       = "h3"       // HTTP/3, over QUIC
	SchemeQUIC     = "quic"     // a QUIC handshake only
	SchemeEmbedded = "embedded" // a server that the tool is itself
	SchemeNginx    = "nginx"    // and servers that it starts where they are installed
	SchemeHAProxy  = "haproxy"
	SchemeOpenSSL  = "openssl"
)

// LocalSchemes are those of servers that the tool starts.
func LocalSchemes() []string {
	return []string{SchemeEmbedded, SchemeNginx, SchemeHAProxy, SchemeOpenSSL}
}

// Scheme is what the scheme of a target's URL means, where the target is a
// server that runs already.
type Scheme struct {
	Name string
	Port string // that of the protocol, where the URL names none
	// Requests says that a request is made on each connection, for the URL's
	// path. Else there is a handshake only, and the URL has no path.
	Requests bool
	// ALPN is what is offered where nothing else is asked for, or "".
	ALPN string
}

// Schemes lists those of servers that run already.
func Schemes() []Scheme { return slices.Concat(plainSchemes(), startTLSSchemes(), tlsSchemes()) }

func plainSchemes() []Scheme {
	return []Scheme{
		{Name: SchemeHTTPS, Port: "443", Requests: true},
		{Name: SchemeTLS, Port: "443"},
		{Name: SchemeH3, Port: "443", Requests: true},
		{Name: SchemeQUIC, Port: "443"},
	}
}

func startTLSSchemes() []Scheme {
	var all []Scheme
	for _, p := range starttls.Protocols() {
		all = append(all, Scheme{Name: p.Name, Port: p.Port})
	}
	return all
}

// tlsSchemes are of protocols that begin with TLS: what they add to tls:// is
// their port.
func tlsSchemes() []Scheme {
	return []Scheme{
		{Name: "smtps", Port: "465"},
		{Name: "imaps", Port: "993"},
		{Name: "pop3s", Port: "995"},
		{Name: "nntps", Port: "563"},
		{Name: "ftps", Port: "990"},
		{Name: "ldaps", Port: "636"},
		{Name: "ircs", Port: "6697"},
		// PostgreSQL 17 and later, which refuses a handshake without that name.
		{Name: "postgres-direct", Port: "5432", ALPN: "postgresql"},
		{Name: "redis", Port: "6379"},
		{Name: "rediss", Port: "6379"},
		{Name: "amqps", Port: "5671"},
		{Name: "mqtts", Port: "8883"},
	}
}

func schemeByName(name string) (Scheme, bool) {
	all := Schemes()
	i := slices.IndexFunc(all, func(s Scheme) bool { return s.Name == name })
	if i < 0 {
		return Scheme{}, false
	}
	return all[i], true
}

// overTLS is the scheme of the same protocol over TLS, false where none is known
// by the name with an s.
func overTLS(name string) (string, bool) {
	s, ok := schemeByName(name + "s")
	return s.Name, ok
}

// meantSchemes are those that somebody may have meant by another: of which it is
// the beginning, as xmpp, or that are its own, as postgresql has, or else the
// nearest.
func meantSchemes(name string) []string {
	var all, meant []string
	for _, s := range Schemes() {
		all = append(all, s.Name)
		if len(name) > 2 && (strings.HasPrefix(s.Name, name+"-") || strings.HasPrefix(name, s.Name)) {
			meant = append(meant, s.Name+"://")
		}
	}
	if nearest, ok := spelling.Nearest(name, all); ok && meant == nil {
		meant = []string{nearest + "://"}
	}
	return meant
}

// knownSchemes lists, for people, what a target may begin with.
func knownSchemes() string {
	names := func(of []Scheme) string {
		var all []string
		for _, s := range of {
			all = append(all, s.Name)
		}
		return strings.Join(all, ", ")
	}
	return names(plainSchemes()) + "; servers that are started here: " + strings.Join(LocalSchemes(), ", ") +
		"; with STARTTLS: " + names(startTLSSchemes()) + "; with TLS from the start: " + names(tlsSchemes())
}

// QUIC reports whether the target can be reached over QUIC only.
func (t Target) QUIC() bool {
	return t.Scheme == SchemeH3 || t.Scheme == SchemeQUIC
}

// HandshakeOnly reports whether no request can be made to the target.
func (t Target) HandshakeOnly() bool {
	s, remote := schemeByName(t.Scheme)
	return remote && !s.Requests
}

// StartTLS is what is said to the target before TLS, false for nothing.
func (t Target) StartTLS() (starttls.Protocol, bool) { return starttls.ByName(t.Scheme) }

// ALPN is what is offered to the target where nothing else is asked for.
func (t Target) ALPN() []string {
	if s, _ := schemeByName(t.Scheme); s.ALPN != "" {
		return []string{s.ALPN}
	}
	return nil
}
