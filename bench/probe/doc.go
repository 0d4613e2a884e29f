// Package probe finds out what a server, and every address behind its name,
// grants: which kinds of session, for how long, how often and where they are
// accepted again.
//
// It takes three positions. A session counts as accepted only where a
// connection completed whose ClientHello, as it went out, offered it, and whose
// handshake, as it was observed, resumed it; a refusal is a completed full
// handshake after such an offer; whatever fails, or was never offered, is
// neither, and is counted apart. A finding claims no more than was seen: what
// was seen to differ between tries is mixed, what was not tried is not tested.
// And places differ: each address, port and server name is asked by itself,
// and each one's sessions are offered to each other one.
//
// Run makes a Result, Watch repeats offers for a while and tells what changes,
// and a Condition checks a Result. Nothing here prints, and no Result holds a
// secret: sessions stay inside.
package probe
