package quicgo

import (
	"context"
	"sync"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/qlog"
	"github.com/quic-go/quic-go/qlogwriter"
)

// watch sees two things of a connection that is to send 0-RTT data, of which
// nothing but the log tells (draft-ietf-quic-qlog-quic-events). It implements
// qlogwriter.Trace and qlogwriter.Recorder, and writes no log.
type watch struct {
	tap     *tap
	once    sync.Once
	control chan struct{} // closed when the control stream goes out
}

// trace makes a connection's watch.
func (t *tap) trace(context.Context, bool, quic.ConnectionID) qlogwriter.Trace {
	return &watch{tap: t, control: make(chan struct{})}
}

// AddProducer implements qlogwriter.Trace.
func (w *watch) AddProducer() qlogwriter.Recorder { return w }

// RecordEvent implements qlogwriter.Recorder.
func (w *watch) RecordEvent(event qlogwriter.Event) {
	const control = 2 // the first that a client opens one way (RFC 9000 section 2.1)
	switch e := event.(type) {
	case qlog.ParametersRestored: // before the first datagram
		w.tap.goesEarly()
	case qlog.PacketSent:
		for _, f := range e.Frames {
			if stream, ok := f.Frame.(*qlog.StreamFrame); ok && stream.StreamID == control {
				w.once.Do(func() { close(w.control) })
			}
		}
	}
}

// Close implements qlogwriter.Recorder.
func (w *watch) Close() error { return nil }

// settled waits until http3's control stream goes out.
//
// http3 opens that in a goroutine of its own. Where it comes only behind a
// rejection of the 0-RTT data, it breaks the connection off, or opens a second
// one behind that of the client that asks again, which the server forbids.
func settled(ctx context.Context, conn *quic.Conn) {
	select {
	case <-conn.QlogTrace().(*watch).control:
	case <-conn.HandshakeComplete(): // it is not waited for any more
	case <-conn.Context().Done():
	case <-ctx.Done():
	}
}
