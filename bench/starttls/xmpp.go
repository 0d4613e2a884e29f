package starttls

import (
	"bytes"
	"errors"
	"fmt"
)

func xmppSteps(side string) []step {
	return []step{
		{
			name: "opening the stream",
			send: "<?xml version='1.0'?><stream:stream to='{host}' version='1.0' xmlns='jabber:" + side +
				"' xmlns:stream='http://etherx.jabber.org/streams'>",
			expect: xmppFeatures{},
		},
		{name: "starttls", send: "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", expect: xmppProceed{}},
	}
}

// xmlName is the name in a tag without its prefix, with the slash of an end tag
// before it; "?" is a declaration.
func xmlName(unit []byte) (name []byte, end, empty bool) {
	_, unit, _ = bytes.Cut(unit, []byte("<"))
	unit = bytes.TrimSuffix(unit, []byte(">"))
	if end = bytes.HasPrefix(unit, []byte("/")); end {
		unit = unit[1:]
	}
	empty = bytes.HasSuffix(unit, []byte("/"))
	if i := bytes.IndexAny(unit, " \t\r\n/"); i >= 0 {
		unit = unit[:i]
	}
	if i := bytes.IndexByte(unit, ':'); i >= 0 {
		unit = unit[i+1:]
	}
	return unit, end, empty
}

// xmppFeatures is the server's own stream header, and what it can do (RFC 6120
// section 4.3.2).
type xmppFeatures struct{}

func (xmppFeatures) take(t *talk, unit []byte) (done bool, err error) {
	name, end, empty := xmlName(unit)
	first := t.units == 0
	if t.failed && string(name) == "host-unknown" {
		return false, errors.New("the server does not serve that domain: name one that it does with --sni")
	}
	if t.failed {
		return false, fmt.Errorf("the server ended the stream: %s", said(unit))
	}
	if t.open {
		switch {
		case !end && string(name) == "starttls":
			t.offered = true
		case end && string(name) == "features":
			if !t.offered {
				return false, notOffered("STARTTLS")
			}
			return true, nil
		case end && string(name) == "stream":
			return false, refused(unit)
		}
		return false, nil
	}
	switch {
	case string(name) == "?xml" && first:
		return false, nil
	case end:
		return false, refused(unit)
	case string(name) == "stream" && first && !empty:
		t.units++
		return false, nil
	case first:
		return false, refused(unit)
	case string(name) == "error":
		t.failed = true // the next tag says why
		return false, nil
	case string(name) != "features":
		return false, refused(unit)
	case empty:
		return false, notOffered("STARTTLS")
	}
	t.open = true
	return false, nil
}

// xmppProceed is the agreement (RFC 6120 section 5.4.2).
type xmppProceed struct{}

func (xmppProceed) take(_ *talk, unit []byte) (done bool, err error) {
	name, end, empty := xmlName(unit)
	if string(name) != "proceed" || end || !empty {
		return false, refused(unit)
	}
	return true, nil
}
