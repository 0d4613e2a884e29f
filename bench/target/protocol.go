package target

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// The parent writes requests to the child's stdin and reads responses from its
// stdout, one JSON object a line. Responses carry the number of their request.

// maxLine bounds a line; the longest, an endpoint with RSA-2048 client
// authentication, has under 10 KB.
const maxLine = 1 << 20

// The operations of the protocol. A lone end of stdin does what opStop does.
const (
	opHello  = "hello"  // answers once the child is up
	opListen = "listen" // starts a server, answers its endpoint
	opLaunch = "launch" // starts another program's server, answers its endpoint without settings
	opGC     = "gc"     // collects garbage
	opCounts = "counts" // answers the counts of the server at an address
	opStop   = "stop"   // answers, then ends the child
)

type request struct {
	ID       uint64    `json:"id"`
	Op       string    `json:"op"`
	Settings *Settings `json:"settings,omitempty"` // listen
	Address  string    `json:"address,omitempty"`  // listen, counts
	Server   string    `json:"server,omitempty"`   // launch: the scheme of its targets
	Query    string    `json:"query,omitempty"`    // launch
}

type response struct {
	ID       uint64    `json:"id"` // 0 where the request could not be read
	Error    string    `json:"error,omitempty"`
	Endpoint *Endpoint `json:"endpoint,omitempty"` // to listen and launch
	Counts   *Counts   `json:"counts,omitempty"`   // to counts
}

// decodeRequest reads one line. On an error the request still has its ID if
// that could be read, so that the answer finds its way.
func decodeRequest(line []byte) (request, error) {
	var r request
	if err := decodeStrictly(line, &r); err != nil {
		return request{ID: r.ID}, fmt.Errorf("reading the request: %w", err)
	}
	switch {
	case r.Op == opListen && r.Settings == nil:
		return r, errors.New("listen needs settings")
	case (r.Op == opListen || r.Op == opCounts) && r.Address == "":
		return r, fmt.Errorf("%s needs an address", r.Op)
	case r.Op == opLaunch && r.Server == "":
		return r, errors.New("launch needs a server")
	}
	return r, nil
}

func decodeResponse(line []byte) (response, error) {
	var r response
	if err := decodeStrictly(line, &r); err != nil {
		return response{}, err
	}
	return r, nil
}

// decodeStrictly refuses fields that it does not know and anything behind the
// object: both ends are the same binary, so either is a mistake.
func decodeStrictly(line []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("more than one JSON value on the line")
	}
	return nil
}
