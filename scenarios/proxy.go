package scenarios

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"tlsbench/bench"
	"tlsbench/bench/proxy"
)

// none is no proxy, and no PROXY protocol.
const none = "none"

// ProxyVariables are the environment's that other clients go by: the first that
// is set of those that name a proxy, and of those that name exceptions.
func ProxyVariables() (proxies, exceptions []string) {
	return []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}, []string{"NO_PROXY", "no_proxy"}
}

// inherited is what they say.
type inherited struct {
	name, url, not string
}

// InheritProxy takes the variables for targets that are https. An option wins
// over them.
func (s *Scenario) InheritProxy(getenv func(string) string) {
	first := func(names []string) (name, value string) {
		for _, name := range names {
			if value := getenv(name); value != "" {
				return name, value
			}
		}
		return "", ""
	}
	proxies, exceptions := ProxyVariables()
	s.proxies.name, s.proxies.url = first(proxies)
	_, s.proxies.not = first(exceptions)
}

// cover reports whether the variables send connections with the target through a
// proxy: not those with loopback, nor where NO_PROXY names it.
func (v inherited) cover(t bench.Target, connect string) bool {
	if v.url == "" || t.Scheme != bench.SchemeHTTPS {
		return false
	}
	// Only the decision is taken from there: its errors repeat credentials.
	of := (&httpproxy.Config{HTTPSProxy: "http://proxy.invalid", NoProxy: v.not}).ProxyFunc()
	for _, address := range []string{t.Address(), connect} {
		if address == "" {
			continue
		}
		if u, err := of(&url.URL{Scheme: bench.SchemeHTTPS, Host: address}); err != nil || u == nil {
			return false
		}
	}
	return true
}

// proxy fills in which proxy connections go through, and what is said to it.
func (s *Scenario) proxy(t bench.Target, n *bench.Net) error {
	if err := s.oneOf("net.proxy-protocol"); err != nil {
		return err
	}
	if s.Net.ProxyProtocol != none {
		n.ProxyProtocol = s.Net.ProxyProtocol
	}
	raw := s.Net.Proxy
	if !s.Given("net.proxy") && s.proxies.cover(t, n.Connect) {
		raw, n.ProxyFrom = s.proxies.url, s.proxies.name
	}
	var p proxy.Server
	if raw != "" && raw != none {
		var err error
		if p, err = proxy.Parse(raw); err != nil {
			if n.ProxyFrom != "" {
				return errors.New(n.ProxyFrom + ": " + err.Error() + ", or --proxy none to go without")
			}
			return s.fault("net.proxy", ": %v", err)
		}
		n.Proxy, n.ProxyUser, n.ProxyPassword = p.String(), p.User, p.Password
	}
	n.ProxyCAFile, n.ProxyInsecure = s.Net.ProxyCACert, s.Net.ProxyInsecure
	if p.Scheme == proxy.HTTPS {
		return nil
	}
	// Arms without a proxy, or through another, may stand beside one that it is
	// meant for.
	switch {
	case s.proxyVaries():
	case n.ProxyCAFile != "":
		return s.proxyWithoutTLS("net.proxy-cacert")
	case n.ProxyInsecure:
		return s.proxyWithoutTLS("net.proxy-insecure")
	}
	n.ProxyCAFile, n.ProxyInsecure = "", false
	return nil
}

func (s *Scenario) proxyWithoutTLS(path string) error {
	return s.fault(path, " acts on proxies that speak TLS: want --proxy https://…")
}

// oneWay refuses a plan of which the environment sends a part through a proxy
// that is for TCP, and warns where no arm takes that proxy.
func (s *Scenario) oneWay(arms []bench.Arm) ([]bench.Warning, error) {
	if s.Given("net.proxy") || s.proxyVaries() {
		return nil, nil
	}
	quic := slices.IndexFunc(arms, func(a bench.Arm) bool { return a.QUIC() && !a.Target.Local() })
	if quic < 0 {
		return nil, nil
	}
	if slices.ContainsFunc(arms, func(a bench.Arm) bool { return a.Net.ProxyFrom != "" }) {
		return nil, fmt.Errorf("%s: arms over TCP would go through that proxy and arms over QUIC directly, so that they cannot be compared: say --proxy none, or leave out what is over QUIC", s.proxies.name)
	}
	t := arms[quic].Target
	if t.Scheme == bench.SchemeH3 {
		t.Scheme = bench.SchemeHTTPS
	}
	if !s.proxies.cover(t, arms[quic].Net.Connect) {
		return nil, nil
	}
	return []bench.Warning{{Code: bench.WarnDirect, Text: "the proxy of $" + s.proxies.name + " is for TCP: connections over QUIC go directly (--proxy none goes without this line)"}}, nil
}

// proxyVaries reports whether the proxy is a coordinate's.
func (s *Scenario) proxyVaries() bool {
	for _, d := range s.Matrix {
		if d.Name == proxyDimension {
			return true
		}
	}
	return false
}

const proxyDimension = "proxy"

// namedProxy is the proxy that a coordinate names: without credentials, which
// the arm's name would show. Those of the same proxy in the option are taken.
func namedProxy(s *Scenario, value string) (string, error) {
	if value == none {
		return value, nil
	}
	p, err := proxy.Parse(value)
	switch {
	case err != nil:
		return "", err
	case p.User != "" || p.Password != "":
		return "", errors.New("credentials would be saved with the arm's name: give the proxy with them in TLSBENCH_PROXY, and without them here")
	}
	if own, err := proxy.Parse(s.Net.Proxy); err == nil && own.String() == p.String() {
		return s.Net.Proxy, nil
	}
	return value, nil
}

// publicProxy is a proxy's URL without its user and password.
func publicProxy(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	p, err := proxy.Parse(strings.TrimSpace(text))
	if err != nil {
		return "…"
	}
	return p.Scheme + "://…@" + net.JoinHostPort(p.Host, p.Port)
}
