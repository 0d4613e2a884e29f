package faultrelay

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"tlsbench/bench/testcert"
	"tlsbench/bench/testserve"
)

// upstream is a TLS server that answers each line with the same line.
func upstream(t *testing.T) (address string, client *tls.Config) {
	t.Helper()
	cert, roots := testcert.New(t, nil)
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	address = testserve.Each(t, func(tcp *net.TCPConn) {
		c := tls.Server(tcp, config)
		defer c.Close()
		_, _ = io.Copy(c, c)
	})
	return address, &tls.Config{RootCAs: roots, ServerName: "server.test"}
}

// ask makes a handshake and asks once. It waits half a second where it is struck by
// silence.
func ask(address string, config *tls.Config, struck func() bool) error {
	tcp, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer tcp.Close()
	if err := tcp.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return err
	}
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for tick := time.Tick(5 * time.Millisecond); !struck(); {
			select {
			case <-tick:
			case <-ended:
				return
			}
		}
		_ = tcp.SetDeadline(time.Now().Add(time.Second / 2))
	}()
	c := tls.Client(tcp, config)
	if err := c.Handshake(); err != nil {
		return err
	}
	const text = "anybody there?"
	if _, err := io.WriteString(c, text); err != nil {
		return err
	}
	answer := make([]byte, len(text))
	if _, err := io.ReadFull(c, answer); err != nil {
		return err
	}
	if string(answer) != text {
		return errors.New("another answer")
	}
	return nil
}

func never() bool { return false }

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

func isSilence(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

func isNoTLS(err error) bool {
	var header tls.RecordHeaderError
	return errors.As(err, &header)
}

func isNil(err error) bool { return err == nil }

// Each fault, at each of its points and in both versions, is what the client
// meets, and is counted once.
func TestFaults(t *testing.T) {
	address, config := upstream(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, tt := range []struct {
			name   string
			fault  Fault
			want   func(error) bool
			struck bool
			passed int64
		}{
			{"pass", Fault{}, isNil, false, 1},
			{"silence at accept", Fault{Kind: Silence, At: AtAccept}, isSilence, true, 0},
			{"silence after hello", Fault{Kind: Silence}, isSilence, true, 0},
			{"silence in flight", Fault{Kind: Silence, At: InFlight}, isSilence, true, 1},
			{"silence at request", Fault{Kind: Silence, At: AtRequest}, isSilence, true, 1},
			{"stall", Fault{Kind: Stall, At: InFlight, For: time.Millisecond}, isNil, true, 1},
			{"reset at accept", Fault{Kind: Reset, At: AtAccept}, isReset, true, 0},
			{"reset after hello", Fault{Kind: Reset}, isReset, true, 0},
			{"reset in flight", Fault{Kind: Reset, At: InFlight}, isReset, true, 1},
			{"reset at request", Fault{Kind: Reset, At: AtRequest}, isReset, true, 1},
			{"half-close after hello", Fault{Kind: HalfClose}, isEnd, true, 0},
			{"half-close in flight", Fault{Kind: HalfClose, At: InFlight}, isEnd, true, 1},
			{"half-close at request", Fault{Kind: HalfClose, At: AtRequest}, isEnd, true, 1},
			{"drip", Fault{Kind: Drip, Piece: 50, For: time.Microsecond}, isNil, true, 1},
			{"garbage at accept", Fault{Kind: Garbage, At: AtAccept}, isNoTLS, true, 0},
			{"garbage after hello", Fault{Kind: Garbage}, isNoTLS, true, 0},
		} {
			t.Run(strings.Join([]string{tls.VersionName(version), tt.name}, "/"), func(t *testing.T) {
				t.Parallel()
				r := Start(t, address, Always(tt.fault))
				config := config.Clone()
				config.MinVersion, config.MaxVersion = version, version
				if err := ask(r.Address(), config, func() bool { return r.Counts().Struck[Silence] > 0 }); !tt.want(err) {
					t.Errorf("the client got %v", err)
				}
				r.Close()
				c := r.Counts()
				struck := int64(0)
				if tt.struck {
					struck = 1
				}
				if c.Accepted != 1 || c.Passed != tt.passed || c.Struck[tt.fault.Kind] != struck || c.Cut != 0 {
					t.Errorf("%+v", c)
				}
			})
		}
	}
}

// A relay that refuses cuts who is connected, and takes nobody until it listens
// again.
func TestRefuse(t *testing.T) {
	address, config := upstream(t)
	r := Start(t, address, Always(Fault{}))
	held, err := tls.Dial("tcp", r.Address(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	r.Refuse()
	if _, err := held.Read(make([]byte, 1)); !isReset(err) {
		t.Errorf("the open connection got %v", err)
	}
	if err := ask(r.Address(), config, never); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a new one got %v", err)
	}
	if err := r.Listen(); err != nil {
		t.Fatal(err)
	}
	if err := ask(r.Address(), config, never); err != nil {
		t.Errorf("after it came back: %v", err)
	}
	if c := r.Counts(); c.Accepted != 2 || c.Cut != 1 {
		t.Errorf("%+v", c)
	}
}

func TestEvery(t *testing.T) {
	plan := Every(3, Fault{Kind: Reset})
	for i := int64(1); i <= 9; i++ {
		if got := plan(i).Kind == Reset; got != (i == 3 || i == 6 || i == 9) {
			t.Errorf("connection %d is struck: %v", i, got)
		}
	}
}

// A server that neither reads nor leaves does not keep the relay from closing.
func TestCloseDoesNotWaitForTheServer(t *testing.T) {
	accepted := make(chan struct{})
	hold := make(chan struct{})
	address := testserve.Each(t, func(*net.TCPConn) {
		close(accepted)
		<-hold
	})
	defer close(hold)
	r := Start(t, address, Always(Fault{}))
	c, err := net.Dial("tcp", r.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte{22, 3, 1, 0, 1, 1}); err != nil {
		t.Fatal(err)
	}
	<-accepted
	r.Close()
}
