package starttls

import "slices"

// Protocol is what is said before TLS in one protocol.
type Protocol struct {
	Name   string // also the scheme of a URL
	Port   string // the usual one
	Source string // where it is written down
	steps  []step
	frame  frame
	// unasked tells whether a server may say that at any time. Nil: it only
	// answers.
	unasked func(unit []byte) bool
}

// step is one thing that is sent, and the answer to it. Behind the answer of
// the last step TLS begins.
type step struct {
	name string // as errors tell it
	// send may be empty, where the server speaks first. {host} stands for the
	// server's name.
	send string
	// build makes what is sent where that depends on what the server said.
	build func(*talk) []byte
	// expect is nil where no answer comes.
	expect answer
}

// answer reads an answer, unit by unit. It must not keep a unit.
type answer interface {
	// take reports whether the unit is the answer's last, or why the server
	// does not come to TLS.
	take(t *talk, unit []byte) (done bool, err error)
}

// greeting is the name of a step in which the server speaks first.
const greeting = "waiting for the greeting"

// ownName is what the client calls itself. No machine has that name (RFC 6761
// section 6.4), and servers ask for nothing but its form.
const ownName = "tlsbench.invalid"

// Greets reports whether a server may speak before the client has.
func (p Protocol) Greets() bool {
	first := p.steps[0]
	return p.unasked != nil || first.send == "" && first.build == nil
}

// Protocols lists all protocols.
func Protocols() []Protocol {
	smtp := []step{
		{name: greeting, expect: reply{code: "220"}},
		{name: "EHLO", send: "EHLO " + ownName + "\r\n", expect: reply{code: "250", offers: "STARTTLS"}},
		{name: "STARTTLS", send: "STARTTLS\r\n", expect: reply{code: "220"}},
	}
	return []Protocol{
		{Name: "smtp", Port: "25", Source: "RFC 3207 section 4", frame: line, steps: smtp},
		{Name: "submission", Port: "587", Source: "RFC 6409, RFC 3207 section 4", frame: line, steps: smtp},
		{Name: "lmtp", Port: "24", Source: "RFC 2033, RFC 3207 section 4", frame: line, steps: []step{
			{name: greeting, expect: reply{code: "220"}},
			{name: "LHLO", send: "LHLO " + ownName + "\r\n", expect: reply{code: "250", offers: "STARTTLS"}},
			{name: "STARTTLS", send: "STARTTLS\r\n", expect: reply{code: "220"}},
		}},
		{Name: "imap", Port: "143", Source: "RFC 9051 section 6.2.1", frame: line, unasked: imapUntagged, steps: []step{
			{name: greeting, expect: word{good: "* OK"}},
			{name: "STARTTLS", send: "a1 STARTTLS\r\n", expect: word{good: "a1 OK"}},
		}},
		{Name: "pop3", Port: "110", Source: "RFC 2595 section 4", frame: line, steps: []step{
			{name: greeting, expect: word{good: "+OK"}},
			{name: "STLS", send: "STLS\r\n", expect: word{good: "+OK"}},
		}},
		{Name: "nntp", Port: "119", Source: "RFC 4642 section 2.2", frame: line, steps: []step{
			{name: greeting, expect: reply{code: "200", or: "201", single: true}},
			{name: "STARTTLS", send: "STARTTLS\r\n", expect: reply{code: "382", single: true}},
		}},
		{Name: "sieve", Port: "4190", Source: "RFC 5804 section 2.2", frame: lineWithLiterals, steps: []step{
			{name: greeting, expect: capabilities{}},
			{name: "STARTTLS", send: "STARTTLS\r\n", expect: word{good: "OK"}},
		}},
		{Name: "ftp", Port: "21", Source: "RFC 4217 section 4, RFC 959 section 4.2", frame: line, steps: []step{
			{name: greeting, expect: reply{code: "220", delay: "120", open: true}},
			{name: "AUTH TLS", send: "AUTH TLS\r\n", expect: reply{code: "234", open: true}},
		}},
		{Name: "ldap", Port: "389", Source: "RFC 4511 section 4.14", frame: berMessage, steps: []step{
			{name: "StartTLS", send: ldapStartTLS, expect: ldapResponse{}},
		}},
		{Name: "xmpp-client", Port: "5222", Source: "RFC 6120 section 5", frame: tag, steps: xmppSteps("client")},
		{Name: "xmpp-server", Port: "5269", Source: "RFC 6120 section 5", frame: tag, steps: xmppSteps("server")},
		{Name: "irc", Port: "6667", Source: "IRCv3, deprecated extension tls", frame: line, unasked: ircUnasked, steps: []step{
			{name: "CAP LS", send: "CAP LS\r\n", expect: ircCapabilities{}},
			{name: "STARTTLS", send: "STARTTLS\r\n", expect: ircNumeric("670")},
		}},
		{Name: "postgres", Port: "5432", Source: "PostgreSQL documentation, 53.2.11 SSL Session Encryption", frame: postgresByte, steps: []step{
			{name: "SSLRequest", send: postgresSSLRequest, expect: postgresAnswer{}},
		}},
		{Name: "mysql", Port: "3306", Source: "MySQL documentation, Protocol::HandshakeV10 and Protocol::SSLRequest", frame: mysqlPacket, steps: []step{
			{name: greeting, expect: mysqlGreeting{}},
			{name: "SSLRequest", build: mysqlSSLRequest},
		}},
	}
}

// ByName finds a protocol.
func ByName(name string) (Protocol, bool) {
	all := Protocols()
	i := slices.IndexFunc(all, func(p Protocol) bool { return p.Name == name })
	if i < 0 {
		return Protocol{}, false
	}
	return all[i], true
}
