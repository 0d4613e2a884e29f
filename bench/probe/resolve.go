package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"tlsbench/bench"
)

// MaxPlaces is how many places a probe goes to: the matrix grows with their
// square.
const MaxPlaces = 16

// LookUp finds the addresses of a host; network is "ip", "ip4" or "ip6", as in
// net.Resolver.LookupNetIP.
type LookUp func(ctx context.Context, network, host string) ([]netip.Addr, error)

// Where says which places a probe goes to.
type Where struct {
	Target bench.Target
	// Family is 4 or 6 for one IP version only, 0 for either.
	Family int
	// Connect is a host:port whose addresses are taken instead of the
	// target's, or "".
	Connect string
	// ServerName is what the places send and verify, empty for the target's
	// host.
	ServerName string
	// Addresses are taken instead of a look-up: ip or ip:port.
	Addresses []string
	// Also are further places, host:port, or :port of the first address. As
	// with Connect, the server name stays the same.
	Also []string
	// AlsoSNI are further server names, asked for at the first address.
	AlsoSNI []string
	// ByProxy says that connections go through a proxy that looks names up: each
	// name is one place, whatever addresses are behind it.
	ByProxy bool
	// LookUp finds addresses, net.DefaultResolver's if nil.
	LookUp LookUp
}

// Resolve finds the places, those of the target first, in the order of their
// addresses, then the others in the order in which they were given. The notes
// say what was left out.
func Resolve(ctx context.Context, w Where) (places []Place, notes []string, err error) {
	if err := w.Check(); err != nil {
		return nil, nil, err
	}
	r := resolver{Where: w}
	if r.LookUp == nil {
		r.LookUp = net.DefaultResolver.LookupNetIP
	}
	at, err := r.target(ctx)
	if err != nil {
		return nil, nil, err
	}
	var also []string
	for _, entry := range w.Also {
		more, err := r.also(ctx, entry, at[0])
		if err != nil {
			return nil, nil, fmt.Errorf("also %q: %w", entry, err)
		}
		also = append(also, more...)
	}
	room := MaxPlaces - len(w.AlsoSNI)
	all := unique(append(slices.Clone(at), also...))
	if len(all) > room {
		keep := slices.Clone(at[:max(1, min(len(at), room-len(unique(also))))])
		keep = unique(append(keep, also...))
		keep = keep[:min(len(keep), room)]
		notes = append(notes, fmt.Sprintf("%d addresses, of which the probe goes to %d: name others as explicit addresses", len(all), len(keep)))
		all = keep
	}
	for _, a := range all {
		p := Place{Name: a, Address: a, ServerName: w.ServerName}
		if w.ServerName != "" && w.ServerName != w.Target.Host {
			p.Name += " as " + w.ServerName
		}
		places = append(places, p)
	}
	own := cmp.Or(w.ServerName, w.Target.Host)
	for _, name := range unique(w.AlsoSNI) {
		if name != own {
			places = append(places, Place{Name: at[0] + " as " + name, Address: at[0], ServerName: name})
		}
	}
	return places, notes, nil
}

// Check says what Resolve would refuse before it looks anything up.
func (w Where) Check() error {
	r := resolver{Where: w}
	for _, text := range w.Addresses {
		if _, err := r.explicit(text); err != nil {
			return err
		}
	}
	if w.Connect != "" {
		if _, _, err := hostPort(w.Connect); err != nil {
			return fmt.Errorf("connect to %q: %w", w.Connect, err)
		}
	}
	for _, entry := range w.Also {
		if _, _, err := hostPort(entry); err != nil {
			return fmt.Errorf("also %q: %w", entry, err)
		}
	}
	for _, name := range w.AlsoSNI {
		if name == "" || strings.ContainsAny(name, ": /") {
			return fmt.Errorf("also the server name %q: want a host's name", name)
		}
	}
	if n := len(w.AlsoSNI); n >= MaxPlaces {
		return fmt.Errorf("%d more server names: want at most %d", n, MaxPlaces-1)
	}
	return nil
}

// hostPort splits HOST:PORT, or :PORT.
func hostPort(text string) (host string, port uint16, err error) {
	host, digits, err := net.SplitHostPort(text)
	if err != nil {
		return "", 0, errors.New("want HOST:PORT, or :PORT of the first address")
	}
	port, err = portNumber(digits)
	return host, port, err
}

type resolver struct{ Where }

func (r resolver) network() string {
	if r.Family == 0 {
		return "ip"
	}
	return fmt.Sprintf("ip%d", r.Family)
}

// target gives the addresses of the target: never none.
func (r resolver) target(ctx context.Context) ([]string, error) {
	if len(r.Addresses) > 0 {
		var all []string
		for _, text := range r.Addresses {
			a, err := r.explicit(text)
			if err != nil {
				return nil, err
			}
			all = append(all, a.String())
		}
		return unique(all), nil
	}
	where := r.Connect
	if where == "" {
		where = r.Target.Address()
	}
	host, port, err := hostPort(where)
	if err != nil {
		return nil, err
	}
	return r.addresses(ctx, host, port)
}

func (r resolver) explicit(text string) (netip.AddrPort, error) {
	if a, err := netip.ParseAddrPort(text); err == nil && a.Port() != 0 {
		return a, nil
	}
	ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("address %q: want an IP address, or IP:PORT", text)
	}
	n, err := portNumber(r.Target.Port)
	return netip.AddrPortFrom(ip, n), err
}

func (r resolver) also(ctx context.Context, entry, first string) ([]string, error) {
	host, n, err := hostPort(entry)
	if err != nil {
		return nil, err
	}
	if host == "" {
		if host, _, err = net.SplitHostPort(first); err != nil {
			return nil, err
		}
		return []string{net.JoinHostPort(host, strconv.Itoa(int(n)))}, nil
	}
	return r.addresses(ctx, host, n)
}

// addresses looks a host up.
func (r resolver) addresses(ctx context.Context, host string, port uint16) ([]string, error) {
	var ips []netip.Addr
	if ip, err := netip.ParseAddr(host); err == nil {
		ips = []netip.Addr{ip}
	} else if r.ByProxy {
		return []string{net.JoinHostPort(host, strconv.Itoa(int(port)))}, nil
	} else if ips, err = r.LookUp(ctx, r.network(), host); err != nil {
		return nil, &bench.Failure{Class: bench.ClassDNS, Phase: bench.DNS, Err: err}
	}
	var all []netip.AddrPort
	for _, ip := range ips {
		if ip = ip.Unmap(); r.Family == 0 || ip.Is4() == (r.Family == 4) {
			all = append(all, netip.AddrPortFrom(ip, port))
		}
	}
	if len(all) == 0 {
		return nil, &bench.Failure{
			Class: bench.ClassDNS, Phase: bench.DNS,
			Err: fmt.Errorf("%s has no address of that family: leave -4 or -6 out", host),
		}
	}
	slices.SortFunc(all, netip.AddrPort.Compare)
	var texts []string
	for _, a := range slices.Compact(all) {
		texts = append(texts, a.String())
	}
	return texts, nil
}

func portNumber(text string) (uint16, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("port %q is not between 1 and 65535", text)
	}
	return uint16(n), nil
}

// unique drops what came before, and keeps the order.
func unique[T comparable](all []T) []T {
	var kept []T
	for _, each := range all {
		if !slices.Contains(kept, each) {
			kept = append(kept, each)
		}
	}
	return kept
}
