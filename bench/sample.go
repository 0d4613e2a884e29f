package bench

import (
	"time"

	"tlsbench/bench/hist"
)

// Sample is one attempt, succeeded or failed. A worker reuses its samples, so
// an engine starts from Reset.
type Sample struct {
	// Began is when the attempt began. The worker sets it, not the engine.
	Began time.Time
	// Phases holds the duration of each phase, Absent where the attempt did
	// not have it.
	Phases [PhaseCount]time.Duration
	// Failure is why the attempt failed, nil where it succeeded. Kind and the
	// counts are meaningful only where it is nil.
	Failure *Failure
	Kind    Kind
	// Offered says that the ClientHello that went out carried a session. A
	// client withholds one, for instance, that is over.
	Offered bool
	// HelloRetry says that the server asked for another key share (RFC 8446
	// section 4.1.4): one more round trip.
	HelloRetry bool
	// CertAsked says that the server asked for a client certificate in this
	// handshake, Cert which of the arm's it was given: their place from 1 on, 0
	// for none.
	CertAsked bool
	Cert      int
	// Unconfirmed says that the server never showed whether it took the
	// client certificate that it asked for.
	Unconfirmed bool
	// ECH says that the server accepted Encrypted Client Hello (RFC 9849).
	ECH bool
	// Status is the HTTP status, 0 where no request was made.
	Status int
	// BytesIn and BytesOut are what the handshake itself took on the
	// connection, TLS record headers included; over QUIC the payload of the
	// datagrams that carried it, with whatever else was in them.
	BytesIn, BytesOut int64
	// RoundTrips is how many times the handshake had to wait for an answer of
	// the server: see dial.Conn. It is 0 where that was not counted.
	RoundTrips int64
	// TicketBytes is what the tickets that followed a TLS 1.3 handshake took.
	// In TLS 1.2 the ticket is part of the handshake.
	TicketBytes int64
	// DatagramsIn and DatagramsOut are the UDP datagrams that BytesIn and
	// BytesOut came and went in, 0 over TCP.
	DatagramsIn, DatagramsOut int64
	// EarlyDataRejected says that 0-RTT data went out and that the server did
	// not take it, so that it was sent again.
	EarlyDataRejected bool
	// Retry says that a QUIC server had the client prove its address first (RFC
	// 9000 section 8.1.2), VersionNegotiation that it wanted another version
	// (section 6): one more round trip each.
	Retry, VersionNegotiation bool
	// Facts, where not nil, is filled by the engine with what was negotiated.
	Facts *Facts
}

// Reset makes the sample ready for the next attempt.
func (s *Sample) Reset() {
	*s = Sample{}
	for i := range s.Phases {
		s.Phases[i] = Absent
	}
}

// fromDue counts the attempt from when it fell due, which was so long before it
// began.
func (s *Sample) fromDue(lag time.Duration) {
	if s.Phases[Total] == Absent {
		return
	}
	lag = max(lag, hist.Lowest) // a clock may not have moved on
	s.Phases[Lag], s.Phases[Service] = lag, s.Phases[Total]
	s.Phases[Total] += lag
}

// Facts is what one connection showed of itself. The report's header is made
// of the first measured handshakes' facts: nothing is probed beforehand.
type Facts struct {
	Remote   string `json:"remote"`
	Version  string `json:"version"`
	QUIC     string `json:"quic,omitempty"` // its version, as in "v1"
	Suite    string `json:"suite"`
	Group    string `json:"group"`
	Key      string `json:"key"`               // the leaf certificate's key, as in "ECDSA P-256"
	Chain    int    `json:"chain"`             // certificates sent beside the leaf
	CertSize int    `json:"certificate_bytes"` // of all of them, in DER
	ALPN     string `json:"alpn"`
	// OCSPSize is the size of the stapled OCSP response (RFC 6066 section 8),
	// SCTs is how many signed certificate timestamps came beside the
	// certificate (RFC 6962 section 3.3), SCTSize is what they take. All are
	// asked for in every handshake; resumptions carry none.
	OCSPSize int `json:"ocsp_bytes,omitempty"`
	SCTs     int `json:"scts,omitempty"`
	SCTSize  int `json:"sct_bytes,omitempty"`
	// CertCompression is the algorithm that the certificate was compressed by
	// (RFC 8879), nil where it is not known: crypto/tls offers none.
	CertCompression *string `json:"certificate_compression"`
	ECH             bool    `json:"ech,omitempty"`
	Protocol        string  `json:"protocol"` // of the response, as in "HTTP/2.0"
	Status          int     `json:"status"`
}
