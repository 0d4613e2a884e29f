package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"crypto/tls"

	"tlsbench/bench"
	"tlsbench/bench/compare"
)

// Client certificates of both kinds of file, in turn; the password is nowhere in
// the result.
func TestClientCertificatesInTurn(t *testing.T) {
	s, ca := embedded(t, "client-auth=require&tls=1.3")
	e := s.Endpoint()
	pair, err := tls.X509KeyPair(e.ClientCertPEM, e.ClientKeyPEM)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := pkcs12.Modern.Encode(pair.PrivateKey, pair.Leaf, nil, "s3cr3t-word")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name string, text []byte) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	both := file("both.pem", append(append([]byte{}, e.ClientCertPEM...), e.ClientKeyPEM...))
	p12, password := file("client.p12", packed), file("password", []byte("s3cr3t-word\n"))
	args := []string{"run", "tls://" + e.Address, "--cacert", ca, "--cert", both, "--cert", p12, "-n", "40", "--warmup", "0"}
	for name, give := range map[string]func(*testing.T) []string{
		"file":        func(*testing.T) []string { return []string{"--cert-password-file", password} },
		"environment": func(t *testing.T) []string { t.Setenv("TLSBENCH_CERT_PASSWORD", "s3cr3t-word"); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			r := measure(t, append(args, give(t)...)...)
			full, resumed := armOf(t, r, "full"), armOf(t, r, "resumed")
			if full.Kinds[bench.Full] != 40 || full.ClientCerts[1] != 20 || full.ClientCerts[2] != 20 || full.Unconfirmed != 0 {
				t.Errorf("full: %v, certificates %v, %d unconfirmed", full.Kinds, full.ClientCerts, full.Unconfirmed)
			}
			if resumed.Kinds[bench.PSK] != 40 || len(resumed.ClientCerts) != 0 {
				t.Errorf("resumed: %v, certificates %v", resumed.Kinds, resumed.ClientCerts)
			}
			text, err := json.Marshal(r)
			if err != nil || strings.Contains(string(text), "s3cr3t-word") || !strings.Contains(r.Command, "both.pem") {
				t.Errorf("the password is saved, or nothing is: %v, %s", err, r.Command)
			}
		})
	}
}

// The arm without a certificate is the same but for that.
func TestWithAndWithoutAClientCertificate(t *testing.T) {
	r := measure(t, "run", "embedded:?client-auth=request", "--handshake-only", "--arms", "full", "--vary", "client-cert=off,on", "-n", "40", "--warmup", "0")
	if len(r.Arms) != 2 || r.Arms[0].ClientCerts[0] != 40 || r.Arms[1].ClientCerts[1] != 40 {
		t.Errorf("certificates of %s: %v, of %s: %v", r.Arms[0].Name, r.Arms[0].ClientCerts, r.Arms[1].Name, r.Arms[1].ClientCerts)
	}
}

func TestECHFromAnOption(t *testing.T) {
	s, ca := embedded(t, "ech=on")
	list := base64.StdEncoding.EncodeToString(s.Endpoint().ECHConfigs)
	r := measure(t, "run", "tls://"+s.Endpoint().Address, "--cacert", ca, "--ech", list, "-n", "30", "--warmup", "0")
	if full, resumed := armOf(t, r, "full"), armOf(t, r, "resumed"); full.ECH != 30 || resumed.ECH != 30 || resumed.Sessions.Accepted != 30 {
		t.Errorf("with ECH %d full and %d resumed, sessions %+v", full.ECH, resumed.ECH, resumed.Sessions)
	}
	other, otherCA := embedded(t, "ech=on")
	o := run(t, "run", "tls://"+other.Endpoint().Address, "--cacert", otherCA, "--ech", list, "-n", "30", "--warmup", "0")
	if o.exit != compare.NotRun || !strings.Contains(o.stderr, "rejected") || !strings.Contains(o.stderr, "leave --ech out") {
		t.Errorf("exit %v, %s", o.exit, o.stderr)
	}
}
