package starttls_test

import (
	"io"
	"testing"

	"tlsbench/bench/starttls"
)

// recorded is a server that has its answers ready, each to be read once the
// client has asked, in pieces of one size. Then it closes.
type recorded struct {
	answers [][]byte
	asked   int // how many of them may be read
	piece   int
}

func (r *recorded) Read(p []byte) (int, error) {
	for r.asked > 0 && len(r.answers) > 0 && len(r.answers[0]) == 0 {
		r.answers, r.asked = r.answers[1:], r.asked-1
	}
	if r.asked == 0 || len(r.answers) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), r.piece)], r.answers[0])
	r.answers[0] = r.answers[0][n:]
	return n, nil
}

func (r *recorded) Write(p []byte) (int, error) {
	r.asked++
	return len(p), nil
}

// fuzzServers lets servers of some protocols say anything in one of their
// turns. What leads to TLS at once, with nothing of it left, does so in pieces.
func fuzzServers(f *testing.F, protocols ...string) {
	for i, protocol := range protocols {
		for j, t := range scripts()[protocol] {
			for _, said := range []string{t.answer, t.refuse, t.wrong, t.more} {
				f.Add(byte(i), byte(j), []byte(said))
			}
		}
	}
	f.Fuzz(func(t *testing.T, which, at byte, said []byte) {
		protocol := protocols[int(which)%len(protocols)]
		p, err := preamble(protocol)
		if err != nil {
			t.Fatal(err)
		}
		script := scripts()[protocol]
		const whole = 1 << 20
		var inPieces error
		for _, piece := range []int{1, 7, whole} {
			server := &recorded{piece: piece}
			if script[0].wait == "" {
				server.asked = 1
			}
			for i, turn := range script {
				answer := []byte(turn.answer)
				if i == int(at)%len(script) {
					answer = append([]byte(nil), said...)
				}
				server.answers = append(server.answers, answer)
			}
			err := p.Run(server)
			switch told, ok := err.(*starttls.Error); {
			case err != nil && (!ok || told.Protocol != protocol || told.Step == "" || len(err.Error()) > 700):
				t.Errorf("%s: %v", protocol, err)
			case err != nil && piece < whole:
				inPieces = err
			case err == nil && piece == whole && inPieces != nil:
				t.Errorf("%s: agreed at once, but in pieces: %v", protocol, inPieces)
			case err == nil && piece == whole && len(server.answers[0]) > 0 && len(said) < 1<<10:
				t.Errorf("%s: %q is left", protocol, server.answers)
			}
		}
	})
}

func FuzzReplies(f *testing.F)  { fuzzServers(f, "smtp", "lmtp", "nntp", "ftp") }
func FuzzWords(f *testing.F)    { fuzzServers(f, "imap", "pop3", "sieve") }
func FuzzIRC(f *testing.F)      { fuzzServers(f, "irc") }
func FuzzXMPP(f *testing.F)     { fuzzServers(f, "xmpp-client", "xmpp-server") }
func FuzzLDAP(f *testing.F)     { fuzzServers(f, "ldap") }
func FuzzPostgres(f *testing.F) { fuzzServers(f, "postgres") }
func FuzzMySQL(f *testing.F)    { fuzzServers(f, "mysql") }
