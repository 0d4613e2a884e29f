package proxy

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// The schemes of a proxy's URL.
const (
	HTTP    = "http"
	HTTPS   = "https"   // TLS to the proxy, and CONNECT within
	SOCKS5  = "socks5"  // the client looks names up
	SOCKS5H = "socks5h" // the proxy does
)

// Server is a proxy.
type Server struct {
	Scheme, Host, Port string
	// User and Password are empty where the URL has none.
	User, Password string
}

const form = "want http://[USER:PASSWORD@]HOST:PORT, or https://, socks5:// or socks5h://"

// Parse reads a proxy's URL. Without a scheme it is HTTP's. No error repeats it.
func Parse(raw string) (Server, error) {
	if !strings.Contains(raw, "://") {
		raw = HTTP + "://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil {
		return Server{}, errors.New("it is no URL: " + form + ", with characters such as / # ? @ in a password as %2F %23 %3F %40")
	}
	s := Server{Scheme: strings.ToLower(u.Scheme), Host: u.Hostname(), Port: u.Port(), User: u.User.Username()}
	s.Password, _ = u.User.Password()
	if s.Port == "" {
		s.Port = defaultPorts()[s.Scheme]
	}
	port, err := strconv.ParseUint(s.Port, 10, 16)
	switch {
	case defaultPorts()[s.Scheme] == "":
		return Server{}, errors.New("its scheme is unknown: " + form)
	case s.Host == "":
		return Server{}, errors.New("its host is missing: " + form)
	case strings.ContainsAny(s.Host, ":[]") && !isAddress(s.Host), !s.writable():
		return Server{}, errors.New("its host is neither a name nor an address: " + form)
	case err != nil || port == 0:
		return Server{}, errors.New("its port is not between 1 and 65535")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return Server{}, errors.New("a proxy has no path: " + form)
	}
	return s, s.credible()
}

// isAddress tells an IPv6 address, maybe with a zone, from what net/url takes for
// a host.
func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// writable tells a host that reads the same again from one of those that net/url
// reads but cannot write: a zone with bytes that are no text.
func (s Server) writable() bool {
	u, err := url.Parse(s.String())
	return err == nil && u.Hostname() == s.Host
}

// defaultPorts are those of the schemes, where a URL names none.
func defaultPorts() map[string]string {
	return map[string]string{HTTP: "80", HTTPS: "443", SOCKS5: "1080", SOCKS5H: "1080"}
}

// credible refuses credentials that the protocol cannot carry: in Basic
// authentication a colon ends the user (RFC 7617 section 2), and in SOCKS5
// neither part is empty or longer than 255 bytes (RFC 1929 section 2).
func (s Server) credible() error {
	switch {
	case s.User == "" && s.Password == "":
		return nil
	case !s.socks() && strings.Contains(s.User, ":"):
		return errors.New("its user holds a colon, which Basic authentication cannot carry")
	case s.socks() && (s.User == "" || s.Password == "" || len(s.User) > 255 || len(s.Password) > 255):
		return errors.New("SOCKS5 takes a user and a password of 1 to 255 bytes each")
	}
	return nil
}

func (s Server) socks() bool { return s.Scheme == SOCKS5 || s.Scheme == SOCKS5H }

// Resolves reports whether the proxy looks names up, not the client.
func (s Server) Resolves() bool { return s.Scheme != SOCKS5 }

// Address is host:port.
func (s Server) Address() string { return net.JoinHostPort(s.Host, s.Port) }

// String is the URL without credentials.
func (s Server) String() string {
	u := url.URL{Scheme: s.Scheme, Host: s.Address()} // escapes the zone of an address
	return u.String()
}

// Tunnel prepares what is said to the proxy for a connection to the target,
// host:port, which greets where it may speak first. It refuses what the protocol
// cannot carry.
func (s Server) Tunnel(target string, greets bool) (Tunnel, error) {
	host, port, err := net.SplitHostPort(target)
	if err != nil {
		return nil, fmt.Errorf("tunnel to %q: %w", target, err)
	}
	number, err := net.LookupPort("tcp", port)
	if err != nil {
		return nil, fmt.Errorf("tunnel to %q: %w", target, err)
	}
	if s.socks() {
		return s.socksTunnel(host, uint16(number), greets)
	}
	return s.connectTunnel(host, uint16(number), greets)
}

// Tunnel asks a proxy for a connection to one target.
type Tunnel interface {
	// Open asks on a fresh connection to the proxy. Where it returns no error,
	// the next byte written goes to the target, and greeting is what that has
	// said already, if anything.
	Open(Stream) (greeting []byte, err error)
}
