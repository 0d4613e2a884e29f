package starttls_test

import (
	"strings"
	"testing"
)

// What servers may say instead of the usual, and what becomes of it.
func TestAnswers(t *testing.T) {
	const header = "<stream:stream id='1'>"
	for _, tt := range []struct {
		protocol string
		at       int
		said     string
		want     string // part of the error, "" for none
	}{
		{"smtp", 0, "220\r\n", ""},
		{"smtp", 0, "220 ready\n", ""},
		{"smtp", 0, "220-a\r\n221 b\r\n", `answered "221 b"`},
		{"smtp", 0, "220-a\r\nb\r\n", `answered "b"`},
		{"smtp", 0, "2200 a\r\n", `answered "2200 a"`},
		{"smtp", 0, "\r\n", `answered ""`},
		{"smtp", 1, "250-mx\r\n250 STARTTLS\r\n", ""},
		{"smtp", 1, "250-mx\r\n250-STARTTLSX\r\n250 XSTARTTLS\r\n", "does not offer STARTTLS"},
		{"smtp", 1, "502 what?\r\n", `EHLO: the server answered "502 what?"`},
		{"smtp", 2, "454 \x1b[2Jno\r\n", `"454 \x1b[2Jno"`}, // an escape is not shown as it came
		{"nntp", 0, "200-hello\r\n", `answered "200-hello"`},
		{"nntp", 0, "200 hello\r\n", ""},
		{"ftp", 0, "hello\r\n220 ready\r\n", `answered "hello"`},
		{"ftp", 0, "220-hello\r\n220 ready\r\n", ""},
		{"ftp", 0, "220-hello\r\n220\r\n", ""},
		{"ftp", 1, "334 go on\r\n", `answered "334 go on"`},
		{"imap", 0, "* PREAUTH you are in\r\n", `answered "* PREAUTH you are in"`},
		{"imap", 1, "* BYE too long\r\n", `answered "* BYE too long"`},
		{"imap", 1, "a1 BAD what?\r\n", `answered "a1 BAD what?"`},
		{"imap", 1, "a1 OKAY\r\n", `answered "a1 OKAY"`},
		{"imap", 1, "A1 OK\r\n", ""},
		{"sieve", 0, "BYE \"busy\"\r\n", `answered "BYE \"busy\""`},
		{"sieve", 0, "\"STARTTLS\"\r\nOK {2}\r\nhi\r\n", ""},
		{"sieve", 0, "\"X\" {99999}\r\n", "a string of more than 8 KiB"},
		{"ldap", 0, "\x30\x21\x02\x01\x00\x78\x1c\x0a\x01\x34\x04\x00\x04\x15closing for a restart", "the server ends the connection: result 52, \"closing for a restart\""},
		{"ldap", 0, "\x30\x80", "a length in no form"},
		{"ldap", 0, "\x30\x84\x7f\xff\xff\xff", "a message of more than 8 KiB"},
		{"ldap", 0, "\x30\x03\x02\x01\x01", "answered"},
		{"xmpp-client", 0, header + "<stream:features><bind/></stream:features>", "does not offer STARTTLS"},
		{"xmpp-client", 0, header + "<stream:features/>", "does not offer STARTTLS"},
		{"xmpp-client", 0, "<stream:stream id='a><stream:features/>'><stream:features><starttls/></stream:features>", ""},
		{"xmpp-client", 0, "<features><starttls/></features>", `answered "<features>"`},
		{"xmpp-client", 0, header + "</stream:stream>", `answered "</stream:stream>"`},
		{"xmpp-client", 0, header + "<stream:error><policy-violation/>", "ended the stream: \"<policy-violation/>\""},
		{"irc", 0, ":a CAP * LS * :tls\r\n:a CAP * LS :b\r\n", ""},
		{"irc", 0, "ERROR :closing link\r\n", `answered "ERROR :closing link"`},
		{"irc", 0, ":a 421 * CAP :unknown command\r\n", "421"},
		{"postgres", 0, "EFATAL: too many\n\x00", `answered "EFATAL: too many`},
		{"mysql", 0, packet(0, "\xff\x10\x04Too many connections"), "answered error 1040, \"Too many connections\""},
		{"mysql", 0, packet(3, "\x0a8.0\x00"+strings.Repeat("\xff", 40)), "answered"},
		{"mysql", 0, packet(0, "\x098.0\x00"+strings.Repeat("\xff", 40)), "answered"},
		{"mysql", 0, packet(0, ""), "no MySQL packet"},
		{"mysql", 0, "HTTP/1.1 400 Bad Request\r\n", "no MySQL packet"},
	} {
		p, err := preamble(tt.protocol)
		if err != nil {
			t.Fatal(err)
		}
		server := replay(scripts()[tt.protocol])
		server.answers[tt.at] = []byte(tt.said)
		err = p.Run(server)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%q: %v", tt.said, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s, %q: %v\nwant %s", tt.protocol, tt.said, err, tt.want)
		case err != nil && strings.Contains(err.Error(), "\x1b"):
			t.Errorf("%q is shown as it came", tt.said)
		}
	}
}
