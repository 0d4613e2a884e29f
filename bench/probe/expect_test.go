package probe

import (
	"crypto/tls"
	"errors"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

func TestParseExpect(t *testing.T) {
	got, err := ParseExpect(" ticket>=1, shared-keys , !tls1.0,lifetime >= 90m,certificate-bytes<= 4KiB, places==2, ! age, ticket-bytes<1.5kB ")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range got {
		all = append(all, c.String())
	}
	want := "ticket>=1 shared-keys !tls1.0 lifetime>=1h30m certificate-bytes<=4096 places=2 !age ticket-bytes<1500"
	if s := strings.Join(all, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	for _, name := range Names() {
		s, _ := subjectOf(name)
		text := name
		if s.holds == nil {
			text = s.example()
		}
		if _, err := ParseExpect(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestParseExpectErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "column 1: a condition is missing",
		"up,":                 "column 4: a condition is missing",
		"up, tikcet>=1":       `column 5: unknown condition "tikcet": did you mean ticket?`,
		"tls1.4":              "did you mean tls1.0, tls1.1, tls1.2 or tls1.3?",
		"up,  shared-key":     `column 6: unknown condition "shared-key": did you mean shared-keys?`,
		"elephants":           `column 1: unknown condition "elephants": want one of session-id`,
		"!":                   "column 2: the name of a condition is missing",
		"lifetime":            "column 1: lifetime has to be compared, as in lifetime>=1h",
		"!lifetime":           "column 2: lifetime has to be compared",
		"up>=1":               "column 3: up holds or does not, and is not compared: write up or !up",
		"up up":               `column 4: "u" is no comparison`,
		"up !age":             `column 4: "!" is no comparison`,
		"!ticket>=1":          "column 2: ! before a comparison",
		"ticket>=":            "column 9: the value is missing",
		"ticket >= one":       `column 11: "one" is no number`,
		"ticket>=-1":          `column 9: "-1" is no number`,
		"lifetime>=1":         `column 11: "1" is no duration`,
		"lifetime>=-1h":       `column 11: "-1h" is no duration`,
		"ticket-bytes<4PB":    `column 14: "4PB" is no number of bytes`,
		"ticket-bytes<NaN":    `column 14: "NaN" is no number of bytes`,
		"ticket-bytes<0x1p-2": `is no number of bytes`,
		"ä, tls1.2":           "column 1: unknown condition",
		"up, ä":               "column 5: unknown condition",
	} {
		_, err := ParseExpect(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	_, err := ParseExpect("up, tikcet")
	var e *ExpectError
	if !errors.As(err, &e) || e.Caret() != "up, tikcet\n    ^" {
		t.Errorf("%v", err)
	}
}

func FuzzParseExpect(f *testing.F) {
	for _, seed := range []string{"ticket>=1, shared-keys", "!tls1.0", "lifetime >= 1h", "certificate-bytes<=4KB", "up,,", "!", "a>b", "ticket-bytes<1e3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := ParseExpect(text)
		if err != nil {
			var e *ExpectError
			if !errors.As(err, &e) || e.Column < 1 || e.Column > len([]rune(text))+1 {
				t.Fatalf("%q: %v", text, err)
			}
			_ = e.Caret()
			return
		}
		for _, c := range all {
			again, err := ParseExpect(c.String())
			if err != nil || len(again) != 1 || again[0] != c {
				t.Fatalf("%q: %+v reads back as %+v, %v", text, c, again, err)
			}
			c.Check(&Result{}, nil)
		}
	})
}

func mustParse(t *testing.T, text string) []Condition {
	t.Helper()
	all, err := ParseExpect(text)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Each condition against servers that meet it, and others that do not.
func TestCheck(t *testing.T) {
	place := func(n ...*fakeNode) *fakePlace { return &fakePlace{nodes: n} }
	single := honest("x")
	single.singleUse = true
	silent := &fakeNode{key: "x", grants: map[session.Mechanism]int{}}
	for name, c := range map[string]struct {
		places  []*fakePlace
		ages    []time.Duration
		pass    string
		fail    string
		unknown string
	}{
		"one reusable": {
			places: []*fakePlace{place(honest("x"))}, ages: []time.Duration{time.Second},
			pass: "ticket, psk, ticket>=1, psk=2, psk>=2, tls1.2, tls1.3, !tls1.0, shared-keys, reuse, simultaneous, abrupt, age, " +
				"!hello-retry, up, places=1, lifetime>=1h, certificate-bytes<=900, !session-id, session-id=0",
			fail:    "session-id, session-id>=1, psk>2, tls1.0, !tls1.2, !reuse, hello-retry, !up, places>1, lifetime>1h, certificate-bytes<900",
			unknown: "ticket-bytes<=200, ticket-bytes>1",
		},
		"no ages":     {places: []*fakePlace{place(honest("x"))}, unknown: "age, !age"},
		"stored late": {places: []*fakePlace{place(tardy(2 * settling))}, fail: "ticket, !ticket, reuse"},
		"asks for a certificate": {
			places: []*fakePlace{mutual()}, pass: "!up", fail: "up", unknown: "tls1.2, !tls1.2, tls1.3, !tls1.3, psk",
		},
		"single use": {
			places: []*fakePlace{place(single)},
			pass:   "ticket, psk, shared-keys, !reuse, !simultaneous, abrupt", fail: "reuse, simultaneous, !abrupt",
		},
		"no sessions": {
			places: []*fakePlace{place(silent)},
			pass:   "!ticket, !psk, ticket=0, up", fail: "ticket, psk>=1",
			unknown: "reuse, shared-keys, lifetime>=1s, abrupt",
		},
		"never resumed": {
			places: []*fakePlace{place(&fakeNode{key: "x", grants: honest("x").grants, forgets: true})},
			pass:   "!ticket, ticket>=1, !reuse, !abrupt", fail: "ticket, reuse, abrupt, shared-keys", unknown: "lifetime>1s",
		},
		"two that share": {
			places: []*fakePlace{place(honest("x")), place(honest("x"))},
			pass:   "shared-keys, ticket, places=2", fail: "!shared-keys",
		},
		"two that do not": {
			places: []*fakePlace{place(honest("x")), place(honest("y"))},
			pass:   "!shared-keys, ticket", fail: "shared-keys",
		},
		"one of two": {
			places: []*fakePlace{place(honest("other")), place(silent)},
			pass:   "!shared-keys", fail: "ticket, !ticket, ticket>=1, shared-keys",
		},
		"nodes": {
			places: []*fakePlace{{nodes: []*fakeNode{honest("x"), honest("y")}, pick: func(n int) int { return n % 2 }}},
			fail:   "ticket, !ticket, shared-keys, reuse, !reuse",
		},
		"one is down": {
			places: []*fakePlace{place(honest("x")), nil},
			pass:   "ticket, reuse, places=2", fail: "up, !up, certificate-bytes<800",
			unknown: "tls1.2, !tls1.0, shared-keys, certificate-bytes<4KB, !hello-retry",
		},
		"all are down": {
			places: []*fakePlace{nil},
			pass:   "!up", fail: "up", unknown: "ticket, !ticket, ticket>=0, shared-keys, tls1.3, lifetime<1h, hello-retry",
		},
		"no TLS 1.3": {
			places: []*fakePlace{{nodes: []*fakeNode{honest("x")}, versions: []bench.Version{tls.VersionTLS12}}},
			pass:   "ticket, !psk, psk=0, !tls1.3, shared-keys", fail: "psk, psk>=1, tls1.3",
		},
		"TLS 1.3 fails": {
			places: []*fakePlace{{nodes: []*fakeNode{honest("x")}, fail: func(_ int, arm bench.Arm, _ bench.Offer) *bench.Failure {
				if arm.TLS.MaxVersion == tls.VersionTLS13 {
					return failure(bench.ClassReset, bench.TLSPhase)
				}
				return nil
			}}},
			pass: "ticket, up", unknown: "psk, !psk, psk>=1, psk=0, tls1.3, !tls1.3",
		},
		"offers fail": {
			places: []*fakePlace{{nodes: []*fakeNode{honest("x")}, fail: func(_ int, arm bench.Arm, offer bench.Offer) *bench.Failure {
				if !offer.Session.IsZero() {
					return failure(bench.ClassReset, bench.TLSPhase)
				}
				return nil
			}}},
			pass: "ticket>=1, up", unknown: "ticket, !ticket, reuse, simultaneous, abrupt, shared-keys",
		},
		"stops answering": {
			places: []*fakePlace{{nodes: []*fakeNode{honest("x")}, fail: func(n int, _ bench.Arm, _ bench.Offer) *bench.Failure {
				if n >= 22 {
					return failure(bench.ClassConnectRefused, bench.Connect)
				}
				return nil
			}}},
			pass: "tls1.3, ticket", fail: "up, !up", unknown: "psk, abrupt",
		},
		"retry": {places: []*fakePlace{{nodes: []*fakeNode{honest("x")}, retry: true}}, pass: "hello-retry", fail: "!hello-retry"},
	} {
		t.Run(name, func(t *testing.T) {
			e, p := fakes(c.places...)
			p.Ages = c.ages
			res := probeFakes(t, e, p)
			for text, want := range map[string]CheckVerdict{c.pass: Pass, c.fail: Fail, c.unknown: Unknown} {
				if text == "" {
					continue
				}
				for _, cond := range mustParse(t, text) {
					got := cond.Check(res, nil)
					if got.Verdict != want {
						t.Errorf("%s: %s, want %s (%+v)", cond, got.Verdict, want, got)
					}
					if got.Expr != cond.String() || got.Value == "" || got.Why == "" {
						t.Errorf("%+v", got)
					}
				}
			}
		})
	}
}

// A server that gives no lifetime may mean any.
func TestLifetimeNotSaid(t *testing.T) {
	silent := honest("x")
	silent.hint = 0
	short := honest("x")
	short.hint = time.Minute
	e, p := fakes(&fakePlace{nodes: []*fakeNode{silent}}, &fakePlace{nodes: []*fakeNode{short}})
	res := probeFakes(t, e, p)
	for text, want := range map[string]CheckVerdict{
		"lifetime>=1h": Fail, "lifetime>=1s": Unknown, "lifetime<1h": Unknown,
	} {
		if got := mustParse(t, text)[0].Check(res, nil); got.Verdict != want || !strings.Contains(got.Why, "gives no lifetime") {
			t.Errorf("%s: %+v, want %s", text, got, want)
		}
	}
	if got := (Condition{Name: "elephants"}).Check(&Result{}, nil); got.Verdict != Unknown {
		t.Errorf("%+v", got)
	}
}
