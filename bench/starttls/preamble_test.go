package starttls_test

import (
	"strings"
	"testing"

	"tlsbench/bench/starttls"
)

func TestTableIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range starttls.Protocols() {
		if p.Name == "" || p.Port == "" || p.Source == "" || seen[p.Name] {
			t.Errorf("%+v", p)
		}
		seen[p.Name] = true
		if found, ok := starttls.ByName(p.Name); !ok || found.Port != p.Port {
			t.Errorf("%s is not found by its name", p.Name)
		}
	}
	if _, ok := starttls.ByName("https"); ok {
		t.Error("https has a preamble")
	}
}

// Who speaks first, as the scripts of correct servers have it, or who may: IRC's
// servers give notice of what they look up.
func TestGreets(t *testing.T) {
	for _, p := range starttls.Protocols() {
		if want := scripts()[p.Name][0].wait == "" || p.Name == "irc"; p.Greets() != want {
			t.Errorf("%s: %v", p.Name, p.Greets())
		}
	}
}

// A name is told to servers in text and in XML: it must not become more than a
// name there.
func TestNamesOfServers(t *testing.T) {
	xmpp, _ := starttls.ByName("xmpp-client")
	for _, name := range []string{"", "a b", "a'b", "a\"b", "a<b", "a>b", "a&b", "a\r\nb", "a\x00b", "a\x7fb"} {
		if _, err := starttls.New(xmpp, name); err == nil || !strings.Contains(err.Error(), "xmpp-client") {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"mx.example", "127.0.0.1", "::1", "xn--bcher-kva.example", "bücher.example"} {
		if _, err := starttls.New(xmpp, name); err != nil {
			t.Error(err)
		}
	}
	smtp, _ := starttls.ByName("smtp")
	if _, err := starttls.New(smtp, "a b"); err != nil {
		t.Errorf("smtp tells no name: %v", err)
	}
}

// Answers are read whole in whatever pieces they come, and nothing is made anew
// for a further connection.
func TestPiecesAndReuse(t *testing.T) {
	for protocol, script := range scripts() {
		p, err := preamble(protocol)
		if err != nil {
			t.Fatal(err)
		}
		for piece := 1; piece <= 64; piece++ {
			server := replay(script)
			server.piece = piece
			if err := p.Run(server); err != nil {
				t.Errorf("in pieces of %d: %v", piece, err)
			}
		}
		servers := make([]*recorded, 102)
		for i := range servers {
			servers[i] = replay(script)
		}
		run, i := p.RunAgain(), 0
		if n := testing.AllocsPerRun(100, func() {
			if err := run(servers[i]); err != nil {
				t.Error(err)
			}
			i++
		}); n != 0 {
			t.Errorf("%s: %v allocations a connection", protocol, n)
		}
	}
}

// replay is the correct server.
func replay(script []turn) *recorded {
	r := &recorded{piece: 1 << 20}
	if script[0].wait == "" {
		r.asked = 1
	}
	for _, t := range script {
		r.answers = append(r.answers, []byte(t.answer))
	}
	return r
}

// A line of 8 KiB is read, and a longer one refused.
func TestLongestLine(t *testing.T) {
	p, err := preamble("pop3")
	if err != nil {
		t.Fatal(err)
	}
	for size, fits := range map[int]bool{1 << 10: true, 1<<10 + 1: true, 8 << 10: true, 8<<10 + 1: false} {
		for _, piece := range []int{1, 100, 1 << 20} {
			server := replay(scripts()["pop3"])
			server.piece = piece
			server.answers[0] = []byte("+OK " + strings.Repeat("x", size-len("+OK \r\n")) + "\r\n")
			err := p.Run(server)
			if fits && err != nil || !fits && (err == nil || !strings.Contains(err.Error(), "more than 8 KiB without an end")) {
				t.Errorf("%d bytes: %v", size, err)
			}
		}
	}
}
