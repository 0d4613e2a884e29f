package dial

import (
	"fmt"
	"strings"
	"time"

	"tlsbench/bench"
)

// hop is what a fresh connection goes through before TLS begins, such as a proxy.
type hop struct {
	phase bench.Phase // Proxy or StartTLS
	// behind tells of a failure further on that this lay before it, "" for no word.
	behind string
	// cross goes through it and returns the way on, which may be another socket
	// around the given one. The socket has the attempt's deadline already. On an
	// error it leaves the socket to be closed.
	cross func(s Socket, deadline time.Time) (Socket, error)
}

// crossed is the socket behind all hops.
func crossed(socket Socket, hops []hop, tracer *Tracer, deadline time.Time) (Socket, error) {
	for _, h := range hops {
		tracer.hopStart(h.phase)
		next, err := h.cross(socket, deadline)
		if err != nil {
			_ = socket.Close()
			return nil, err
		}
		tracer.hopDone(h.phase)
		socket = next
	}
	return socket, nil
}

// Classify is the function of that name, for a connection that was dialed here.
// The error of one that ended behind its hops tells what they were: it may not be
// the server who ended it.
func (t *TCP) Classify(err error, phase bench.Phase) *bench.Failure {
	f := Classify(err, phase)
	var behind []string
	for _, h := range t.hops {
		if h.phase < phase && h.behind != "" {
			behind = append(behind, h.behind)
		}
	}
	if behind != nil {
		f.Err = fmt.Errorf("%w (%s)", f.Err, strings.Join(behind, ", "))
	}
	return f
}
