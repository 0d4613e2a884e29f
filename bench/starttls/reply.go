package starttls

import "bytes"

// reply is an answer that begins with three digits (RFC 5321 section 4.2, RFC 959
// section 4.2). Where a hyphen follows them, further lines come.
type reply struct {
	code string
	or   string // another good code
	// delay is the code of a line that says no more than to wait.
	delay string
	// offers is the keyword that some line must hold.
	offers string
	// single says that an answer is one line (RFC 3977 section 3.2), open that
	// the lines between the first and the last may be anything (FTP).
	single, open bool
}

func (r reply) take(t *talk, unit []byte) (done bool, err error) {
	first := t.units == 0
	t.units++
	if !isReply(unit) || !first && string(unit[:3]) != string(t.code[:]) {
		if r.open && !first {
			return false, nil
		}
		return false, refused(unit)
	}
	code := string(unit[:3]) // stays on the stack
	switch {
	case code != r.code && code != r.or && code != r.delay:
		return false, refused(unit)
	case first:
		copy(t.code[:], code)
	}
	more := len(unit) > 3 && unit[3] == '-'
	if r.offers != "" && len(unit) > 4 {
		keyword, _, _ := bytes.Cut(unit[4:], []byte(" "))
		t.offered = t.offered || bytes.EqualFold(keyword, []byte(r.offers))
	}
	switch {
	case more && r.single:
		return false, refused(unit)
	case more:
		return false, nil
	case code == r.delay:
		t.forget()
		return false, nil
	case r.offers != "" && !t.offered:
		return false, notOffered(r.offers)
	}
	return true, nil
}

// isReply reports whether a line begins with a code.
func isReply(unit []byte) bool {
	if len(unit) < 3 || len(unit) > 3 && unit[3] != ' ' && unit[3] != '-' {
		return false
	}
	for _, c := range unit[:3] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// word is a line that begins with the one good beginning.
type word struct{ good string }

func (w word) take(_ *talk, unit []byte) (done bool, err error) {
	if !beginsWith(unit, w.good) {
		return false, refused(unit)
	}
	return true, nil
}

// beginsWith compares whole words, in letters of any case.
func beginsWith(unit []byte, words string) bool {
	n := len(words)
	return len(unit) >= n && bytes.EqualFold(unit[:n], []byte(words)) && (len(unit) == n || unit[n] == ' ')
}

// imapUntagged tells what an IMAP server may say at any time (RFC 9051 section
// 7). BYE is its last word.
func imapUntagged(unit []byte) bool {
	return bytes.HasPrefix(unit, []byte("* ")) && !beginsWith(unit, "* BYE")
}

// capabilities are the lines with which a ManageSieve server begins (RFC 5804
// section 1.7), each a string in quotes and perhaps its value, and OK.
type capabilities struct{}

func (capabilities) take(t *talk, unit []byte) (done bool, err error) {
	switch {
	case len(unit) > 0 && (unit[0] == '"' || unit[0] == '{'):
		t.offered = t.offered || beginsWith(unit, `"STARTTLS"`)
		return false, nil
	case !beginsWith(unit, "OK"):
		return false, refused(unit)
	case !t.offered:
		return false, notOffered("STARTTLS")
	}
	return true, nil
}
