package proxy

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// The versions of the PROXY protocol (HAProxy's proxy-protocol.txt).
const (
	V1 = "v1" // a line of text (section 2.1)
	V2 = "v2" // binary (section 2.2)
)

// signature is what a header of version 2 begins with.
const signature = "\r\n\r\n\x00\r\nQUIT\n"

// Header tells a server from where, and to where, a connection was made. Both
// addresses are of one IP version.
func Header(version string, from, to netip.AddrPort) ([]byte, error) {
	source, target := from.Addr().Unmap().WithZone(""), to.Addr().Unmap().WithZone("")
	if !source.IsValid() || !target.IsValid() || source.Is4() != target.Is4() {
		return nil, fmt.Errorf("PROXY protocol: %s and %s are no ends of one connection", from, to)
	}
	switch version {
	case V1:
		family := "TCP6"
		if source.Is4() {
			family = "TCP4"
		}
		return fmt.Appendf(nil, "PROXY %s %s %s %d %d\r\n", family, source, target, from.Port(), to.Port()), nil
	case V2:
		const versionCommand, tcp4, tcp6 = 0x21, 0x11, 0x21 // version 2, command PROXY
		family := byte(tcp6)
		if source.Is4() {
			family = tcp4
		}
		addresses := append(source.AsSlice(), target.AsSlice()...)
		addresses = binary.BigEndian.AppendUint16(addresses, from.Port())
		addresses = binary.BigEndian.AppendUint16(addresses, to.Port())
		b := append([]byte(signature), versionCommand, family)
		b = binary.BigEndian.AppendUint16(b, uint16(len(addresses)))
		return append(b, addresses...), nil
	}
	return nil, fmt.Errorf("PROXY protocol: unknown version %q: want %s or %s", version, V1, V2)
}
