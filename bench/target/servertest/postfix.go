package servertest

import (
	"errors"
	"os"
	"os/user"
	"regexp"
	"strings"
	"testing"
)

// Postfix starts postfix: smtp, submission (on the same port), and smtps. It is
// skipped where the tests do not run as root, which its master must be; what it
// starts runs as postfix.
//
// It grants tickets in all versions, from keys that its processes share, and
// with Options.SessionCache session IDs in TLS 1.2.
func Postfix(t testing.TB, o Options) *Peer {
	t.Helper()
	cache := o.SessionCache
	o.SessionCache = false
	d := newDaemon(t, o, "/usr/lib/postfix/sbin/master", "postfix")
	if os.Getuid() != 0 {
		t.Skip("postfix's master runs as root only")
	}
	d.privileged()
	d.is(user.Lookup("postfix"))
	d.folders("etc", "data", "queue")
	for folder := range strings.FieldsSeq("active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace") {
		d.folders("queue/" + folder)
	}
	d.folders("queue/pid")
	for _, name := range []string{".", "etc", "queue", "queue/pid"} { // root's
		if err := errors.Join(os.Chown(d.path(name), 0, 0), os.Chmod(d.path(name), 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	d.fill("etc/main.cf", postfixMain, map[string]any{"Cache": cache})
	var smtp, smtps string
	p := d.start(2, func(ports []int) ([]string, func() error) {
		smtp, smtps = d.o.mainAddress(ports[0]), d.o.address(ports[1])
		d.fill("etc/master.cf", postfixMaster, map[string]any{"SMTP": smtp, "SMTPS": smtps})
		return []string{d.program, "-c", d.path("etc"), "-d"}, all(greets(smtp), listens(smtps))
	})
	peer := d.peer(p, map[string]string{"smtp": smtp, "submission": smtp, "smtps": smtps})
	peer.TellsResumption = true
	peer.counts = postfixCounts(p.Stdout())
	return peer
}

// postfixCounts reads what smtpd tells at smtpd_tls_loglevel 2.
func postfixCounts(file string) func() (Counts, error) {
	return logged(file,
		regexp.MustCompile(`TLS connection established from`),
		regexp.MustCompile(`: Reusing old session`),
		regexp.MustCompile(`SSL_accept error from`))
}

const postfixMain = `compatibility_level = 3.6
queue_directory = {{.Dir}}/queue
data_directory = {{.Dir}}/data
daemon_directory = /usr/lib/postfix/sbin
maillog_file = /dev/stdout
myhostname = localhost
mydestination = localhost
inet_interfaces = all
local_recipient_maps =
alias_maps =
alias_database =
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = {{.Dir}}/chain.pem
smtpd_tls_key_file = {{.Dir}}/key.pem
smtpd_tls_loglevel = 2
{{if .Cache}}smtpd_tls_session_cache_database = btree:{{.Dir}}/data/sessions{{end}}
`

const postfixMaster = `{{.SMTP}} inet n - n - - smtpd
{{.SMTPS}} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`
