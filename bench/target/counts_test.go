package target

import (
	"crypto/tls"
	"fmt"
	"net"
	"testing"
	"time"
)

func waitForCounts(t testing.TB, read func() Counts, want Counts) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for read() != want {
		if time.Now().After(deadline) {
			t.Fatalf("counts are %+v, want %+v", read(), want)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestServerCountsKinds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query   string
		version uint16
		want    Counts
	}{
		{"", tls.VersionTLS12, Counts{Full: 1, Ticket: 4}},
		{"", tls.VersionTLS13, Counts{Full: 1, PSK: 4}},
		{"rtt=2ms", tls.VersionTLS13, Counts{Full: 1, PSK: 4}},
		{"tls=1.0-1.3", tls.VersionTLS10, Counts{Full: 1, Ticket: 4}},
		{"tickets=off", tls.VersionTLS12, Counts{Full: 5}},
		{"tickets=off", tls.VersionTLS13, Counts{Full: 5}},
		{"client-auth=require", tls.VersionTLS12, Counts{Full: 1, Ticket: 4}},
		{"client-auth=require", tls.VersionTLS13, Counts{Full: 1, PSK: 4}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s at %s", tt.query, tls.VersionName(tt.version)), func(t *testing.T) {
			t.Parallel()
			server := listen(t, tt.query)
			config := clientConfig(t, server.Endpoint())
			config.MinVersion, config.MaxVersion = tt.version, tt.version
			config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			addClientCertificate(t, config, server.Endpoint())
			resumed := int64(0)
			for range 5 {
				state, err := shake(server.Endpoint().Address, config)
				if err != nil {
					t.Fatal(err)
				}
				if state.DidResume {
					resumed++
				}
			}
			if resumed != tt.want.Ticket+tt.want.PSK {
				t.Errorf("the client saw %d resumed", resumed)
			}
			waitForCounts(t, server.Counts, tt.want)
		})
	}
}

func TestServerCountsFailures(t *testing.T) {
	t.Parallel()
	server := listen(t, "tls=1.3")
	config := clientConfig(t, server.Endpoint())
	config.MaxVersion = tls.VersionTLS12
	if _, err := shake(server.Endpoint().Address, config); err == nil {
		t.Error("TLS 1.2 is accepted by a server for 1.3")
	}
	silent, err := net.Dial("tcp", server.Endpoint().Address)
	if err != nil {
		t.Fatal(err)
	}
	silent.Close()
	waitForCounts(t, server.Counts, Counts{Failed: 2})
}

// A ClientHello of SSL 3.0 lists no version that Go knows.
func TestServerSurvivesOldHello(t *testing.T) {
	t.Parallel()
	server := listen(t, "tls=1.0-1.3")
	conn, err := net.Dial("tcp", server.Endpoint().Address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	hello := append([]byte{22, 3, 0, 0, 45, 1, 0, 0, 41, 3, 0}, make([]byte, 32)...)
	hello = append(hello, 0, 0, 2, 0, 47, 1, 0)
	if _, err := conn.Write(hello); err != nil {
		t.Fatal(err)
	}
	waitForCounts(t, server.Counts, Counts{Failed: 1})
}

// A client that resets right after its Finished has completed the handshake.
func TestServerCountsResetAfterFinished(t *testing.T) {
	t.Parallel()
	const n = 20
	server := listen(t, "")
	config := clientConfig(t, server.Endpoint())
	for range n {
		raw, err := net.Dial("tcp", server.Endpoint().Address)
		if err != nil {
			t.Fatal(err)
		}
		if err := tls.Client(raw, config).Handshake(); err != nil {
			t.Fatal(err)
		}
		raw.(*net.TCPConn).SetLinger(0)
		raw.Close()
	}
	total := func() Counts {
		c := server.Counts()
		return Counts{Full: c.Full + c.Failed}
	}
	waitForCounts(t, total, Counts{Full: n})
	if c := server.Counts(); c.Failed > 0 {
		t.Errorf("%d of %d handshakes count as failed", c.Failed, n)
	}
}
