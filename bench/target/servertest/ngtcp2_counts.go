package servertest

import (
	"fmt"
	"strings"
)

// fullFlight is between what a server's TLS messages after the ServerHello
// weigh with a certificate and its signature (above 500 bytes with the smallest
// of ECDSA) and without (under 200).
const fullFlight = 350

// countNGTCP2 counts in the log of ngtcp2's server. Its lines on a connection
// bear the server's connection ID; those on the TLS layer follow the line of
// the packet that they are about. A full handshake is one whose flight has room
// for a certificate.
func countNGTCP2(log string) Counts {
	type connection struct {
		flight   int // bytes of handshake messages sent
		complete bool
	}
	connections := map[string]*connection{}
	current := &connection{}
	for line := range strings.Lines(log) {
		fields := strings.Fields(line)
		switch {
		case len(fields) > 2 && fields[0][0] == 'I' && strings.HasPrefix(fields[1], "0x"):
			if connections[fields[1]] == nil {
				connections[fields[1]] = &connection{}
			}
			current = connections[fields[1]]
			var packet, offset, length int
			_, rest, _ := strings.Cut(line, " frm tx ")
			if n, _ := fmt.Sscanf(rest, "%d Handshake CRYPTO(0x06) offset=%d len=%d", &packet, &offset, &length); n == 3 {
				current.flight = max(current.flight, offset+length)
			}
		case strings.HasPrefix(line, "QUIC handshake has completed"):
			current.complete = true
		}
	}
	var c Counts
	for _, conn := range connections {
		switch {
		case !conn.complete:
			c.Aborted++
		case conn.flight > fullFlight:
			c.Full++
		default:
			c.Resumed++
		}
	}
	return c
}
