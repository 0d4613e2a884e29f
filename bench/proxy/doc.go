// Package proxy speaks to what may stand between a client and a server: it asks
// a proxy for a tunnel (CONNECT of HTTP, RFC 9110 section 9.3.6, or SOCKS5, RFC
// 1928 and 1929), and writes the header of the PROXY protocol.
//
// It trusts no answer. An answer is bounded, and nothing may follow the last
// one where the client is the next to speak: whatever came before its
// ClientHello would be taken for the server's. A target that speaks first, as
// those of mail do, may be heard together with that answer. Errors name the step
// that failed, and repeat no credentials.
package proxy
