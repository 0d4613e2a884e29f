package starttls_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/dial"
	"tlsbench/bench/starttls"
)

// play is a correct server up to one turn, at which odd has the word.
func play(conn net.Conn, turns []turn, at int, odd func(net.Conn, turn)) error {
	for i, t := range turns {
		got := make([]byte, len(t.wait))
		if _, err := io.ReadFull(conn, got); err != nil {
			return err
		}
		if string(got) != t.wait {
			return fmt.Errorf("the client sent %q, want %q", got, t.wait)
		}
		if i == at {
			odd(conn, t)
			return nil
		}
		if t.answer == "" {
			continue
		}
		if _, err := io.WriteString(conn, t.answer); err != nil {
			return err
		}
	}
	return nil
}

// meet lets a client meet a server, on a clock of their own.
func meet(t *testing.T, protocol string, at int, odd func(net.Conn, turn)) (err error) {
	t.Helper()
	p, err := preamble(protocol)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		done := make(chan error, 1)
		go func() { done <- play(server, scripts()[protocol], at, odd) }()
		_ = client.SetDeadline(time.Now().Add(10 * time.Second))
		err = p.Run(client)
		client.Close()
		if got := <-done; got != nil {
			t.Errorf("%s: the server: %v", protocol, got)
		}
		server.Close()
	})
	return err
}

func say(text string) func(net.Conn, turn) {
	return func(c net.Conn, _ turn) { _, _ = io.WriteString(c, text) }
}

func TestCorrectServersAreFollowed(t *testing.T) {
	for _, p := range starttls.Protocols() {
		if scripts()[p.Name] == nil {
			t.Errorf("%s: there is no script for it", p.Name)
			continue
		}
		if err := meet(t, p.Name, -1, nil); err != nil {
			t.Error(err)
		}
	}
}

// Whatever a server does instead of its part is an error of the right class
// that names protocol and step.
func TestHostileServers(t *testing.T) {
	const silent = "" // a class that depends on the turn is not compared
	for _, tt := range []struct {
		name  string
		odd   func(net.Conn, turn)
		only  func(all []turn, i int) bool
		class bench.ErrorClass
		want  string
	}{
		{"refuses", func(c net.Conn, t turn) { say(t.refuse)(c, t) }, nil, bench.ClassStartTLS, silent},
		{"answers something else", func(c net.Conn, t turn) { say(t.wrong)(c, t) }, nil, bench.ClassStartTLS, silent},
		{"sends garbage", say("\x00\x01\x02\xff\xfe garbage\r\n"), nil, bench.ClassStartTLS, silent},
		{"speaks TLS", say("\x15\x03\x01\x00\x02\x02\x28"), func(all []turn, _ int) bool { return len(all[0].wait) != 8 }, bench.ClassStartTLS, silent},
		{"sends a megabyte", say(strings.Repeat("a", 1<<20)), nil, bench.ClassStartTLS, silent},
		{"sends a megabyte of an answer", func(c net.Conn, t turn) {
			say(t.answer[:1]+strings.Repeat(" ", 1<<20))(c, t)
		}, func(all []turn, i int) bool { return len(all[i].answer) > 1 }, bench.ClassStartTLS, silent},
		{"never ends", func(c net.Conn, t turn) {
			say(strings.Repeat(t.more, 1+1<<20/len(t.more)))(c, t)
		}, func(all []turn, i int) bool { return all[i].more != "" }, bench.ClassStartTLS, "more than 64 KiB"},
		{"injects", func(c net.Conn, t turn) { say(t.answer+"\x16\x03\x01 in clear")(c, t) },
			func(all []turn, i int) bool { return i == len(all)-1 || all[i+1].answer == "" }, bench.ClassStartTLS, "may be injected"},
		{"answers before it is asked", func(c net.Conn, t turn) {
			next := "\r\n"
			for _, all := range scripts() {
				for i := range all[:len(all)-1] {
					if all[i].answer == t.answer {
						next = all[i+1].answer
					}
				}
			}
			say(t.answer+next)(c, t)
		}, func(all []turn, i int) bool { return i < len(all)-1 && all[i+1].answer != "" }, bench.ClassStartTLS, "before it was asked"},
		{"hangs", func(c net.Conn, t turn) { _, _ = c.Read(make([]byte, 1)) }, nil, bench.ClassStartTLSTimeout, "timeout"},
		{"hangs within its answer", func(c net.Conn, t turn) {
			say(t.answer[:len(t.answer)-1])(c, t)
			_, _ = c.Read(make([]byte, 1))
		}, func(all []turn, i int) bool { return len(all[i].answer) > 1 }, bench.ClassStartTLSTimeout, "timeout"},
		{"closes", func(c net.Conn, t turn) { c.Close() }, nil, bench.ClassStartTLS, "the server closed the connection"},
		{"closes within its answer", func(c net.Conn, t turn) {
			say(t.answer[:len(t.answer)-1])(c, t)
			c.Close()
		}, func(all []turn, i int) bool { return len(all[i].answer) > 1 }, bench.ClassStartTLS, "the server closed the connection"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for protocol, turns := range scripts() {
				for i, turn := range turns {
					if turn.answer == "" || tt.only != nil && !tt.only(turns, i) {
						continue
					}
					err := meet(t, protocol, i, tt.odd)
					checkFailure(t, protocol, i, err, tt.class)
					want := tt.want
					if tt.name == "refuses" {
						want = turn.told
					}
					if err != nil && !strings.Contains(err.Error(), want) {
						t.Errorf("%q does not tell %q", err, want)
					}
				}
			}
		})
	}
}

func checkFailure(t *testing.T, protocol string, step int, err error, class bench.ErrorClass) {
	t.Helper()
	var told *starttls.Error
	if !errors.As(err, &told) {
		t.Errorf("%s, step %d: got %v", protocol, step, err)
		return
	}
	if told.Protocol != protocol || told.Step == "" || !strings.HasPrefix(err.Error(), protocol+": "+told.Step+": ") {
		t.Errorf("%s, step %d: %q names neither", protocol, step, err)
	}
	if f := dial.Classify(err, bench.StartTLS); f.Class != class || f.Err.Error() != err.Error() {
		t.Errorf("%s, step %d: classed as %v", protocol, step, f)
	}
	if len(err.Error()) > 500 || strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r == 0x7f }) {
		t.Errorf("%s, step %d: not for people's eyes: %q", protocol, step, err)
	}
}
