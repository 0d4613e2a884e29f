package bench

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The schemes of a target's URL.
const (
	SchemeHTTPS    = "https"    // one request on each fresh connection
	SchemeTLS      = "tls"      // handshake only
	SchemeEmbedded = "embedded" // a server that the tool starts itself
)

// Target is where handshakes go.
type Target struct {
	// URL is the target as the user may write it, in full.
	URL    string `json:"url"`
	Scheme string `json:"scheme"`
	// Host and Port are empty for a server that the tool starts.
	Host string `json:"host,omitempty"`
	Port string `json:"port,omitempty"`
	// Path is the request's path and query.
	Path string `json:"path,omitempty"`
	// Settings are those of a server that the tool starts.
	Settings string `json:"settings,omitempty"`

	// What follows is known once a server that the tool starts is up.

	// RTT is the round-trip time that the server simulates. The kernel
	// completes a loopback connect at once, so the dialing side adds one.
	RTT time.Duration `json:"simulated_rtt_ns,omitempty"`
	// Roots are trusted instead of the system's, where not nil.
	Roots *x509.CertPool `json:"-"`
	// ClientCert is presented where the server asks for one.
	ClientCert *tls.Certificate `json:"-"`
}

// ParseTarget reads a target's URL. A bare host or host:port means https.
func ParseTarget(raw string) (Target, error) {
	scheme, settings, _ := strings.Cut(raw, ":")
	if strings.EqualFold(scheme, SchemeEmbedded) {
		return Target{
			URL:      SchemeEmbedded + ":" + settings,
			Scheme:   SchemeEmbedded,
			Path:     "/",
			Settings: strings.TrimPrefix(settings, "?"),
		}, nil
	}
	if authority, _, _ := strings.Cut(afterScheme(raw), "/"); strings.Contains(authority, "@") {
		// Before anything else, so that no error repeats them.
		return Target{}, errors.New("target: credentials in the URL would be saved with the result: give a header with -H 'Authorization: …'")
	}
	if raw == "" {
		return Target{}, errors.New("the target is empty: want https://host/path, tls://host:port, or embedded: for a server of its own")
	}
	full := raw
	if !strings.Contains(raw, "://") {
		full = SchemeHTTPS + "://" + bracketed(raw)
	}
	u, err := url.Parse(full)
	if err != nil {
		return Target{}, fmt.Errorf("target %q: %w", raw, bareURLError(err))
	}
	t := Target{Scheme: strings.ToLower(u.Scheme), Host: u.Hostname(), Port: u.Port()}
	switch t.Scheme {
	case SchemeHTTPS:
		t.Path = u.RequestURI()
	case SchemeTLS:
		if u.Path != "" && u.Path != "/" || u.RawQuery != "" {
			return Target{}, fmt.Errorf("target %q: tls:// is handshake only and takes no path: write https:// to request %s", raw, u.RequestURI())
		}
	case "http":
		return Target{}, fmt.Errorf("target %q: http:// has no handshake to measure: want https://", raw)
	default:
		return Target{}, fmt.Errorf("target %q: unknown scheme %q: known are https, tls and embedded", raw, u.Scheme)
	}
	if t.Host == "" {
		return Target{}, fmt.Errorf("target %q: the host is missing", raw)
	}
	if _, err := netip.ParseAddr(t.Host); err != nil && strings.Contains(t.Host, ":") {
		return Target{}, fmt.Errorf("target %q: %q is no IPv6 address: want https://[::1]:443/", raw, t.Host)
	}
	if t.Port == "" {
		t.Port = "443"
	}
	if port, err := strconv.ParseUint(t.Port, 10, 16); err != nil || port == 0 {
		return Target{}, fmt.Errorf("target %q: port %s is not between 1 and 65535", raw, t.Port)
	}
	t.URL = (&url.URL{Scheme: t.Scheme, Host: t.Address()}).String() + t.Path
	return t, nil
}

// Address is host:port as dialed and, in https, as requested.
func (t Target) Address() string { return net.JoinHostPort(t.Host, t.Port) }

// Local reports whether the target is a server that the tool starts.
func (t Target) Local() bool { return t.Scheme == SchemeEmbedded }

func afterScheme(raw string) string {
	if _, rest, ok := strings.Cut(raw, "://"); ok {
		return rest
	}
	return raw
}

// bracketed puts a bare IPv6 address into the brackets that a URL wants.
func bracketed(host string) string {
	if net.ParseIP(host) != nil && strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// bareURLError drops net/url's repetition of the whole URL.
func bareURLError(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
