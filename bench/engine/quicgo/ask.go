package quicgo

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

// ask makes the request, nil for none.
func (d *dialer) ask(ctx context.Context, conn *quic.Conn, req *http.Request) (*http.Response, error) {
	if req == nil {
		return nil, nil
	}
	return d.http.NewClientConn(conn).RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, d.trace)))
}

// askEarly makes it as 0-RTT data, and once more where the server does not take
// that. It calls sent when all has gone out that goes out early.
//
// The response is waited for only when the handshake has shown whether it was
// taken: there is none before, and http3 would reset a stream whose number counts
// anew after a rejection.
func (d *dialer) askEarly(ctx context.Context, conn *quic.Conn, sent func()) (*http.Response, error) {
	str, err := d.sendEarly(ctx, conn)
	sent()
	if err != nil && !errors.Is(err, quic.Err0RTTRejected) {
		return nil, err
	}
	select {
	case <-conn.HandshakeComplete():
		d.tracer.TLSDone()
	case <-conn.Context().Done():
		return nil, context.Cause(conn.Context())
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if d.request == nil {
		return nil, nil
	}
	if err == nil && conn.ConnectionState().Used0RTT {
		d.trace.WroteRequest(httptrace.WroteRequestInfo{}) // for what may fail from here on
		return readResponse(str)
	}
	if conn, err = conn.NextConnection(ctx); err != nil {
		return nil, err
	}
	return d.ask(ctx, conn, d.request)
}

// sendEarly sends the request, nil for none.
func (d *dialer) sendEarly(ctx context.Context, conn *quic.Conn) (*http3.RequestStream, error) {
	if d.request == nil {
		return nil, nil
	}
	str, err := d.http.NewClientConn(conn).OpenRequestStream(httptrace.WithClientTrace(ctx, d.trace))
	if err == nil {
		deadline, _ := ctx.Deadline()
		_ = str.SetDeadline(deadline) // it fails where the stream is closed, which shows
		err = str.SendRequestHeader(d.request)
	}
	if err == nil {
		err = str.Close()
	}
	settled(ctx, conn)
	return str, err
}

// readResponse reads the response behind informational ones.
func readResponse(str *http3.RequestStream) (*http.Response, error) {
	const most = 5 // as http3 has it
	for range most {
		resp, err := str.ReadResponse()
		if err != nil || resp.StatusCode >= 200 {
			return resp, err
		}
	}
	return nil, errors.New("too many informational responses")
}
