package target

import (
	"net/url"
	"strings"
	"testing"
)

func someStack() Stack {
	d := DefaultSettings()
	d.Cache, d.Workers = true, 1
	return Stack{Scheme: "some", Has: []string{"workers", "key", "tls", "tickets", "cache", "chain"}, Default: d}
}

func TestStackParses(t *testing.T) {
	for query, want := range map[string]string{
		"":                           "key=ecdsa-p256&tls=1.2-1.3&tickets=on&cache=on&chain=1&workers=1",
		"workers=4&cache=off":        "key=ecdsa-p256&tls=1.2-1.3&tickets=on&cache=off&chain=1&workers=4",
		"workers=64&tls=1.2&chain=0": "key=ecdsa-p256&tls=1.2&tickets=on&cache=on&chain=0&workers=64",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		s, err := someStack().Parse(values)
		if err != nil || s.String() != want {
			t.Errorf("%q: got %q, %v", query, s, err)
			continue
		}
		again, err := url.ParseQuery(s.String())
		if err != nil {
			t.Fatal(err)
		}
		if reread, err := someStack().Parse(again); err != nil || reread != s {
			t.Errorf("%q reads back as %q, %v", s, reread, err)
		}
		if err := someStack().Check(s); err != nil {
			t.Error(err)
		}
	}
}

func TestStackRefuses(t *testing.T) {
	for query, want := range map[string][]string{
		"rtt=20ms":    {"unknown parameter rtt", "no such setting", "known: key, tls, tickets, cache, chain, workers"},
		"worker=2":    {"unknown parameter worker", "did you mean workers?"},
		"workers=0":   {"workers=0", "from 1 to 64"},
		"workers=65":  {"workers=65"},
		"workers=all": {"workers=all", "processes or threads"},
		"cache=yes":   {"cache=yes", "on or off"},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = someStack().Parse(values)
		if err == nil {
			t.Errorf("%q is accepted", query)
			continue
		}
		for _, part := range want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q: error %q does not hold %q", query, err, part)
			}
		}
	}
	if err := someStack().Check(DefaultSettings()); err == nil {
		t.Error("the embedded server's settings are taken for another server's")
	}
	if _, err := parse(t, "cache=on"); err == nil || !strings.Contains(err.Error(), "no such setting") {
		t.Errorf("embedded with a cache: %v", err)
	}
}
