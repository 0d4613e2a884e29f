package engine_test

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/session"
	"tlsbench/bench/target/servertest"
)

// fate is what becomes of sessions of one mechanism.
type fate string

const (
	taken   fate = "granted, and accepted when offered"
	refused fate = "granted, and never accepted"
	never   fate = "never granted"
)

// speakers are the servers, with the schemes that they speak and what they do
// with sessions.
var speakers = []struct {
	name            string
	start           func(testing.TB, servertest.Options) *servertest.Peer
	options         servertest.Options
	schemes         string
	ticket, id, psk fate
}{
	{"postfix", servertest.Postfix, servertest.Options{}, "smtp smtps", taken, refused, taken},
	{"postfix with a cache", servertest.Postfix, servertest.Options{SessionCache: true}, "submission", taken, taken, taken},
	{"dovecot", servertest.Dovecot, servertest.Options{}, "imap imaps pop3", taken, taken, taken},
	{"dovecot's lmtp", servertest.Dovecot, servertest.Options{}, "lmtp", never, taken, taken},
	{"dovecot's sieve", servertest.Dovecot, servertest.Options{}, "sieve", refused, refused, refused},
	{"vsftpd", servertest.Vsftpd, servertest.Options{}, "ftp", taken, refused, taken},
	{"inn", servertest.INN, servertest.Options{}, "nntp", refused, refused, refused},
	// GnuTLS gives every session of TLS 1.2 an ID, whether or not it is kept.
	{"slapd", servertest.Slapd, servertest.Options{}, "ldap ldaps", never, refused, never},
	{"ngircd", servertest.Ngircd, servertest.Options{}, "ircs", never, refused, never},
	{"inspircd", servertest.Inspircd, servertest.Options{}, "irc ircs", never, refused, never},
	{"prosody", servertest.Prosody, servertest.Options{}, "xmpp-client xmpp-server", never, never, refused},
	{"postgres", servertest.Postgres, servertest.Options{}, "postgres", never, never, never},
	{"mariadb", servertest.MariaDB, servertest.Options{}, "mysql", taken, taken, taken},
	{"redis", servertest.Redis, servertest.Options{}, "redis", taken, refused, taken},
}

func TestServersOfOtherProtocols(t *testing.T) {
	for _, s := range speakers {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			peer := s.start(t, s.options)
			for scheme := range strings.FieldsSeq(s.schemes) {
				t.Run(scheme+" 1.2", func(t *testing.T) {
					resumes(t, peer, scheme, tls.VersionTLS12, map[bench.Want]fate{bench.WantTicket: s.ticket, bench.WantSessionID: s.id})
				})
				t.Run(scheme+" 1.3", func(t *testing.T) {
					resumes(t, peer, scheme, tls.VersionTLS13, map[bench.Want]fate{bench.WantPSK: s.psk})
				})
			}
		})
	}
}

// resumes runs full handshakes beside each mechanism, and compares what was seen
// with the fates and with the server's own counts.
func resumes(t *testing.T, peer *servertest.Peer, scheme string, version bench.Version, fates map[bench.Want]fate) {
	const n = bench.MinRounds // handshakes of each arm
	plan := bench.Plan{Compare: "session", Rounds: bench.MinRounds, Count: n, Seed: 1, Confidence: 0.95}
	plan.Arms = append(plan.Arms, spokenArm(t, peer, scheme, version, bench.WantFull))
	for want := range fates {
		plan.Arms = append(plan.Arms, spokenArm(t, peer, scheme, version, want))
	}
	before, _ := peer.Counts(0)
	r, err := (&bench.Driver{Plan: plan, Engines: []bench.Engine{cryptotls.Engine{}}}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := servertest.Counts{Full: len(r.Rounds) * len(fates)} // each block that resumes is primed by a connection
	for _, a := range r.Arms {
		kind, want := bench.Full, bench.SessionCounts{}
		switch w := bench.Want(strings.TrimPrefix(a.Name, "session=")); fates[w] {
		case taken:
			kind, want.Offered, want.Accepted = kindOf(t, w), n, n
		case refused:
			want.Offered, want.Refused = n, n
		case never:
			want.Starved = n
		}
		if kind.Resumed() {
			all.Resumed += n
		} else {
			all.Full += n
		}
		if a.Kinds[kind] != n || a.Failed() != 0 {
			t.Errorf("arm %s: kinds %v, errors %v, want %d %s", a.Name, a.Kinds, a.Errors, n, kind)
		}
		got := a.Sessions
		got.Primed, got.Received = 0, 0 // a server grants as many at a time as it likes
		if got != want {
			t.Errorf("arm %s: sessions %+v, want %+v", a.Name, got, want)
		}
	}
	counted(t, peer, before, all)
}

// counted compares the server's counts with what was seen.
func counted(t *testing.T, peer *servertest.Peer, before, want servertest.Counts) {
	t.Helper()
	all := want.Full + want.Resumed
	after, ok := peer.Counts(before.Full + before.Resumed + all)
	if !ok {
		return
	}
	if !peer.TellsResumption {
		want = servertest.Counts{Full: all}
	}
	got := after.Sub(before)
	got.Aborted = 0 // others' connections: it is asked whether it is ready
	if got != want {
		t.Errorf("the server counted %+v, want %+v", got, want)
	}
}

func kindOf(t *testing.T, w bench.Want) (k bench.Kind) {
	t.Helper()
	if err := k.UnmarshalText([]byte(w)); err != nil {
		t.Fatal(err)
	}
	return k
}

func spokenArm(t *testing.T, peer *servertest.Peer, scheme string, version bench.Version, want bench.Want) bench.Arm {
	t.Helper()
	a := bench.NewArm(bench.Coord{Dimension: "session", Value: string(want)})
	a.Want, a.Engine, a.Timeout, a.Load.Workers = want, cryptotls.Engine{}.Name(), 10*time.Second, 1
	var err error
	if a.Target, err = bench.ParseTarget(peer.Target(scheme)); err != nil {
		t.Fatal(err)
	}
	a.TLS = bench.TLS{MinVersion: version, MaxVersion: version, Groups: []string{"X25519", "P-256"}, CAFile: peer.CAFile}
	a.Net.Close = bench.CloseGraceful // a server may drop a handshake that ends in RST
	if want.Resumes() {
		a.Session = bench.SessionPolicy{Policy: session.Frozen, Scope: session.PerWorker}
	}
	return a
}
