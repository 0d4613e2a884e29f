package proxy

import (
	"net/netip"
	"testing"
)

// The examples are section 2.1's own, and for version 2 the layout of section
// 2.2.
func TestHeader(t *testing.T) {
	for _, tt := range []struct{ version, from, to, want string }{
		{V1, "192.168.0.1:56324", "192.168.0.11:443", "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"},
		{V1, "[::ffff:192.168.0.1]:56324", "192.168.0.11:443", "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"},
		{V1, "[2001:db8::1]:1", "[fe80::2%eth0]:2", "PROXY TCP6 2001:db8::1 fe80::2 1 2\r\n"},
		{V2, "192.168.0.1:56324", "192.168.0.11:443", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\xa8\x00\x01\xc0\xa8\x00\x0b\xdc\x04\x01\xbb"},
		{V2, "[::1]:1", "[::2]:2", "\r\n\r\n\x00\r\nQUIT\n\x21\x21\x00\x24" +
			"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" +
			"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x00\x02"},
	} {
		got, err := Header(tt.version, netip.MustParseAddrPort(tt.from), netip.MustParseAddrPort(tt.to))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s, %s to %s: %q, %v, want %q", tt.version, tt.from, tt.to, got, err, tt.want)
		}
	}
	one, other := netip.MustParseAddrPort("192.0.2.1:1"), netip.MustParseAddrPort("[::1]:1")
	for _, bad := range []struct {
		version  string
		from, to netip.AddrPort
	}{{V1, one, other}, {V2, other, one}, {V1, netip.AddrPort{}, one}, {"v3", one, one}} {
		if got, err := Header(bad.version, bad.from, bad.to); err == nil {
			t.Errorf("%v: %q", bad, got)
		}
	}
}
