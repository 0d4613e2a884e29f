package samples

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"tlsbench/bench"
)

// header is the first line.
type header struct {
	Schema  int        `json:"schema"`
	Tool    bench.Tool `json:"tool"`
	Started time.Time  `json:"started"`
	Seed    uint64     `json:"seed"`
	Arms    []string   `json:"arms"`
}

// encoder writes lines without reflection, which would cost more than all else.
type encoder struct {
	started time.Time
	arms    []string // their names, in JSON
	phases  [bench.PhaseCount]string
	kinds   [bench.KindCount]string
}

// begin returns the first line.
func (e *encoder) begin(started time.Time, p bench.Plan) []byte {
	e.started = started
	h := header{Schema: Schema, Tool: bench.ThisTool(), Started: started.UTC(), Seed: p.Seed, Arms: []string{}}
	for _, arm := range p.Arms {
		h.Arms = append(h.Arms, arm.Name)
		e.arms = append(e.arms, string(quoted(arm.Name)))
	}
	for i := range e.phases {
		e.phases[i] = `"` + bench.Phase(i).String() + `_ns":`
	}
	for i := range e.kinds {
		e.kinds[i] = string(quoted(bench.Kind(i).String()))
	}
	text, err := json.Marshal(h)
	if err != nil {
		panic(err) // of a struct of texts and numbers
	}
	return append(text, '\n')
}

// sample appends an attempt's line. What an attempt did not have is left out. Of
// a failure it tells class and phase alone: its text may name what is nobody's
// business, such as a path or a header.
func (e *encoder) sample(b []byte, arm, round int, s *bench.Sample) []byte {
	b = append(b, `{"t_ns":`...)
	b = strconv.AppendInt(b, int64(s.Began.Sub(e.started)), 10)
	b = append(b, `,"arm":`...)
	b = append(b, e.arms[arm]...)
	b = append(b, `,"round":`...)
	b = strconv.AppendInt(b, int64(round), 10)
	if s.Failure != nil {
		b = append(b, `,"error":{"class":`...)
		b = appendQuoted(b, string(s.Failure.Class))
		b = append(b, `,"phase":`...)
		b = appendQuoted(b, s.Failure.Phase.String())
		b = append(b, '}')
		b = e.durations(b, s)
		return append(b, "}\n"...)
	}
	b = append(b, `,"kind":`...)
	b = append(b, e.kinds[s.Kind]...)
	b = e.durations(b, s)
	b = append(b, `,"offered":`...)
	b = strconv.AppendBool(b, s.Offered)
	b = append(b, `,"hello_retry":`...)
	b = strconv.AppendBool(b, s.HelloRetry)
	b = appendNumber(b, `,"bytes_in":`, s.BytesIn)
	b = appendNumber(b, `,"bytes_out":`, s.BytesOut)
	b = appendNumber(b, `,"ticket_bytes":`, s.TicketBytes)
	if s.DatagramsIn > 0 { // over QUIC
		b = appendNumber(b, `,"datagrams_in":`, s.DatagramsIn)
		b = appendNumber(b, `,"datagrams_out":`, s.DatagramsOut)
	}
	for _, flag := range []struct {
		set  bool
		name string
	}{{s.EarlyDataRejected, `,"early_data_rejected":true`}, {s.Retry, `,"retry":true`}, {s.VersionNegotiation, `,"version_negotiation":true`}} {
		if flag.set {
			b = append(b, flag.name...)
		}
	}
	if s.RoundTrips > 0 { // no handshake goes without one
		b = appendNumber(b, `,"round_trips":`, s.RoundTrips)
	}
	if s.Status > 0 {
		b = appendNumber(b, `,"status":`, int64(s.Status))
	}
	return append(b, "}\n"...)
}

func (e *encoder) durations(b []byte, s *bench.Sample) []byte {
	b = append(b, `,"phases":{`...)
	first := true
	for i, d := range s.Phases {
		if d == bench.Absent {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, e.phases[i]...)
		b = strconv.AppendInt(b, int64(d), 10)
	}
	return append(b, '}')
}

func appendNumber(b []byte, key string, n int64) []byte {
	return strconv.AppendInt(append(b, key...), n, 10)
}

// appendQuoted appends a text as JSON. Only what is unusual costs an allocation.
func appendQuoted(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return append(b, quoted(s)...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func quoted(s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a text has its JSON
	}
	return text
}

// trailer is the last line.
func trailer(written, taken int64) []byte {
	return fmt.Appendf(nil, "{\"written\":%d,\"dropped\":%d}\n", written, taken-written)
}
