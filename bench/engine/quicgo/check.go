package quicgo

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/quic-go/quic-go/http3"

	"tlsbench/bench"
	"tlsbench/bench/dial"
	"tlsbench/bench/request"
	"tlsbench/bench/tlsconf"
)

// Check implements bench.Engine.
func (Engine) Check(arm bench.Arm) error {
	if arm.TLS.MaxVersion < tls.VersionTLS13 {
		return fmt.Errorf("--tls %s: QUIC has TLS 1.3 only (RFC 9001 section 4.2): leave it out", arm.TLS.MaxVersion)
	}
	if lowest, highest := arm.Want.Versions(); lowest > tls.VersionTLS13 || highest < tls.VersionTLS13 {
		return fmt.Errorf("%s exists in TLS %s and below only, and QUIC has TLS 1.3: want psk, 0rtt or resumed", arm.Want, highest)
	}
	if len(arm.TLS.Ciphers) > 0 {
		return errors.New("--ciphers acts on TLS 1.2 and below only, and QUIC has TLS 1.3: leave it out")
	}
	if arm.Net.Close != "" {
		return fmt.Errorf("--close %s: a QUIC connection ends with CONNECTION_CLOSE and leaves no port behind: leave it out", arm.Net.Close)
	}
	if arm.Net.Proxy != "" || arm.Net.ProxyProtocol != "" {
		return errors.New("--proxy and --proxy-protocol act on TCP, and QUIC goes over UDP: leave them out")
	}
	if err := checkProtocols(arm); err != nil {
		return err
	}
	if err := dial.Check(arm); err != nil {
		return err
	}
	return tlsconf.Check(arm)
}

func checkProtocols(arm bench.Arm) error {
	if arm.HandshakeOnly() {
		if len(arm.TLS.ALPN) == 0 {
			return errors.New("--alpn is missing: a QUIC connection is of some protocol (RFC 9001 section 8.1), such as h3 or doq")
		}
		return nil
	}
	if !slices.Equal(arm.TLS.ALPN, []string{http3.NextProtoH3}) {
		return fmt.Errorf("--alpn %v: HTTP/3 is called %s: leave it out, or take quic:// to offer something else", arm.TLS.ALPN, http3.NextProtoH3)
	}
	if arm.Want == bench.WantEarlyData && arm.HTTP.Method != http.MethodGet && arm.HTTP.Method != http.MethodHead {
		return fmt.Errorf("--method %s: 0-RTT data can be replayed by others, so that only GET and HEAD are sent so (RFC 8470 section 2)", arm.HTTP.Method)
	}
	_, err := request.Of(arm)
	return err
}
