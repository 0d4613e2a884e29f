package servertest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
)

// INN starts INN's server for readers, nnrpd: nntp. Connections are accepted for
// it, as by inetd, and each has a process of its own, as it has when nnrpd is a
// daemon (which root or news would have to start): it grants tickets that no
// other process accepts. It tells of handshakes to the system's log alone: what is
// counted are the processes.
func INN(t testing.TB, o Options) *Peer {
	t.Helper()
	d := newDaemon(t, o, "/usr/lib/news/bin/nnrpd", "inn2")
	d.folders("db", "run", "spool", "spool/articles", "spool/overview")
	for name, text := range map[string]string{
		"db/active":           "test.test 0000000000 0000000001 y\n",
		"db/history":          "",
		"db/newsgroups":       "",
		"readers.conf":        "auth all { hosts: \"*\" default: reader }\naccess all { users: \"*\" newsgroups: \"*\" }\n",
		"spool/tradspool.map": "",
		"storage.conf":        "method tradspool { newsgroups: * class: 0 }\n",
	} {
		d.write(name, text)
	}
	conf := "INNCONF=" + d.fill("inn.conf", innConf, nil)
	d.run("env", conf, "/usr/lib/news/bin/makehistory", "-O", "-x") // makes the overview, which readers must have
	listener, err := net.Listen("tcp", d.o.address(d.o.Port))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	var processes atomic.Int64
	running.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return // the test has ended
			}
			processes.Add(1)
			running.Go(func() { d.serve(ctx, c.(*net.TCPConn), conf) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		cancel()
		running.Wait()
	})
	address := listener.Addr().String()
	if err := greets(address)(); err != nil {
		t.Fatalf("nnrpd does not answer: %v", err)
	}
	return &Peer{
		CAFile: d.path("ca.pem"), PID: os.Getpid(), t: t, address: map[string]string{"nntp": address},
		counts: func() (Counts, error) { return Counts{Full: int(processes.Load())}, nil },
	}
}

// serve runs the program for one connection.
func (d *daemon) serve(ctx context.Context, conn *net.TCPConn, env string) {
	file, err := conn.File()
	conn.Close() // the file is another descriptor of it
	if err != nil {
		d.t.Errorf("hand a connection to %s: %v", d.program, err)
		return
	}
	defer file.Close()
	argv := append(d.prefix[:len(d.prefix):len(d.prefix)], d.program)
	c := exec.CommandContext(ctx, argv[0], argv[1:]...)
	c.Dir, c.Env = d.dir, append(os.Environ(), env)
	c.Stdin, c.Stdout, c.Stderr = file, file, file
	_ = c.Run() // it fails where the client leaves without a word
}

const innConf = `domain: test
pathhost: news.test
organization: test
runasuser: {{.As.Name}}
runasgroup: {{.As.Group}}
mta: /bin/false
mailcmd: /bin/false
hismethod: hisv6
ovmethod: tradindexed
enableoverview: true
readerswhenstopped: true
nnrpdloadlimit: 0
pathnews: /usr/lib/news
pathdb: {{.Dir}}/db
pathetc: {{.Dir}}
pathhttp: {{.Dir}}
pathlog: {{.Dir}}
pathrun: {{.Dir}}/run
pathspool: {{.Dir}}/spool
pathtmp: {{.Dir}}
tlscafile: {{.Dir}}/ca.pem
tlscapath: {{.Dir}}
tlscertfile: {{.Dir}}/chain.pem
tlskeyfile: {{.Dir}}/key.pem
tlsprotocols: [ TLSv1.2 TLSv1.3 ]
`
