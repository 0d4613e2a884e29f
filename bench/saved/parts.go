package saved

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"tlsbench/bench"
)

// parts is a saved result, each part still as it stands in the file.
type parts struct {
	Schema      json.RawMessage `json:"schema"`
	Tool        json.RawMessage `json:"tool"`
	Env         json.RawMessage `json:"env"`
	Command     json.RawMessage `json:"command"`
	Started     json.RawMessage `json:"started"`
	Took        json.RawMessage `json:"took_ns"`
	Plan        json.RawMessage `json:"plan"`
	Partial     json.RawMessage `json:"partial"`
	Ended       json.RawMessage `json:"ended"`
	Arms        json.RawMessage `json:"arms"`
	Rounds      json.RawMessage `json:"rounds"`
	Warnings    json.RawMessage `json:"warnings"`
	Clocks      json.RawMessage `json:"clocks"`
	LastFailure json.RawMessage `json:"last_failure"`
	Samples     json.RawMessage `json:"samples"`
	Merged      json.RawMessage `json:"merged"`

	// Those of other files of tlsbench.
	Places json.RawMessage `json:"places"`
	Format json.RawMessage `json:"format"`
}

// readParts reads one file of at most that many bytes.
func readParts(r io.Reader, most int64) (*parts, error) {
	limited := &io.LimitedReader{R: r, N: most + 1}
	in := bufio.NewReader(limited)
	head, _ := in.Peek(512) // an error comes again below
	head = append([]byte(nil), head...)
	if opensObject(head) {
		text, err := io.ReadAll(in)
		switch {
		case limited.N <= 0:
			return nil, foreignSize(most)
		case err != nil:
			return nil, err
		case json.Valid(text):
			return splitParts(text)
		}
		in.Reset(bytes.NewReader(text)) // to find what is wrong with it
	}
	var p parts
	d := json.NewDecoder(in)
	err := d.Decode(&p)
	end := d.InputOffset()
	follows := false
	if err == nil {
		follows, err = more(d)
	}
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case limited.N <= 0:
		return nil, foreignSize(most)
	case errors.Is(err, io.EOF):
		return nil, foreign("empty")
	case (errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF)) && !opensObject(head):
		return nil, foreign(sniff(head))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, ErrTruncated
	case syntax != nil:
		return nil, damaged(fmt.Errorf("it is no JSON at byte %d: %w", syntax.Offset, err))
	case errors.As(err, &wrong):
		return nil, foreign("a JSON " + wrong.Value)
	case err != nil:
		return nil, err
	case p.other() != "":
		return nil, foreign(p.other())
	case follows:
		return nil, damaged(fmt.Errorf("something follows its end, at byte %d: want one result in a file", end))
	}
	return &p, nil
}

func foreignSize(most int64) error {
	return foreign(fmt.Sprintf("larger than the %d MiB that one may have", most>>20))
}

// splitParts takes a valid object apart.
func splitParts(text []byte) (*parts, error) {
	var p parts
	fields := reflect.ValueOf(&p).Elem()
	err := members("", text, func(name string, value json.RawMessage) {
		for f := range fields.Type().Fields() {
			if strings.EqualFold(f.Tag.Get("json"), name) {
				fields.FieldByIndex(f.Index).SetBytes(value)
			}
		}
	})
	if err == nil && p.other() != "" {
		err = foreign(p.other())
	}
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// more reports whether anything but blanks follows.
func more(d *json.Decoder) (bool, error) {
	var syntax *json.SyntaxError
	switch _, err := d.Token(); {
	case err == io.EOF:
		return false, nil
	case err == nil, err == io.ErrUnexpectedEOF, errors.As(err, &syntax):
		return true, nil
	default:
		return false, err
	}
}

// checkSchema comes before everything else: a newer file may differ in
// anything but this number.
func (p *parts) checkSchema() error {
	if p.Schema == nil {
		return damaged(errors.New("schema is missing"))
	}
	var schema int64
	if err := decode("schema", p.Schema, &schema); err != nil {
		return damaged(err)
	}
	switch {
	case schema > bench.Schema:
		return fmt.Errorf("%w (schema %d): this one reads up to %d: update it", ErrNewer, schema, bench.Schema)
	case schema < 1:
		return damaged(fmt.Errorf("schema: %d: there is none below 1", schema))
	}
	return nil
}

// result decodes the parts. Lists are read one by one, and the rest is small.
func (p *parts) result() (*bench.Result, error) {
	r := &bench.Result{Schema: bench.Schema}
	for _, part := range []struct {
		name string
		raw  json.RawMessage
		to   any
	}{
		{"tool", p.Tool, &r.Tool}, {"env", p.Env, &r.Env}, {"command", p.Command, &r.Command}, {"started", p.Started, &r.Started},
		{"took_ns", p.Took, &r.Took}, {"partial", p.Partial, &r.Partial}, {"ended", p.Ended, &r.Ended}, {"clocks", p.Clocks, &r.Clocks},
		{"last_failure", p.LastFailure, &r.LastFailure}, {"samples", p.Samples, &r.Samples},
	} {
		if part.raw == nil {
			continue // what must not be missing is refused as empty
		}
		if err := decode(part.name, part.raw, part.to); err != nil {
			return nil, err
		}
	}
	var err error
	if r.Plan, err = p.plan(); err != nil {
		return nil, err
	}
	if r.Warnings, err = p.warnings(); err != nil {
		return nil, err
	}
	if r.Merged, err = p.merged(); err != nil {
		return nil, err
	}
	if r.Arms, err = p.arms(r.Plan); err != nil {
		return nil, err
	}
	r.Rounds, err = p.rounds(r.Plan)
	return r, err
}
