package servertest

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// MariaDB starts mariadbd: mysql. It has no tables, not even of users, and anyone
// may log in. It grants tickets in all versions and, in TLS 1.2, session IDs. Its
// Ssl_session_cache_hits stay 0 whatever is resumed.
func MariaDB(t testing.TB, o Options) *Peer {
	t.Helper()
	client := program(t, "mariadb", "mariadb-client-core")
	d := newDaemon(t, o, "mariadbd", "mariadb-server-core")
	d.folders("data")
	socket := d.path("socket")
	var address string
	p := d.start(1, func(ports []int) ([]string, func() error) {
		address = d.o.mainAddress(ports[0])
		return []string{
			d.program, "--no-defaults", "--datadir=" + d.path("data"), "--socket=" + socket, "--pid-file=" + d.path("pid"),
			"--bind-address=" + d.o.Host, "--port=" + portOf(address),
			"--skip-grant-tables", "--skip-networking=0", "--skip-name-resolve", // no host is shut out for its errors
			"--skip-innodb", "--default-storage-engine=Aria",
			"--ssl-cert=" + d.path("chain.pem"), "--ssl-key=" + d.path("key.pem"), "--ssl-ca=" + d.path("ca.pem"),
		}, greets(address)
	})
	peer := d.peer(p, map[string]string{"mysql": address})
	peer.counts = func() (Counts, error) {
		argv := append(d.prefix[:len(d.prefix):len(d.prefix)], client, "--no-defaults", "--skip-ssl", "--socket="+socket, "--batch", "--skip-column-names", "--execute=SHOW GLOBAL STATUS LIKE 'Ssl%'")
		out, err := exec.CommandContext(t.Context(), argv[0], argv[1:]...).CombinedOutput()
		if err != nil {
			return Counts{}, fmt.Errorf("%w: %s", err, out)
		}
		return mariadbCounts(string(out))
	}
	return peer
}

// mariadbCounts reads OpenSSL's counters from a table of names and values.
func mariadbCounts(status string) (Counts, error) {
	n := map[string]int{"Ssl_accepts": 0, "Ssl_finished_accepts": 0}
	found := 0
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if _, ok := n[name]; !ok {
			continue
		}
		var err error
		if n[name], err = strconv.Atoi(value); err != nil {
			return Counts{}, err
		}
		found++
	}
	if found != len(n) {
		return Counts{}, fmt.Errorf("counters are missing in %q", status)
	}
	completed := n["Ssl_finished_accepts"]
	return Counts{Full: completed, Aborted: n["Ssl_accepts"] - completed}, nil
}
