package tlsconf

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"tlsbench/bench"
	"tlsbench/bench/testcert"
)

// packed writes a PKCS #12 file with a certificate, one beside it, and a key.
func packed(t *testing.T, password string) (file string) {
	t.Helper()
	cert, _ := testcert.New(t, nil)
	other, _ := testcert.New(t, nil)
	return pack(t, cert, []*x509.Certificate{other.Leaf}, password)
}

func pack(t *testing.T, cert tls.Certificate, chain []*x509.Certificate, password string) (file string) {
	t.Helper()
	data, err := pkcs12.Modern.Encode(cert.PrivateKey, cert.Leaf, chain, password)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "cert.p12", data)
}

func TestClientCertificateFiles(t *testing.T) {
	cert, key := pemPair(t)
	good, open := packed(t, "secret"), packed(t, "")
	a, _ := testcert.New(t, nil)
	b, _ := testcert.New(t, nil)
	mixed := pack(t, tls.Certificate{Leaf: a.Leaf, PrivateKey: b.PrivateKey}, nil, "")
	der := write(t, "cert.der", a.Certificate[0])
	expired, _ := testcert.New(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) })
	text := write(t, "text", []byte("hello"))
	old := write(t, "old.pem", []byte("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n"))
	closed := write(t, "closed.pem", pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte{1}}))
	lines := write(t, "lines", []byte("one\ntwo\n"))
	cut := write(t, "cut.p12", read(t, good)[:200])
	for name, tt := range map[string]struct {
		o     bench.TLS
		certs int
		want  []string // parts of the error
	}{
		"PKCS #12":                       {bench.TLS{CertFiles: bench.FileList{good}, CertPassword: "secret"}, 1, nil},
		"PKCS #12 without a password":    {bench.TLS{CertFiles: bench.FileList{open}}, 1, nil},
		"its own file as the key":        {bench.TLS{CertFiles: bench.FileList{open}, KeyFiles: bench.FileList{open}}, 1, nil},
		"several, in both forms":         {bench.TLS{CertFiles: bench.FileList{cert, good, open}, KeyFiles: bench.FileList{key}, CertPassword: "secret"}, 0, []string{open, "password does not open"}},
		"several":                        {bench.TLS{CertFiles: bench.FileList{cert, good}, KeyFiles: bench.FileList{key}, CertPassword: "secret"}, 2, nil},
		"none presented":                 {bench.TLS{CertFiles: bench.FileList{good}, CertPassword: "secret", NoClientCert: true}, 0, nil},
		"expired":                        {bench.TLS{CertFiles: bench.FileList{testcert.File(t, expired)}}, 1, nil}, // the server's to refuse
		"wrong password":                 {bench.TLS{CertFiles: bench.FileList{good}, CertPassword: "wrong"}, 0, []string{"--cert " + good, "password does not open"}},
		"password missing":               {bench.TLS{CertFiles: bench.FileList{good}}, 0, []string{"--cert-password-file", PasswordVariable}},
		"PKCS #12 with another's key":    {bench.TLS{CertFiles: bench.FileList{mixed}}, 0, []string{mixed, "does not match"}},
		"PKCS #12 with --key":            {bench.TLS{CertFiles: bench.FileList{open}, KeyFiles: bench.FileList{key}}, 0, []string{open, "--key " + key}},
		"PKCS #12 cut short":             {bench.TLS{CertFiles: bench.FileList{cut}}, 0, []string{cut, "neither PEM nor PKCS #12"}},
		"DER":                            {bench.TLS{CertFiles: bench.FileList{der}}, 0, []string{der, "is DER"}},
		"text":                           {bench.TLS{CertFiles: bench.FileList{text}}, 0, []string{text, "neither PEM nor PKCS #12"}},
		"encrypted key":                  {bench.TLS{CertFiles: bench.FileList{cert}, KeyFiles: bench.FileList{closed}}, 0, []string{closed, "is encrypted", "openssl pkey"}},
		"encrypted key of the older way": {bench.TLS{CertFiles: bench.FileList{cert}, KeyFiles: bench.FileList{old}}, 0, []string{old, "is encrypted"}},
		"no key file":                    {bench.TLS{CertFiles: bench.FileList{cert}, KeyFiles: bench.FileList{"missing"}}, 0, []string{"--key missing"}},
		"a key too many":                 {bench.TLS{CertFiles: bench.FileList{cert}, KeyFiles: bench.FileList{key, key}}, 0, []string{"--key", "there are 2, and 1"}},
		"no password file":               {bench.TLS{CertFiles: bench.FileList{good}, CertPasswordFile: "missing"}, 0, []string{"--cert-password-file", "missing"}},
		"password file of several lines": {bench.TLS{CertFiles: bench.FileList{good}, CertPasswordFile: lines}, 0, []string{"--cert-password-file " + lines, "several lines"}},
		"password for nothing":           {bench.TLS{CertPasswordFile: lines}, 0, []string{"--cert-password-file without --cert"}},
		"a folder":                       {bench.TLS{CertFiles: bench.FileList{filepath.Dir(cert)}}, 0, []string{"--cert"}},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := certificates(bench.Arm{TLS: tt.o})
			if (err == nil) != (tt.want == nil) || len(all) != tt.certs {
				t.Fatalf("%d certificates, error %v", len(all), err)
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if err != nil && tt.o.CertPassword != "" && strings.Contains(err.Error(), tt.o.CertPassword) {
				t.Errorf("%q repeats the password", err)
			}
		})
	}
	if os.Geteuid() != 0 {
		if err := os.Chmod(cert, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := certificates(bench.Arm{TLS: bench.TLS{CertFiles: bench.FileList{cert}}}); !errors.Is(err, os.ErrPermission) {
			t.Errorf("unreadable: %v", err)
		}
	}
}

// The chain that a PKCS #12 file holds is sent, but for a root.
func TestChainOfPKCS12(t *testing.T) {
	leaf, _ := testcert.New(t, nil)
	root, _ := testcert.New(t, nil)
	between, _ := testcert.New(t, nil)
	// Both are made from one template, so that they sign themselves.
	one, err := fromPKCS12(read(t, pack(t, leaf, []*x509.Certificate{between.Leaf, root.Leaf}, "x")), "x")
	if err != nil || len(one.Certificate) != 1 {
		t.Errorf("%d certificates are sent, %v", len(one.Certificate), err)
	}
}

// Files of the usual tool are read, in its present form and in that of old.
func TestOpenSSLsPKCS12(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	cert, _ := testcert.New(t, nil)
	both := testcert.File(t, cert)
	for name, more := range map[string][]string{"present": nil, "old": {"-legacy"}} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "x.p12")
			args := append([]string{"pkcs12", "-export", "-in", both, "-out", file, "-passout", "pass:secret"}, more...)
			if out, err := exec.Command(openssl, args...).CombinedOutput(); err != nil {
				t.Skipf("openssl makes none: %v: %s", err, out)
			}
			one, err := certificate(file, file, "secret")
			if err != nil || len(one.Certificate) != 1 {
				t.Errorf("%d certificates, %v", len(one.Certificate), err)
			}
		})
	}
}

func TestCertificatesTakeTurns(t *testing.T) {
	arm := plain()
	for range 3 {
		cert, _ := testcert.New(t, nil)
		arm.TLS.CertFiles = append(arm.TLS.CertFiles, testcert.File(t, cert))
	}
	c, err := Client(arm)
	if err != nil {
		t.Fatal(err)
	}
	workers := []*Config{c.ForWorker(), c.ForWorker()}
	for i := range 7 {
		cert, place := workers[i%2].NextCertificate()
		if place != i%3+1 || cert != &c.Certificates[i%3] {
			t.Errorf("connection %d got certificate %d", i, place)
		}
	}
}
