package proxy

import (
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"
)

// told fails where an error shows what it must not.
func told(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	bad := func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }
	if text := err.Error(); len(text) > 1000 || strings.ContainsFunc(text, bad) || strings.Contains(text, basic) {
		t.Errorf("error %q", text)
	}
}

// FuzzConnect holds that an answer to CONNECT leads through only as one final
// head of HTTP/1 with a status of success, and that no more than its bounds is
// read.
func FuzzConnect(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200\n\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 x\r\nA: b\r\n\r\n",
		"HTTP/1.1 407 Auth\r\nProxy-Authenticate: Digest a=b, Basic realm=\"x\"\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nbody", "<html>",
		"HTTP/1.1 500 \x1b[2J\r\n\r\n", "HTTP/1.1 400 " + basic + "\r\n\r\n",
	} {
		f.Add(seed, 0)
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, says string, step int) {
		s := &script{says: []string{says}, ends: io.EOF, step: max(step, 0)}
		_, err := tunnel(t, servers()["http, auth"], "h:443").Open(s)
		told(t, err)
		if read := len(says) - len(s.left); read > maxHead+maxHead/2 {
			t.Errorf("read %d bytes", read)
		}
		if err != nil {
			return
		}
		whole := strings.ReplaceAll(says, "\r\n", "\n")
		heads := strings.SplitAfter(strings.TrimSuffix(whole, "\n\n"), "\n\n")
		if last := heads[len(heads)-1]; s.step == 0 && (!strings.HasSuffix(whole, "\n\n") || !strings.HasPrefix(last, "HTTP/1.") || !strings.HasPrefix(last[min(len(last), 8):], " 2")) {
			t.Errorf("led through by %q", says)
		}
	})
}

// FuzzSOCKS holds that the replies lead through only as whole ones, to the byte.
func FuzzSOCKS(f *testing.F) {
	for _, reply := range []string{v4, v6, dom, "\x05\x01", "\x05\x00\x00\x07", v4 + "x"} {
		f.Add("\x05\x02", "\x01\x00", reply)
		f.Add("\x05\x00", reply, "")
	}
	f.Add("\x05\xff", "", "")
	f.Fuzz(func(t *testing.T, one, two, three string) {
		s := &script{says: []string{one, two, three}, ends: io.EOF}
		_, err := tunnel(t, servers()["socks, auth"], "h:443").Open(s)
		told(t, err)
		if err != nil {
			if errors.Is(err, io.EOF) && s.left != "" {
				t.Errorf("an end with %q unread", s.left)
			}
			return
		}
		last := three
		if one == "\x05\x00" {
			last = two
		} else if one != "\x05\x02" || two != "\x01\x00" {
			t.Fatalf("led through by %q, %q", one, two)
		}
		wants := map[byte]int{1: 10, 4: 22}
		if len(last) > 4 {
			wants[3] = 7 + int(last[4])
		}
		if !strings.HasPrefix(last, "\x05\x00") || len(last) < 4 || len(last) != wants[last[3]] {
			t.Errorf("led through by %q", last)
		}
	})
}
