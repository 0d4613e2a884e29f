package proxy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"tlsbench/bench/neterr"
)

// What SOCKS5 calls its versions, methods, commands and addresses (RFC 1928
// sections 3 to 6, RFC 1929).
const (
	socksVersion = 5
	authVersion  = 1

	noAuthentication = 0
	userPassword     = 2
	noneAcceptable   = 0xff

	commandConnect = 1

	addressIPv4   = 1
	addressDomain = 3
	addressIPv6   = 4
)

// socksTunnel is asked for in two or three steps.
type socksTunnel struct {
	target                         string
	greeting, credentials, request []byte
	secrets                        []string
	greets                         bool
}

func (s Server) socksTunnel(host string, port uint16, greets bool) (Tunnel, error) {
	t := &socksTunnel{target: net.JoinHostPort(host, strconv.Itoa(int(port))), greets: greets}
	t.greeting = []byte{socksVersion, 1, noAuthentication}
	if s.User != "" {
		t.greeting = []byte{socksVersion, 2, noAuthentication, userPassword}
		t.secrets = []string{s.Password}
		t.credentials = append([]byte{authVersion, byte(len(s.User))}, s.User...)
		t.credentials = append(append(t.credentials, byte(len(s.Password))), s.Password...)
	}
	t.request = []byte{socksVersion, commandConnect, 0}
	switch ip, err := netip.ParseAddr(host); {
	case err == nil && ip.Zone() != "":
		return nil, fmt.Errorf("%s has a zone, which SOCKS5 cannot carry", ip)
	case err == nil && ip.Unmap().Is4():
		t.request = append(append(t.request, addressIPv4), ip.Unmap().AsSlice()...)
	case err == nil:
		t.request = append(append(t.request, addressIPv6), ip.AsSlice()...)
	case host == "" || len(host) > 255:
		return nil, fmt.Errorf("SOCKS5 takes a host of 1 to 255 bytes, and this has %d", len(host))
	default:
		t.request = append(append(t.request, addressDomain, byte(len(host))), host...)
	}
	t.request = binary.BigEndian.AppendUint16(t.request, port)
	return t, nil
}

// Open implements Tunnel.
func (t *socksTunnel) Open(on Stream) (greeting []byte, err error) {
	method, _, err := t.ask(on, t.greeting, false, t.method)
	if err != nil {
		return nil, fmt.Errorf("SOCKS5 greeting: %w", err)
	}
	if method == userPassword {
		if _, _, err := t.ask(on, t.credentials, false, authenticated); err != nil {
			return nil, fmt.Errorf("SOCKS5 authentication: %w", err)
		}
	}
	if _, greeting, err = t.ask(on, t.request, t.greets, connected); err != nil {
		return nil, fmt.Errorf("SOCKS5 connect to %s: %w", t.target, err)
	}
	return greeting, nil
}

// ask is one step: a message, its answer, and what follows that.
func (t *socksTunnel) ask(on Stream, message []byte, greets bool, read func(*answer) (byte, error)) (found byte, rest []byte, err error) {
	if _, err := on.Write(message); err != nil {
		return 0, nil, neterr.Bare(err)
	}
	a := &answer{from: on, secrets: t.secrets}
	if found, err = read(a); err == nil {
		rest, err = a.rest(greets)
	}
	return found, rest, err
}

// method is the one that the proxy chose.
func (t *socksTunnel) method(a *answer) (byte, error) {
	b, err := spoken(a, socksVersion, 2)
	if err != nil {
		return 0, err
	}
	switch m := b[1]; {
	case m == noAuthentication, m == userPassword && t.credentials != nil:
		return m, nil
	case m == noneAcceptable && t.credentials == nil:
		return 0, errors.New("the proxy wants authentication: give its user and password, as in TLSBENCH_PROXY=socks5h://USER:PASSWORD@HOST:PORT")
	case m == noneAcceptable:
		return 0, errors.New("the proxy takes neither connections without authentication nor a user and password")
	default:
		return 0, fmt.Errorf("the proxy chose method %d, which it was not offered", m)
	}
}

// authenticated reads the answer to user and password (RFC 1929 section 2).
func authenticated(a *answer) (byte, error) {
	b, err := spoken(a, authVersion, 2)
	if err == nil && b[1] != 0 {
		err = errors.New("the proxy does not take the user and password that it was given")
	}
	return 0, err
}

// connected reads the reply to the request. Behind a failure there is nothing to
// wait for, and some proxies send no more of it.
func connected(a *answer) (byte, error) {
	b, err := spoken(a, socksVersion, 2)
	if err != nil {
		return 0, err
	}
	if reply := b[1]; reply != 0 {
		return 0, fmt.Errorf("the proxy refuses: %s", replyText(reply))
	}
	if b, err = a.take(2); err != nil {
		return 0, err
	}
	left := 2 // the port
	switch kind := b[1]; kind {
	case addressIPv4:
		left += net.IPv4len
	case addressIPv6:
		left += net.IPv6len
	case addressDomain:
		length, err := a.take(1)
		if err != nil {
			return 0, err
		}
		left += int(length[0])
	default:
		return 0, fmt.Errorf("its address is of the unknown type %d", kind)
	}
	_, err = a.take(left)
	return 0, err
}

// spoken is the beginning of an answer, which is of a version.
func spoken(a *answer, version byte, n int) ([]byte, error) {
	b, err := a.take(1)
	if err != nil {
		return nil, err
	}
	if b[0] != version {
		a.used--
		hint := ""
		if b[0] == 'H' || b[0] == '<' {
			hint = ": does an HTTP proxy listen there?"
		}
		return nil, fmt.Errorf("no answer of SOCKS5 but %s%s", a.quote(a.unread()), hint)
	}
	if _, err := a.take(n - 1); err != nil {
		return nil, err
	}
	return a.buf[a.used-n : a.used], nil
}

// replyText names a reply (RFC 1928 section 6).
func replyText(reply byte) string {
	names := [...]string{
		1: "general SOCKS server failure", 2: "connection not allowed by ruleset", 3: "network unreachable",
		4: "host unreachable", 5: "connection refused", 6: "TTL expired", 7: "command not supported",
		8: "address type not supported",
	}
	if int(reply) < len(names) {
		return names[reply]
	}
	return fmt.Sprintf("reply %d, which is not assigned", reply)
}
