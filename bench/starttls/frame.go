package starttls

import (
	"bytes"
	"errors"
	"fmt"
)

// frame finds the first unit of what a server sent: a line, a packet, a tag. n is
// how many bytes it takes, 0 where its end has not arrived. An error means
// that this protocol's units never begin so.
type frame func(data []byte) (unit []byte, n int, err error)

// line is a line of text without its end, which is CRLF, or LF alone as some
// servers have it.
func line(data []byte) (unit []byte, n int, err error) {
	i := bytes.IndexByte(data, '\n')
	text := data
	if i >= 0 {
		text = data[:i]
	}
	if err := isText(text); err != nil || i < 0 {
		return nil, 0, err
	}
	return bytes.TrimSuffix(text, []byte("\r")), i + 1, nil
}

// isText refuses what no text protocol has: a NUL, which is in every TLS alert
// and in a database's greeting. So a wrong port is told at once.
func isText(data []byte) error {
	if bytes.IndexByte(data, 0) < 0 {
		return nil
	}
	if isTLS(data) {
		return errTLSAlready
	}
	return fmt.Errorf("the server sent no text: %s", said(data))
}

var errTLSAlready = errors.New("the server speaks TLS already: try tls://, or the scheme whose name ends in s")

// isTLS knows the header of a TLS alert or handshake record.
func isTLS(data []byte) bool {
	return len(data) >= 3 && (data[0] == 21 || data[0] == 22) && data[1] == 3 && data[2] <= 4
}

// lineWithLiterals is a line in which strings may stand as {5}, CRLF and 5
// octets (RFC 5804 section 4).
func lineWithLiterals(data []byte) (unit []byte, n int, err error) {
	for {
		_, end, err := line(data[n:])
		if end == 0 {
			return nil, 0, err
		}
		n += end
		text := bytes.TrimRight(data[:n], "\r\n")
		size, ok, err := literal(text)
		if err != nil {
			return nil, 0, err
		}
		if !ok {
			return text, n, nil
		}
		if n += size; n >= len(data) {
			return nil, 0, nil
		}
	}
}

// literal reads the size of the literal that a line announces at its end.
func literal(text []byte) (size int, ok bool, err error) {
	open := bytes.LastIndexByte(text, '{')
	if open < 0 || text[len(text)-1] != '}' {
		return 0, false, nil
	}
	digits := bytes.TrimSuffix(text[open+1:len(text)-1], []byte("+"))
	if len(digits) == 0 {
		return 0, false, nil
	}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return 0, false, nil
		}
		if size = size*10 + int(d-'0'); size > maxUnit {
			return 0, false, fmt.Errorf("the server announced a string of more than %d KiB", maxUnit>>10)
		}
	}
	return size, true, nil
}

// tag is a tag of XML, with what stands before it. An attribute's value may hold
// what ends a tag elsewhere.
func tag(data []byte) (unit []byte, n int, err error) {
	var quote byte
	inside := false
	for i, c := range data {
		switch {
		case c == 0:
			return nil, 0, isText(data)
		case !inside:
			inside = c == '<'
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return data[:i+1], i + 1, nil
		}
	}
	return nil, 0, nil
}
