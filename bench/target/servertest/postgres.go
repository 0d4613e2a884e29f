package servertest

import (
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// Postgres starts PostgreSQL: postgres. It never grants a session, in any version:
// be_tls_init switches tickets and the cache off. At log_min_messages debug4 it
// tells what OpenSSL's callback does.
func Postgres(t testing.TB, o Options) *Peer {
	t.Helper()
	// Debian has a folder for each version, on nobody's PATH.
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		missing(t, "postgres", "postgresql-15")
	}
	d := newDaemon(t, o, slices.Max(found), "postgresql-15")
	d.run(filepath.Join(filepath.Dir(d.program), "initdb"), "-D", d.path("data"), "-A", "trust", "--no-sync", "--no-locale")
	var address string
	p := d.start(1, func(ports []int) ([]string, func() error) {
		address = d.o.mainAddress(ports[0])
		return []string{
			d.program, "-D", d.path("data"), "-h", d.o.Host, "-p", portOf(address), "-k", d.dir, "-F",
			"-c", "ssl=on", "-c", "ssl_cert_file=" + d.path("chain.pem"), "-c", "ssl_key_file=" + d.path("key.pem"),
			"-c", "log_min_messages=debug4",
		}, agreesToTLS(address)
	})
	peer := d.peer(p, map[string]string{"postgres": address})
	peer.TellsResumption = true
	peer.counts = loggedFull(p.Stderr(),
		regexp.MustCompile(`DEBUG:  SSL: handshake done: `),
		regexp.MustCompile(`DEBUG:  SSL: accept loop: "SSLv3/TLS write certificate"`))
	return peer
}

// agreesToTLS asks by an SSLRequest.
func agreesToTLS(address string) func() error {
	return eachAnswers([]string{address}, func(c net.Conn) error {
		if _, err := c.Write([]byte("\x00\x00\x00\x08\x04\xd2\x16\x2f")); err != nil {
			return err
		}
		answer := make([]byte, 1)
		if _, err := c.Read(answer); err != nil {
			return err
		}
		if answer[0] != 'S' {
			return fmt.Errorf("it says %q", answer)
		}
		return nil
	})
}
