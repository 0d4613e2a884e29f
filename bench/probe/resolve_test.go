package probe

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"tlsbench/bench"
)

// lookUp is a name server of the tests.
func lookUp(_ context.Context, network, host string) ([]netip.Addr, error) {
	all := map[string][]string{
		"server.test": {"192.0.2.9", "::ffff:192.0.2.1", "2001:db8::1", "192.0.2.9"},
		"other.test":  {"192.0.2.77"},
		"six.test":    {"2001:db8::6"},
	}[host]
	if host == "many.test" {
		for i := range 40 {
			all = append(all, fmt.Sprintf("192.0.2.%d", i+1))
		}
	}
	if all == nil {
		return nil, errors.New("no such host")
	}
	var ips []netip.Addr
	for _, text := range all {
		ips = append(ips, netip.MustParseAddr(text))
	}
	return ips, nil
}

func TestResolve(t *testing.T) {
	for name, c := range map[string]struct {
		url   string
		edit  func(*Where)
		want  string
		notes int
		err   string
	}{
		"all":      {url: "https://server.test/", want: "192.0.2.1:443 192.0.2.9:443 [2001:db8::1]:443"},
		"family 4": {url: "tls://server.test:8443", edit: func(w *Where) { w.Family = 4 }, want: "192.0.2.1:8443 192.0.2.9:8443"},
		"family 6": {url: "https://server.test", edit: func(w *Where) { w.Family = 6 }, want: "[2001:db8::1]:443"},
		"no such":  {url: "https://six.test", edit: func(w *Where) { w.Family = 4 }, err: "no address of that family"},
		"unknown":  {url: "https://nowhere.test", err: "no such host"},
		"literal":  {url: "https://[2001:db8::5]:444", want: "[2001:db8::5]:444"},
		"connect":  {url: "https://server.test", edit: func(w *Where) { w.Connect = "other.test:1443" }, want: "192.0.2.77:1443"},
		"given": {url: "https://server.test:8443", edit: func(w *Where) {
			w.Addresses = []string{"192.0.2.3", "192.0.2.2:444", "2001:db8::1", "[2001:db8::2]", "[2001:db8::3]:1", "192.0.2.3:8443"}
		}, want: "192.0.2.3:8443 192.0.2.2:444 [2001:db8::1]:8443 [2001:db8::2]:8443 [2001:db8::3]:1"},
		"given a name": {url: "https://server.test", edit: func(w *Where) { w.Addresses = []string{"other.test"} }, err: "want an IP address"},
		"also": {url: "https://other.test", edit: func(w *Where) {
			w.Also = []string{":8443", "six.test:1", "192.0.2.77:443"}
		}, want: "192.0.2.77:443 192.0.2.77:8443 [2001:db8::6]:1"},
		"also nothing":  {url: "https://other.test", edit: func(w *Where) { w.Also = []string{"six.test"} }, err: `also "six.test": want HOST:PORT`},
		"also no port":  {url: "https://other.test", edit: func(w *Where) { w.Also = []string{":0"} }, err: "not between 1 and 65535"},
		"also names":    {url: "https://other.test", edit: func(w *Where) { w.AlsoSNI = []string{"a.test", "a.test", "b.test"} }, want: "192.0.2.77:443 192.0.2.77:443 as a.test 192.0.2.77:443 as b.test"},
		"own name":      {url: "https://other.test", edit: func(w *Where) { w.ServerName, w.AlsoSNI = "a.test", []string{"a.test", "other.test"} }, want: "192.0.2.77:443 as a.test 192.0.2.77:443 as other.test"},
		"host's name":   {url: "https://other.test", edit: func(w *Where) { w.AlsoSNI = []string{"other.test"} }, want: "192.0.2.77:443"},
		"bad connect":   {url: "https://other.test", edit: func(w *Where) { w.Connect = "a:99999" }, err: "not between 1 and 65535"},
		"also no name":  {url: "https://other.test", edit: func(w *Where) { w.AlsoSNI = []string{"a b"} }, err: "want a host's name"},
		"many":          {url: "https://many.test", notes: 1},
		"many and also": {url: "https://many.test", edit: func(w *Where) { w.Also, w.AlsoSNI = []string{":1", ":2"}, []string{"a.test"} }, notes: 1},
	} {
		t.Run(name, func(t *testing.T) {
			target, err := bench.ParseTarget(c.url)
			if err != nil {
				t.Fatal(err)
			}
			w := Where{Target: target, LookUp: lookUp}
			if c.edit != nil {
				c.edit(&w)
			}
			places, notes, err := Resolve(t.Context(), w)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("%v, want %s", err, c.err)
				}
				return
			}
			if err != nil || len(notes) != c.notes {
				t.Fatalf("%v; notes %q", err, notes)
			}
			var all []string
			for _, p := range places {
				all = append(all, p.Name)
			}
			if got := strings.Join(all, " "); c.want != "" && got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if c.notes > 0 && len(places) != MaxPlaces {
				t.Errorf("%d places: %s", len(places), all)
			}
			for _, name := range w.AlsoSNI {
				if name != target.Host && !strings.Contains(strings.Join(all, " "), "as "+name) {
					t.Errorf("%s was left out: %s", name, all)
				}
			}
		})
	}
}

func TestResolveFailsWithAdvice(t *testing.T) {
	target, _ := bench.ParseTarget("https://nowhere.test")
	_, _, err := Resolve(t.Context(), Where{Target: target, LookUp: lookUp})
	var f *bench.Failure
	if !errors.As(err, &f) || f.Class != bench.ClassDNS {
		t.Errorf("%v", err)
	}
}

// A proxy that looks names up is told them; nobody asks for addresses here.
func TestResolveByProxy(t *testing.T) {
	target, err := bench.ParseTarget("https://name.invalid:8443")
	if err != nil {
		t.Fatal(err)
	}
	places, _, err := Resolve(t.Context(), Where{
		Target: target, ByProxy: true, Also: []string{":9443", "other.invalid:1", "192.0.2.1:2"}, AlsoSNI: []string{"sni.invalid"},
		LookUp: func(context.Context, string, string) ([]netip.Addr, error) {
			t.Error("a name was looked up")
			return nil, errors.New("not here")
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range places {
		got = append(got, p.Address)
	}
	want := []string{"name.invalid:8443", "name.invalid:9443", "other.invalid:1", "192.0.2.1:2", "name.invalid:8443"}
	if !slices.Equal(got, want) {
		t.Errorf("places %v, want %v", got, want)
	}
}
