package servertest

import (
	"regexp"
	"testing"
)

// Vsftpd starts vsftpd: ftp. It grants tickets in all versions, and resumes by no
// session ID: each connection has a process of its own, which has the ticket
// keys from their common parent.
func Vsftpd(t testing.TB, o Options) *Peer {
	t.Helper()
	d := newDaemon(t, o, "vsftpd", "vsftpd")
	d.write("log", "")
	var address string
	p := d.start(1, func(ports []int) ([]string, func() error) {
		address = d.o.mainAddress(ports[0])
		conf := d.fill("vsftpd.conf", vsftpdConf, map[string]any{"Port": portOf(address)})
		return []string{d.program, conf}, greets(address)
	})
	peer := d.peer(p, map[string]string{"ftp": address})
	peer.TellsResumption = true
	peer.counts = logged(d.path("log"),
		regexp.MustCompile(`SSL cipher: .*reused, `),
		regexp.MustCompile(`SSL cipher: [^,]*, reused, `),
		nil)
	return peer
}

const vsftpdConf = `listen=YES
listen_address={{.Host}}
listen_port={{.Port}}
background=NO
run_as_launching_user=YES
anonymous_enable=YES
anon_root={{.Dir}}
secure_chroot_dir={{.Dir}}
seccomp_sandbox=NO
ssl_enable=YES
allow_anon_ssl=YES
ssl_tlsv1=YES
ssl_ciphers=HIGH
rsa_cert_file={{.Dir}}/chain.pem
rsa_private_key_file={{.Dir}}/key.pem
debug_ssl=YES
xferlog_enable=YES
dual_log_enable=YES
xferlog_file={{.Dir}}/transfers
vsftpd_log_file={{.Dir}}/log
`
