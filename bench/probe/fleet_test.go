package probe_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/probe"
	"tlsbench/bench/session"
	"tlsbench/bench/target/servertest"
	"tlsbench/bench/testserve"
)

func verdictOf(t *testing.T, res *probe.Result, expr string) probe.CheckVerdict {
	t.Helper()
	all, err := probe.ParseExpect(expr)
	if err != nil {
		t.Fatal(err)
	}
	return all[0].Check(res, nil).Verdict
}

// Of three servers two share a ticket key, and a fourth address is down.
func TestFleet(t *testing.T) {
	t.Parallel()
	key := filepath.Join(t.TempDir(), "ticket.key")
	servertest.WriteTicketKey(t, key)
	fleet := servertest.Fleet(t, 3, func(i int, o *servertest.Options) {
		if i != 1 {
			o.TicketKeys = []string{key}
		}
	})
	_, port, _ := net.SplitHostPort(fleet[0].TLS)
	down := net.JoinHostPort("127.0.0.9", port)
	res := probed(t, planFor(t, fleet[0].CAFile, fleet[0].TLS, fleet[1].TLS, fleet[2].TLS, down))
	if len(res.Matrices) != 2 {
		t.Fatalf("%d matrices", len(res.Matrices))
	}
	for _, mx := range res.Matrices {
		if want := [][]int{{0, 2}, {1}}; !reflect.DeepEqual(mx.Groups, want) || len(mx.Doubts) > 0 {
			t.Errorf("%s: groups %v, want %v; doubts %q", mx.Mechanism, mx.Groups, want, mx.Doubts)
		}
		for i, row := range mx.Cells {
			for j, c := range row {
				switch {
				case i == 3 || j == 3:
					if c.Of != 0 || c.Note != down+" is down" {
						t.Errorf("%d → %d: %+v", i, j, c)
					}
				case (c.Accepted == 3) != (i == j || i != 1 && j != 1) || c.Of != 3:
					t.Errorf("%d → %d: %+v", i, j, c)
				}
			}
		}
	}
	if f := res.Places[3].Failure; f == nil || f.Class != "connect-refused" {
		t.Errorf("the address that is down: %v", f)
	}
	for expr, want := range map[string]probe.CheckVerdict{
		"shared-keys": probe.Fail, "!shared-keys": probe.Fail, "up": probe.Fail, "ticket>=1": probe.Pass, "tls1.2": probe.Unknown,
	} {
		if got := verdictOf(t, res, expr); got != want {
			t.Errorf("%s: %s, want %s", expr, got, want)
		}
	}
}

func TestFleetThatShares(t *testing.T) {
	t.Parallel()
	key := filepath.Join(t.TempDir(), "ticket.key")
	servertest.WriteTicketKey(t, key)
	fleet := servertest.Fleet(t, 2, func(_ int, o *servertest.Options) { o.TicketKeys = []string{key} })
	res := probed(t, planFor(t, fleet[0].CAFile, fleet[0].TLS, fleet[1].TLS))
	for _, expr := range []string{"shared-keys", "up", "reuse", "simultaneous"} {
		if got := verdictOf(t, res, expr); got != probe.Pass {
			t.Errorf("%s: %s", expr, got)
		}
	}
}

// The http and the stream server of one nginx do not take each other's
// sessions, whatever their keys; two servers with one key do.
func TestPorts(t *testing.T) {
	t.Parallel()
	key := filepath.Join(t.TempDir(), "ticket.key")
	servertest.WriteTicketKey(t, key)
	o := servertest.Options{Identity: servertest.NewIdentity(t, "ecdsa-p256"), TicketKeys: []string{key}}
	one, two := servertest.Nginx(t, o), servertest.Nginx(t, o)
	target, err := bench.ParseTarget("tls://" + one.TLS)
	if err != nil {
		t.Fatal(err)
	}
	for other, want := range map[string]probe.CheckVerdict{one.HTTPS: probe.Fail, two.TLS: probe.Pass} {
		_, port, _ := net.SplitHostPort(other)
		p := planFor(t, one.CAFile)
		if p.Places, p.Notes, err = probe.Resolve(t.Context(), probe.Where{Target: target, Also: []string{":" + port}}); err != nil {
			t.Fatal(err)
		}
		res := probed(t, p)
		if got := verdictOf(t, res, "shared-keys"); got != want {
			t.Errorf("shared-keys: %s, want %s: %+v", got, want, res.Matrices)
		}
	}
}

// balance relays connections to the backends in turn.
func balance(t *testing.T, backends ...string) (address string) {
	t.Helper()
	var turn atomic.Int64
	return testserve.Each(t, func(in *net.TCPConn) {
		relay(in, backends[int(turn.Add(1))%len(backends)])
	})
}

func relay(in net.Conn, backend string) {
	defer in.Close()
	out, err := net.Dial("tcp", backend)
	if err != nil {
		return
	}
	defer out.Close()
	var both sync.WaitGroup
	pipe := func(to, from net.Conn) {
		io.Copy(to, from)
		to.(*net.TCPConn).CloseWrite()
	}
	both.Go(func() { pipe(out, in) })
	both.Go(func() { pipe(in, out) })
	both.Wait()
}

// Nodes behind one address that do not share keys are named, and those that do
// are not.
func TestLoadBalancer(t *testing.T) {
	for _, shared := range []bool{false, true} {
		t.Run(fmt.Sprintf("shared=%v", shared), func(t *testing.T) {
			t.Parallel()
			key := filepath.Join(t.TempDir(), "ticket.key")
			servertest.WriteTicketKey(t, key)
			id := servertest.NewIdentity(t, "ecdsa-p256")
			o := servertest.Options{Identity: id}
			if shared {
				o.TicketKeys = []string{key}
			}
			address := balance(t, servertest.Nginx(t, o).TLS, servertest.Nginx(t, o).TLS)
			res := probed(t, planFor(t, id.CAFile, address))
			want, verdict := probe.NodesDiffer, probe.Fail
			if shared {
				want, verdict = probe.Reusable, probe.Pass
			}
			for _, m := range []session.Mechanism{session.ByTicket, session.ByPSK} {
				if got := mechanism(t, res, 0, m); got.Uses != want {
					t.Errorf("%s: %s %q", m, got.Uses, got.Reuse.Pattern)
				}
			}
			named := strings.Contains(strings.Join(res.Notes, "\n"), "a load balancer whose nodes do not share keys")
			if named == shared {
				t.Errorf("notes %q", res.Notes)
			}
			if got := verdictOf(t, res, "shared-keys"); got != verdict {
				t.Errorf("shared-keys: %s", got)
			}
		})
	}
}

// nginx takes one name's sessions under another, GnuTLS not in TLS 1.2.
func TestNames(t *testing.T) {
	for _, server := range []string{"nginx", "gnutls"} {
		t.Run(server, func(t *testing.T) {
			t.Parallel()
			o := servertest.Options{SeparateNames: server == "nginx"}
			s := start(t, server, o)
			p := planFor(t, s.CAFile, s.HTTPS)
			for _, name := range []string{"a.test", "b.test"} {
				p.Places = append(p.Places, probe.Place{Name: name, Address: s.HTTPS, ServerName: name})
			}
			p.Places = p.Places[1:]
			for _, mx := range probed(t, p).Matrices {
				shares := server == "nginx" || mx.Mechanism != session.ByTicket
				if mx.Mechanism == session.ByID {
					continue // gnutls-serv keeps none
				}
				if got := mx.Cells[0][1]; got.Of != 3 || (got.Accepted == 3) != shares {
					t.Errorf("%s: %+v, want shared %v", mx.Mechanism, got, shares)
				}
			}
		})
	}
}

// Nothing of a session may be in what is saved: no ticket, no secret, no ID.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	s := servertest.OpenSSL(t, servertest.Options{SessionCache: true})
	p := planFor(t, s.CAFile, s.TLS)
	p.Template.TLS.KeyLog = filepath.Join(t.TempDir(), "keys")
	text, err := json.Marshal(probed(t, p))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"CLIENT_", "secret", "PRIVATE", p.Template.TLS.KeyLog} {
		if strings.Contains(string(text), word) {
			t.Errorf("the result has %q in it", word)
		}
	}
	var again probe.Result
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if back, _ := json.Marshal(&again); string(back) != string(text) {
		t.Error("the result does not read back as it was")
	}
}
