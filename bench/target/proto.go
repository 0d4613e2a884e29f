package target

import (
	"crypto/tls"
	"fmt"
	"net/url"
)

// Proto is the HTTP version that the embedded server speaks, and with it the
// transport.
type Proto string

// The protocols of the embedded server.
const (
	ProtoH1 Proto = "h1" // over TCP: ALPN http/1.1 only
	ProtoH2 Proto = "h2" // over TCP: ALPN h2 or http/1.1
	ProtoH3 Proto = "h3" // over QUIC, that is UDP: ALPN h3 only
)

// EarlyData says what a server of HTTP/3 makes of 0-RTT data (RFC 8446,
// section 4.2.10; RFC 9001, section 4.6).
type EarlyData string

// The ways with early data. A server without tickets grants and accepts none
// in any of them.
const (
	EarlyDataOn   EarlyData = "on"   // its tickets allow it, and it accepts it
	EarlyDataOff  EarlyData = "off"  // its tickets allow it, and it rejects what is offered, as a server does that was reconfigured
	EarlyDataNone EarlyData = "none" // its tickets do not allow it, so that no client offers any
)

// quicOnly names the parameters that have a meaning with ProtoH3 only.
func quicOnly() []string { return []string{"early-data", "retry"} }

// checkQUICOnly refuses such a parameter in a query for TCP, the default too:
// it would promise what is not there.
func (s Settings) checkQUICOnly(query url.Values) error {
	for _, name := range quicOnly() {
		if values := query[name]; len(values) > 0 && s.Proto != ProtoH3 {
			return fmt.Errorf("parameter %s=%s with proto=%s: it is a matter of QUIC: add proto=h3", name, printable(values[0]), s.Proto)
		}
	}
	return nil
}

func (s Settings) validateProto() error {
	switch {
	case s.has != 0:
		return nil
	case s.Proto == ProtoH3 && s.MaxVersion < tls.VersionTLS13:
		return fmt.Errorf("parameter tls=%s with proto=%s: QUIC is TLS 1.3 only (RFC 9001, section 4.2): raise the highest version to 1.3 or choose proto=h2",
			showVersions(s), s.Proto)
	case s.Proto != ProtoH3 && (s.EarlyData != EarlyDataOn || s.Retry):
		return fmt.Errorf("early data %q and retry %s with proto=%s: they are a matter of QUIC", s.EarlyData, showSwitch(s.Retry), s.Proto)
	}
	return nil
}
