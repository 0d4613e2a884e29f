package bench

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tlsbench/bench/spelling"
)

// Target is where handshakes go.
type Target struct {
	// URL is the target as the user may write it, in full.
	URL    string `json:"url"`
	Scheme string `json:"scheme"`
	// Host and Port are empty for a server that the tool starts.
	Host string `json:"host,omitempty"`
	Port string `json:"port,omitempty"`
	// Path is the request's path and query; that of a server that the tool
	// starts may become another when it is up.
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
	// ECH is the server's ECHConfigList, as bytes, or "".
	ECH string `json:"-"`
}

// ParseTarget reads a target's URL. A bare host or host:port means https; the
// name of a server that the tool starts is one only with a colon behind it, for
// there are hosts of such names. (embedded has been one without, too.)
func ParseTarget(raw string) (Target, error) {
	if t, ok := parseLocal(raw); ok {
		return t, nil
	}
	if authority, _, _ := strings.Cut(afterScheme(raw), "/"); strings.Contains(authority, "@") {
		// Before anything else, so that no error repeats them.
		if name, _, ok := strings.Cut(raw, "://"); ok && (Target{Scheme: strings.ToLower(name)}).HandshakeOnly() {
			return Target{}, errors.New("target: credentials in the URL would be saved with the result: leave them out, for nobody logs in")
		}
		return Target{}, errors.New("target: credentials in the URL would be saved with the result: give a header with -H 'Authorization: …'")
	}
	if raw == "" {
		return Target{}, errors.New("the target is empty: want https://host/path, tls://host:port, or embedded: for a server of its own")
	}
	if err := misspelt(raw); err != nil {
		return Target{}, err
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
	scheme, known := schemeByName(t.Scheme)
	switch {
	case scheme.Requests:
		t.Path = u.RequestURI()
	case t.Scheme == "http":
		return Target{}, fmt.Errorf("target %q: http:// has no handshake to measure: want https://", raw)
	case !known:
		if nearest, ok := overTLS(t.Scheme); ok {
			return Target{}, fmt.Errorf("target %q: %s:// has no handshake to measure: did you mean %s://?", raw, t.Scheme, nearest)
		}
		if meant := meantSchemes(t.Scheme); meant != nil {
			return Target{}, fmt.Errorf("target %q: unknown scheme %q: did you mean %s?", raw, u.Scheme, strings.Join(meant, " or "))
		}
		return Target{}, fmt.Errorf("target %q: unknown scheme %q: known are %s", raw, u.Scheme, knownSchemes())
	case scheme.Name != SchemeTLS && (u.Path != "" && u.Path != "/" || u.RawQuery != ""):
		return Target{}, fmt.Errorf("target %q: %s:// ends with the handshake and takes no path: leave %s out", raw, t.Scheme, u.RequestURI())
	case u.Path != "" && u.Path != "/" || u.RawQuery != "":
		return Target{}, fmt.Errorf("target %q: %s:// is handshake only and takes no path: write https:// to request %s", raw, t.Scheme, u.RequestURI())
	}
	if t.Host == "" {
		return Target{}, fmt.Errorf("target %q: the host is missing", raw)
	}
	if _, err := netip.ParseAddr(t.Host); err != nil && strings.Contains(t.Host, ":") {
		return Target{}, fmt.Errorf("target %q: %q is no IPv6 address: want https://[::1]:443/", raw, t.Host)
	}
	if t.Port == "" {
		t.Port = scheme.Port
	}
	if port, err := strconv.ParseUint(t.Port, 10, 16); err != nil || port == 0 {
		return Target{}, fmt.Errorf("target %q: port %s is not between 1 and 65535", raw, t.Port)
	}
	t.URL = (&url.URL{Scheme: t.Scheme, Host: t.Address()}).String() + t.Path
	return t, nil
}

// parseLocal reads the target of a server that the tool starts: nginx:?a=b, but
// not the address nginx:8443, nor the bare name.
func parseLocal(raw string) (Target, bool) {
	scheme, settings, colon := strings.Cut(raw, ":")
	scheme = strings.ToLower(scheme)
	switch {
	case !slices.Contains(LocalSchemes(), scheme):
		return Target{}, false
	case scheme != SchemeEmbedded && (!colon || settings != "" && '0' <= settings[0] && settings[0] <= '9'):
		return Target{}, false
	}
	return Target{URL: scheme + ":" + settings, Scheme: scheme, Path: "/", Settings: strings.TrimPrefix(settings, "?")}, true
}

// misspelt finds what can only be meant for a server that the tool starts.
func misspelt(raw string) error {
	scheme, settings, colon := strings.Cut(raw, ":")
	if !colon {
		if slices.Contains(LocalSchemes(), strings.ToLower(scheme)) {
			return fmt.Errorf("target %q: want %s: for a server of that kind that is started here, or https://%s/ for the host of that name", raw, strings.ToLower(scheme), raw)
		}
		return nil
	}
	if settings != "" && settings[0] != '?' {
		port, _, _ := strings.Cut(settings, "/") // h3:443 is a host's, and so is h3://
		isPort := strings.Trim(port, "0123456789") == ""
		if (Target{Scheme: strings.ToLower(scheme)}).QUIC() && !isPort {
			return fmt.Errorf("target %q: did you mean %s://%s?", raw, strings.ToLower(scheme), settings)
		}
		return nil
	}
	if nearest, ok := spelling.Nearest(strings.ToLower(scheme), LocalSchemes()); ok {
		return fmt.Errorf("target %q: unknown server %q: did you mean %s:?", raw, scheme, nearest)
	}
	return nil
}

// Address is host:port as dialed and, in https, as requested.
func (t Target) Address() string { return net.JoinHostPort(t.Host, t.Port) }

// Local reports whether the target is a server that the tool starts.
func (t Target) Local() bool { return slices.Contains(LocalSchemes(), t.Scheme) }

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
