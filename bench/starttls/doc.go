// Package starttls speaks the plain-text protocols in which client and server
// agree to begin TLS on a connection that is there already: mail, directories,
// chat, databases.
//
// A protocol is data: a row of [Protocols], with its steps. A step sends
// something, and reads one answer by a small parser. One engine runs them all,
// so that bounds, errors and the check below are the same everywhere. It makes
// one write a step and allocates nothing, on any number of connections at a
// time.
//
// # What arrives too early
//
// What a server says in clear behind its agreement to begin TLS must never be
// taken for something said in TLS (CVE-2011-0411, and "Why TLS is better without
// STARTTLS", USENIX Security 2021). Whatever arrived together with the agreement
// is refused, with [ErrInjected]; so is, in most protocols, an answer that
// comes before its question. What is still on its way then is the handshake's
// first input: it is read by the TLS stack and by nothing else, which ends the
// handshake unless it is the server's flight. In no protocol here may a server
// speak before the client's hello.
//
// # Bounds
//
// A line, a packet, a BER message or an XML tag has at most 8 KiB, and all that a
// server says 64 KiB. IMAP's advice is 8192 octets a line (RFC 7162 section 4),
// the other protocols' lines are shorter (RFC 5321 section 4.5.3.1.5: 512). Time is
// bounded by the connection's deadline.
package starttls
