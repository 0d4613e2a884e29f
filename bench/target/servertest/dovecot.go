package servertest

import (
	"regexp"
	"strings"
	"testing"
)

// Dovecot starts dovecot: imap, imaps, pop3, lmtp and sieve.
//
// Its login processes each have their own ticket keys and session cache. So imap,
// pop3 and lmtp have one process here that serves all connections, which
// dovecot's documentation calls its high-performance mode, and resume by ticket
// and by session ID. For sieve the default stands, a new process for each
// connection: sessions are granted that no other process accepts.
func Dovecot(t testing.TB, o Options) *Peer {
	t.Helper()
	d := newDaemon(t, o, "dovecot", "dovecot-core")
	for protocol, debianPackage := range map[string]string{
		"imap": "dovecot-imapd", "pop3": "dovecot-pop3d", "lmtp": "dovecot-lmtpd", "managesieve": "dovecot-managesieved",
	} {
		programIn(t, "/usr/lib/dovecot/"+protocol, debianPackage)
	}
	var address map[string]string
	p := d.start(5, func(ports []int) ([]string, func() error) {
		port := map[string]any{}
		address = map[string]string{}
		for i, scheme := range []string{"imap", "imaps", "pop3", "lmtp", "sieve"} {
			port[strings.ToUpper(scheme)] = ports[i]
			address[scheme] = d.o.address(ports[i])
		}
		conf := d.fill("dovecot.conf", dovecotConf, port)
		return []string{d.program, "-F", "-c", conf}, greets(address["imap"], address["pop3"], address["lmtp"], address["sieve"])
	})
	peer := d.peer(p, address)
	peer.TellsResumption = true
	peer.counts = dovecotCounts(p.Stderr())
	return peer
}

// dovecotCounts reads what OpenSSL's callback tells with verbose_ssl.
func dovecotCounts(file string) func() (Counts, error) {
	return loggedFull(file, regexp.MustCompile(`where=0x20, ret=1: `), regexp.MustCompile(`SSLv3/TLS write certificate\n`))
}

const dovecotConf = `base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/run
log_path = /dev/stderr
verbose_ssl = yes
default_internal_user = {{.As.Name}}
default_internal_group = {{.As.Group}}
default_login_user = {{.As.Name}}
protocols = imap pop3 lmtp sieve
listen = {{.Host}}
ssl = required
ssl_cert = <{{.Dir}}/chain.pem
ssl_key = <{{.Dir}}/key.pem
ssl_curve_list = X25519:P-256
mail_location = maildir:{{.Dir}}/mail
passdb {
	driver = static
	args = nopassword=y
}
userdb {
	driver = static
	args = uid={{.As.Name}} gid={{.As.Group}} home={{.Dir}}
}
service anvil {
	chroot =
}
service stats {
	chroot =
}
service imap-login {
	chroot =
	service_count = 0
	process_limit = 1
	inet_listener imap {
		port = {{.IMAP}}
	}
	inet_listener imaps {
		port = {{.IMAPS}}
	}
}
service pop3-login {
	chroot =
	service_count = 0
	process_limit = 1
	inet_listener pop3 {
		port = {{.POP3}}
	}
	inet_listener pop3s {
		port = 0
	}
}
service managesieve-login {
	chroot =
	inet_listener sieve {
		port = {{.SIEVE}}
	}
}
service lmtp {
	process_limit = 1
	client_limit = 100
	inet_listener lmtp {
		port = {{.LMTP}}
	}
}
`
