package proxy

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Bounds of a response's head: those of Squid and of Apache httpd are 64 KiB and
// 8 KiB.
const (
	maxHead = 64 << 10
	maxLine = 8 << 10
)

// head is what a response begins with (RFC 9112 section 2.1).
type head struct {
	status  int
	reason  string
	schemes []string // of authentication, that it asks for
}

func (h head) takesBasic() bool {
	return slices.ContainsFunc(h.schemes, func(s string) bool { return strings.EqualFold(s, "basic") })
}

const version = "HTTP/1."

// readHead reads one head, and nothing behind it but what came with it.
func readHead(a *answer) (h head, err error) {
	first, err := readLine(a, version)
	if err != nil {
		return h, err
	}
	if h.status, h.reason, err = statusLine(a, first); err != nil {
		return h, err
	}
	for {
		line, err := readLine(a, "")
		if err != nil || len(line) == 0 {
			return h, err
		}
		name, value, ok := strings.Cut(string(line), ":")
		if !ok || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return h, fmt.Errorf("the line %s is no header field", a.quote(line))
		}
		if strings.EqualFold(name, "Proxy-Authenticate") {
			// Commas separate both schemes and their parameters: the first word
			// is a scheme in any case.
			if scheme, _, _ := strings.Cut(strings.TrimSpace(value), " "); scheme != "" {
				h.schemes = append(h.schemes, strings.TrimSuffix(scheme, ","))
			}
			if !h.takesBasic() && strings.Contains(strings.ToLower(value), ", basic ") {
				h.schemes = append(h.schemes, "Basic")
			}
		}
	}
}

// readLine reads a line, without its end, which begins in a way; what begins
// otherwise is refused before the line is whole.
func readLine(a *answer, begin string) ([]byte, error) {
	searched := 0
	for {
		text := a.unread()
		if n := min(len(text), len(begin)); string(text[:n]) != begin[:n] {
			return nil, fmt.Errorf("no HTTP/1 response but %s%s", a.quote(text), guess(text[0]))
		}
		i := bytes.IndexByte(text[searched:], '\n')
		switch {
		case i >= 0 && searched+i < maxLine:
			a.used += searched + i + 1
			return bytes.TrimSuffix(text[:searched+i], []byte("\r")), nil
		case i >= 0 || len(text) >= maxLine:
			return nil, fmt.Errorf("a line of its head is longer than %d bytes", maxLine)
		case len(a.buf) >= maxHead:
			return nil, fmt.Errorf("its head is longer than %d bytes", maxHead)
		}
		searched = len(text)
		if err := a.more(); err != nil {
			return nil, err
		}
	}
}

// guess says what else may listen there, by the first byte of its answer.
func guess(first byte) string {
	switch first {
	case socksVersion:
		return ": does a SOCKS5 proxy listen there?"
	case tlsAlert:
		return wantsTLS
	}
	return ""
}

const (
	tlsAlert = 21 // the type of a record (RFC 8446 section 5.1)
	wantsTLS = ": does it want https:// instead of http://?"
)

// statusLine reads "HTTP/1.1 200 Connection established"; proxies leave the
// reason out, and the space before it.
func statusLine(a *answer, line []byte) (status int, reason string, err error) {
	rest := string(line[min(len(line), len(version)):])
	digit := func(i int) bool { return i < len(rest) && '0' <= rest[i] && rest[i] <= '9' }
	if !digit(0) || len(rest) < 5 || rest[1] != ' ' || !digit(2) || !digit(3) || !digit(4) ||
		rest[2] == '0' || len(rest) > 5 && rest[5] != ' ' {
		return 0, "", fmt.Errorf("%s is no status line of HTTP/1", a.quote(line))
	}
	status = int(rest[2]-'0')*100 + int(rest[3]-'0')*10 + int(rest[4]-'0')
	if reason = strings.TrimSpace(rest[5:]); reason == "" {
		reason = http.StatusText(status)
	}
	return status, reason, nil
}
