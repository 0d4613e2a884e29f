package starttls_test

import (
	"encoding/binary"
	"strings"

	"tlsbench/bench/starttls"
)

// turn is what a correct server waits for and answers, and what others answer.
type turn struct {
	wait   string // from the client, "" where the server speaks first
	answer string // "" where it begins TLS without a word
	refuse string
	told   string // a part of the refusal that the error shows
	wrong  string // an answer to something else
	more   string // what may come again and again before the answer ends
}

// scripts are correct servers, by protocol.
func scripts() map[string][]turn {
	smtp := func(hello string) []turn {
		return []turn{
			{answer: "220-mx.example ESMTP\r\n220 ready\r\n", refuse: "554 no service here\r\n", told: "no service", wrong: "250 ok\r\n", more: "220-and\r\n"},
			{
				wait: hello + " tlsbench.invalid\r\n", answer: "250-mx.example\r\n250-SIZE 1000\r\n250-StartTLS\r\n250 HELP\r\n",
				refuse: "250-mx.example\r\n250 HELP\r\n", told: "does not offer STARTTLS", wrong: "220 go ahead\r\n", more: "250-X\r\n",
			},
			{wait: "STARTTLS\r\n", answer: "220 go ahead\r\n", refuse: "454 TLS not available\r\n", told: "454 TLS not available", wrong: "250 ok\r\n", more: "220-go\r\n"},
		}
	}
	xmpp := func(side string) []turn {
		const stream = "<?xml version='1.0'?><stream:stream from='server.test' id='a>b' version=\"1.0\" xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client'>"
		return []turn{
			{
				wait: "<?xml version='1.0'?><stream:stream to='server.test' version='1.0' xmlns='jabber:" + side +
					"' xmlns:stream='http://etherx.jabber.org/streams'>",
				answer: stream + "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls><x/></stream:features>",
				refuse: stream + "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>", told: "does not serve that domain",
				wrong: "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", more: "<?xml version='1.0'?>",
			},
			{
				wait:   "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
				answer: "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
				refuse: "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>", told: "failure",
				wrong: "<stream:features/>",
			},
		}
	}
	greeting := mysqlGreeting(0x0a00, 45)
	return map[string][]turn{
		"smtp": smtp("EHLO"), "submission": smtp("EHLO"), "lmtp": smtp("LHLO"),
		"imap": {
			{answer: "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", refuse: "* BYE busy\r\n", told: "BYE busy", wrong: "a1 OK begin\r\n"},
			{wait: "a1 STARTTLS\r\n", answer: "* CAPABILITY IMAP4rev1\r\na1 ok begin\r\n", refuse: "a1 NO TLS is off\r\n", told: "TLS is off", wrong: "a2 OK begin\r\n", more: "* 1 EXISTS\r\n"},
		},
		"pop3": {
			{answer: "+OK ready <1@example>\r\n", refuse: "-ERR busy\r\n", told: "-ERR busy", wrong: "+ go on\r\n"},
			{wait: "STLS\r\n", answer: "+OK begin\r\n", refuse: "-ERR no TLS\r\n", told: "-ERR no TLS", wrong: "+OKAY\r\n"},
		},
		"nntp": {
			{answer: "201 ready, no posting\r\n", refuse: "502 not you\r\n", told: "502 not you", wrong: "382 go on\r\n"},
			{wait: "STARTTLS\r\n", answer: "382 go on\r\n", refuse: "580 cannot begin TLS\r\n", told: "580 cannot", wrong: "200 ready\r\n"},
		},
		"sieve": {
			{
				answer: "\"IMPLEMENTATION\" {12+}\r\nOK a\r\nOK bcd\r\n\"StartTLS\"\r\n\"SIEVE\" \"fileinto\"\r\nOK (TAG {3}\r\nabc) \"ready\"\r\n",
				refuse: "\"SIEVE\" \"fileinto\"\r\nOK\r\n", told: "does not offer STARTTLS", wrong: "+OK\r\n", more: "\"X\"\r\n",
			},
			{wait: "STARTTLS\r\n", answer: "OK \"begin\"\r\n", refuse: "NO \"no TLS\"\r\n", told: "no TLS", wrong: "\"STARTTLS\"\r\n"},
		},
		"ftp": {
			{answer: "120 wait\r\n220-Hello\r\n 230 lines\r\nof text\r\n220 ready\r\n", refuse: "421 busy\r\n", told: "421 busy", wrong: "234 begin\r\n", more: "220-\r\n"},
			{wait: "AUTH TLS\r\n", answer: "234 begin\r\n", refuse: "534 no TLS\r\n", told: "534 no TLS", wrong: "220 ready\r\n", more: "234-\r\n"},
		},
		"ldap": {
			{
				wait:   "\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037",
				answer: "\x30\x84\x00\x00\x00\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00",
				refuse: "\x30\x12\x02\x01\x01\x78\x0d\x0a\x01\x34\x04\x00\x04\x06no TLS", told: `result 52, "no TLS"`,
				wrong: "\x30\x0c\x02\x01\x02\x78\x07\x0a\x01\x00\x04\x00\x04\x00",
			},
		},
		"xmpp-client": xmpp("client"), "xmpp-server": xmpp("server"),
		"irc": {
			{
				wait:   "CAP LS\r\n",
				answer: ":irc.example NOTICE * :*** looking you up\r\n:irc.example CAP * LS * :multi-prefix\r\n:irc.example CAP * LS :tls=1 away-notify\r\n",
				refuse: ":irc.example CAP * LS :multi-prefix\r\n", told: "does not offer tls", wrong: ":irc.example 670 * :begin\r\n", more: "NOTICE * :wait\r\n",
			},
			{wait: "STARTTLS\r\n", answer: ":irc.example 670 * :begin\r\n", refuse: ":irc.example 691 * :no TLS\r\n", told: "691 * :no TLS", wrong: "CAP * LS :tls\r\n", more: ":irc.example 020 * :wait\r\n"},
		},
		"postgres": {
			{wait: "\x00\x00\x00\x08\x04\xd2\x16\x2f", answer: "S", refuse: "N", told: "does not offer TLS", wrong: "E\x00\x00\x00\x0fMtoo many\x00\x00"},
		},
		"mysql": {
			{
				answer: greeting, refuse: mysqlGreeting(0x0200, 45), told: "CLIENT_SSL is not among",
				wrong: packet(0, "\xff\x6a\x04Host 'a' is not allowed"),
			},
			{wait: packet(1, "\x00\x0a\x00\x00\x00\x00\x00\x01\x2d"+strings.Repeat("\x00", 23))},
		},
	}
}

// packet is one of MySQL's.
func packet(sequence byte, body string) string {
	n := len(body)
	return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), sequence}) + body
}

func mysqlGreeting(capabilities uint16, charset byte) string {
	body := "\x0a8.0.1-test\x00" + "\x07\x00\x00\x00" + "12345678" + "\x00"
	body += string(binary.LittleEndian.AppendUint16(nil, capabilities))
	return packet(0, body+string([]byte{charset})+"\x02\x00"+"\x00\x00"+"\x15"+strings.Repeat("\x00", 10)+"123456789012\x00")
}

func preamble(protocol string) (*starttls.Preamble, error) {
	p, _ := starttls.ByName(protocol)
	return starttls.New(p, "server.test")
}
