package tlsconf

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/testcert"
)

// pemPair writes a fresh certificate and its key, and returns their files.
func pemPair(t *testing.T) (cert, key string) {
	t.Helper()
	made, _ := testcert.New(t, nil)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	cert = write(t, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Certificate[0]}))
	key = write(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
	return cert, key
}

func write(t *testing.T, name string, text []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// plain is an arm that names no file.
func plain() bench.Arm {
	return bench.Arm{
		Target: bench.Target{Host: "host.example", Port: "443"},
		TLS:    bench.TLS{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13},
	}
}

func TestCheck(t *testing.T) {
	cert, key := pemPair(t)
	_, otherKey := pemPair(t)
	both := write(t, "both.pem", append(read(t, cert), read(t, key)...))
	garbage := write(t, "garbage.pem", []byte("-----BEGIN CERTIFICATE-----\nnot base64\n"))
	missing := filepath.Join(t.TempDir(), "missing")
	for _, tt := range []struct {
		name string
		edit func(*bench.TLS)
		want []string // parts of the error, none where nothing is wrong
	}{
		{"nothing set", func(*bench.TLS) {}, nil},
		{"groups, however spelled", func(o *bench.TLS) { o.Groups = []string{"x25519", "p256", "SECP384R1", "X25519MLKEM768"} }, nil},
		{"unknown group", func(o *bench.TLS) { o.Groups = []string{"X25519", "X448"} }, []string{"--groups", `"X448"`, "P-256"}},
		{"suite, however spelled", func(o *bench.TLS) { o.Ciphers = []string{"tls_ecdhe_rsa_with_aes_128_gcm_sha256"} }, nil},
		{"insecure suite", func(o *bench.TLS) { o.Ciphers = []string{"TLS_RSA_WITH_AES_128_CBC_SHA"} }, nil},
		{"OpenSSL's name of a suite", func(o *bench.TLS) { o.Ciphers = []string{"ECDHE-RSA-AES128-GCM-SHA256"} }, []string{"--ciphers", "IANA"}},
		{"suite of TLS 1.3", func(o *bench.TLS) { o.Ciphers = []string{"TLS_AES_128_GCM_SHA256"} }, []string{"--ciphers", "TLS_AES_128_GCM_SHA256", "TLS 1.3"}},
		{"suites with TLS 1.3 alone", func(o *bench.TLS) {
			o.MinVersion, o.Ciphers = tls.VersionTLS13, []string{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}
		}, []string{"--ciphers", "--tls 1.2"}},
		{"CA", func(o *bench.TLS) { o.CAFile = cert }, nil},
		{"no CA file", func(o *bench.TLS) { o.CAFile = missing }, []string{"--cacert", missing}},
		{"CA file with garbage", func(o *bench.TLS) { o.CAFile = garbage }, []string{"--cacert", garbage, "PEM"}},
		{"CA file with a key", func(o *bench.TLS) { o.CAFile = key }, []string{"--cacert", key}},
		{"certificate and key", func(o *bench.TLS) { o.CertFiles, o.KeyFiles = bench.FileList{cert}, bench.FileList{key} }, nil},
		{"certificate and key in one file", func(o *bench.TLS) { o.CertFiles = bench.FileList{both} }, nil},
		{"another certificate's key", func(o *bench.TLS) { o.CertFiles, o.KeyFiles = bench.FileList{cert}, bench.FileList{otherKey} }, []string{"--cert", cert, "--key", otherKey, "match"}},
		{"certificate without a key", func(o *bench.TLS) { o.CertFiles = bench.FileList{cert} }, []string{"--cert", cert}},
		{"key without a certificate", func(o *bench.TLS) { o.KeyFiles = bench.FileList{key} }, []string{"--key", "--cert"}},
		{"no certificate file", func(o *bench.TLS) { o.CertFiles, o.KeyFiles = bench.FileList{missing}, bench.FileList{key} }, []string{"--cert", missing}},
		{"certificate with garbage", func(o *bench.TLS) { o.CertFiles, o.KeyFiles = bench.FileList{garbage}, bench.FileList{key} }, []string{"--cert", garbage}},
		{"key log in no directory", func(o *bench.TLS) { o.KeyLog = filepath.Join(missing, "keys") }, []string{"key log", missing}},
		{"key log is a directory", func(o *bench.TLS) { o.KeyLog = filepath.Dir(cert) }, []string{"key log"}},
	} {
		arm := plain()
		tt.edit(&arm.TLS)
		err := Check(arm)
		if (err != nil) != (tt.want != nil) {
			t.Errorf("%s: error %v", tt.name, err)
			continue
		}
		for _, part := range tt.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q does not say %q", tt.name, err, part)
			}
		}
	}
}

// Every option must reach the configuration: one that is forgotten would be
// measured as if it had been honoured.
func TestEveryOptionCounts(t *testing.T) {
	cert, key := pemPair(t)
	packed := packed(t, "secret")
	change := map[string]func(*bench.TLS){
		"MinVersion":   func(o *bench.TLS) { o.MinVersion = tls.VersionTLS10 },
		"MaxVersion":   func(o *bench.TLS) { o.MaxVersion = tls.VersionTLS12 },
		"Groups":       func(o *bench.TLS) { o.Groups = []string{"X25519"} },
		"Ciphers":      func(o *bench.TLS) { o.Ciphers = []string{"TLS_RSA_WITH_AES_128_GCM_SHA256"} },
		"ALPN":         func(o *bench.TLS) { o.ALPN = []string{"h2"} },
		"ServerName":   func(o *bench.TLS) { o.ServerName = "other.example" },
		"CAFile":       func(o *bench.TLS) { o.CAFile = cert },
		"CertFiles":    func(o *bench.TLS) { o.CertFiles, o.KeyFiles = bench.FileList{cert}, bench.FileList{key} },
		"KeyFiles":     func(o *bench.TLS) { o.CertFiles, o.KeyFiles = bench.FileList{cert}, bench.FileList{key} },
		"CertPassword": func(o *bench.TLS) { o.CertFiles, o.CertPassword = bench.FileList{packed}, "secret" },
		"CertPasswordFile": func(o *bench.TLS) {
			o.CertFiles, o.CertPasswordFile = bench.FileList{packed}, write(t, "password", []byte("secret\r\n"))
		},
		"NoClientCert": func(o *bench.TLS) { o.NoClientCert = true },
		"ECH":          func(o *bench.TLS) { o.ECH = base64.StdEncoding.EncodeToString(echConfigs(t)) },
		"Insecure":     func(o *bench.TLS) { o.Insecure = true },
		"KeyLog":       func(o *bench.TLS) { o.KeyLog = filepath.Join(t.TempDir(), "keys") },
	}
	plain := func() bench.Arm {
		arm := plain()
		arm.Target.ClientCert = &tls.Certificate{} // that an option takes the place of
		return arm
	}
	base := fields(t, plain())
	for field := range reflect.TypeFor[bench.TLS]().Fields() {
		set, ok := change[field.Name]
		if !ok {
			t.Errorf("bench.TLS.%s: no test changes it", field.Name)
			continue
		}
		arm := plain()
		set(&arm.TLS)
		if reflect.DeepEqual(base, fields(t, arm)) {
			t.Errorf("bench.TLS.%s does not change the configuration", field.Name)
		}
	}
}

// fields are the exported ones of the arm's configuration.
func fields(t *testing.T, arm bench.Arm) map[string]any {
	t.Helper()
	config, err := Client(arm)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { config.Close() })
	all := map[string]any{}
	for field, value := range reflect.ValueOf(config.Config).Elem().Fields() {
		if field.IsExported() && field.Type.Kind() != reflect.Func {
			all[field.Name] = value.Interface()
		}
	}
	return all
}

func TestTargetGivesWhatOptionsLeaveOut(t *testing.T) {
	roots, own := x509.NewCertPool(), &tls.Certificate{Certificate: [][]byte{{1}}}
	arm := plain()
	arm.Target.Roots, arm.Target.ClientCert = roots, own
	config, err := Client(arm)
	if err != nil {
		t.Fatal(err)
	}
	if config.ServerName != "host.example" || config.RootCAs != roots || len(config.Certificates) != 1 {
		t.Errorf("name %q, the target's roots %t, certificates %d", config.ServerName, config.RootCAs == roots, len(config.Certificates))
	}
	if config.ClientSessionCache != nil {
		t.Error("a session cache is shared between connections")
	}
	cert, key := pemPair(t)
	arm.TLS.CAFile, arm.TLS.CertFiles, arm.TLS.KeyFiles = cert, bench.FileList{cert}, bench.FileList{key}
	if config, err = Client(arm); err != nil {
		t.Fatal(err)
	}
	if config.RootCAs == roots || len(config.Certificates) != 1 || reflect.DeepEqual(config.Certificates[0], *own) {
		t.Error("the target's own trust or certificate went before the user's")
	}
}
