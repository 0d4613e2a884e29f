package quicgo

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"tlsbench/bench"
	"tlsbench/bench/dial"
)

// failure says what kind of failure ended an attempt in the given phase.
// came is what came back until then from a server at that UDP port.
func failure(err error, phase bench.Phase, came answer, port uint16) *bench.Failure {
	var (
		transport *quic.TransportError
		app       *quic.ApplicationError
		version   *quic.VersionNegotiationError
		reset     *quic.StatelessResetError
		stream    *quic.StreamError
		request   *http3.Error
		system    syscall.Errno
	)
	class := bench.ErrorClass("")
	switch {
	case errors.As(err, &transport):
		class = transportClass(transport)
	case errors.As(err, &version):
		class = bench.ClassQUICVersion
	case errors.As(err, &reset):
		class = bench.ClassReset
	case errors.As(err, &request) && request.ErrorCode == http3.ErrCodeInternalError && !request.Remote:
		class = bench.ClassInternal
	case errors.As(err, &request) && request.ErrorCode != http3.ErrCodeNoError, errors.As(err, &stream):
		class = bench.ClassHTTP
	case errors.As(err, &app) && app.Remote:
		class = bench.ClassReset
	case errors.As(err, &app) && app.ErrorCode == quic.ApplicationErrorCode(http3.ErrCodeInternalError):
		class = bench.ClassInternal
	case errors.As(err, &app): // the server did what HTTP/3 forbids
		class = bench.ClassHTTP
	case errors.As(err, &system):
		// The socket tells what connects tell over TCP: a closed port, no route.
		f := dial.Classify(err, bench.Connect)
		f.Phase, f.Err = phase, system
		if f.Class == bench.ClassConnectRefused {
			f.Err = fmt.Errorf("UDP port %d: %w (a server of TCP only is reached by https:// or tls://)", port, system)
		}
		return f
	}
	if class != "" {
		return &bench.Failure{Class: class, Phase: phase, Err: err}
	}
	f := dial.Classify(err, phase)
	switch {
	case f.Class == bench.ClassHandshakeTimeout:
		came.explain(f)
	case came == answeredVersions: // quic-go does not export what it says then
		f.Class = bench.ClassQUICVersion
		f.Err = fmt.Errorf("the server wants another version of QUIC, which quic-go cannot change to behind 0-RTT data: leave 0rtt out: %w", f.Err)
	}
	return f
}

// explainEarly says more of what ended a connection that began with 0-RTT data.
// crypto/tls (Go 1.26) takes the offer of that back only after it has computed
// the binder of its second ClientHello, so that no server takes that.
func explainEarly(err error) error {
	const decryptError quic.TransportErrorCode = 0x100 + 51 // RFC 9001 section 4.8, RFC 8446 section 6
	var transport *quic.TransportError
	if errors.As(err, &transport) && transport.Remote && transport.ErrorCode == decryptError {
		return fmt.Errorf("%w: where the server wants another group (HelloRetryRequest), crypto/tls cannot follow behind 0-RTT data: offer only that group, with --groups", err)
	}
	return err
}

// answer is what came back to the datagrams of an attempt.
type answer int

const (
	answeredNothing  answer = iota
	answeredElse            // only what is no QUIC, or of somebody else's connection
	answeredVersions        // only Version Negotiation packets
	answeredQUIC
)

// explain says more of a handshake that did not end in time.
func (a answer) explain(f *bench.Failure) {
	switch a {
	case answeredNothing:
		f.Class = bench.ClassQUICTimeout
		f.Err = fmt.Errorf("no datagram came back: %w", f.Err)
	case answeredElse:
		f.Class = bench.ClassQUICTimeout
		f.Err = fmt.Errorf("what came back was no QUIC: %w", f.Err)
	case answeredVersions:
		// A client discards those that list the version that it has (RFC 9000
		// section 6.2), and all behind the first.
		f.Class = bench.ClassQUICVersion
		f.Err = fmt.Errorf("the server sent only Version Negotiation packets, which do not rule out what was offered or contradict each other: %w", f.Err)
	}
}

// transportClass is that of an error of the transport, "" where what lies behind
// it says more.
func transportClass(e *quic.TransportError) bench.ErrorClass {
	switch {
	case e.ErrorCode.IsCryptoError() && e.Remote:
		return dial.AlertClass(uint8(e.ErrorCode)) // RFC 9001 section 4.8
	case e.ErrorCode.IsCryptoError():
		if class := dial.Classify(e, bench.TLSPhase).Class; class == bench.ClassCertificate || class == bench.ClassECH {
			return class
		}
		return bench.ClassTLS
	case e.Remote && (e.ErrorCode == quic.NoError || e.ErrorCode == quic.ConnectionRefused):
		return bench.ClassReset
	default:
		return bench.ClassQUIC
	}
}

// refused tells whether the server ended the handshake with an alert. It may end
// one so that the client had completed (RFC 9001 section 4.1.2).
func refused(err error) bool {
	var transport *quic.TransportError
	return errors.As(err, &transport) && transport.Remote && transport.ErrorCode.IsCryptoError()
}
