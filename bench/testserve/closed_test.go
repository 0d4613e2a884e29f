package testserve

import (
	"errors"
	"net"
	"syscall"
	"testing"
	"time"
)

func TestClosed(t *testing.T) {
	address := Closed(t)
	if conn, err := net.Dial("tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("connecting: %v, error %v", conn, err)
	}
}

func TestClosedUDP(t *testing.T) {
	conn, err := net.Dial("udp", ClosedUDP(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("anybody?")); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Read(make([]byte, 10)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("an answer with error %v", err)
	}
}
