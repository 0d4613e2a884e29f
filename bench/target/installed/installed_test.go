package installed

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tlsbench/bench/target"
	"tlsbench/bench/testserve"
	"tlsbench/bench/testtime"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// each runs a test for every server, or skips where one is not installed.
func each(t *testing.T, test func(t *testing.T, s Server)) {
	eachOf(t, func(Server) bool { return true }, test)
}

// eachOf leaves out the servers that do not have what is tested.
func eachOf(t *testing.T, has func(Server) bool, test func(t *testing.T, s Server)) {
	for _, s := range All() {
		if !has(s) {
			continue
		}
		t.Run(s.Scheme, func(t *testing.T) {
			t.Parallel()
			if _, err := s.Find(); err != nil {
				if os.Getenv("TLSBENCH_REQUIRE_SERVERS") == "1" {
					t.Fatal(err)
				}
				t.Skip(err)
			}
			test(t, s)
		})
	}
}

func (s Server) mustParse(t testing.TB, query string) target.Settings {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	settings, err := s.Parse(values)
	if err != nil {
		t.Fatal(err)
	}
	return settings
}

func launch(t *testing.T, s Server, query string) *Running {
	t.Helper()
	r, err := s.Launch(t.Context(), s.mustParse(t, query))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func clientOf(t *testing.T, e target.Endpoint) *tls.Config {
	t.Helper()
	config, err := site{settings: target.Settings{MinVersion: tls.VersionTLS10}, certs: target.Certificates{
		Root: e.RootsPEM, ClientCert: e.ClientCertPEM, ClientKey: e.ClientKeyPEM,
	}}.client()
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// shake makes one handshake and waits for the server's word, or its silence:
// a refused client certificate shows in the first read only.
func shake(address string, config *tls.Config) (tls.ConnectionState, error) {
	conn, err := tls.Dial("tcp", address, config)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n"); err != nil {
		return tls.ConnectionState{}, err
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil && err != io.EOF {
		return tls.ConnectionState{}, err
	}
	return conn.ConnectionState(), nil
}

func describeKey(cert *x509.Certificate) string {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("rsa-%d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return fmt.Sprintf("ecdsa-p%d", key.Params().BitSize)
	case ed25519.PublicKey:
		return "ed25519"
	}
	return "unknown"
}

// What the settings say is what goes over the wire.
func TestSettingsTakeEffect(t *testing.T) {
	each(t, func(t *testing.T, s Server) {
		for _, tt := range []struct {
			query, key    string
			certificates  int
			lowest, other uint16 // the version a client gets that offers all; one that is refused, or 0
		}{
			{"", "ecdsa-p256", 2, tls.VersionTLS13, tls.VersionTLS11},
			{"key=rsa-2048&chain=0&tls=1.2", "rsa-2048", 1, tls.VersionTLS12, tls.VersionTLS13},
			{"key=ecdsa-p384&chain=3&tls=1.3", "ecdsa-p384", 4, tls.VersionTLS13, tls.VersionTLS12},
			{"key=ed25519&chain=8", "ed25519", 9, tls.VersionTLS13, tls.VersionTLS11},
			{"tls=1.0-1.1", "ecdsa-p256", 2, tls.VersionTLS11, tls.VersionTLS12},
			{"tls=1.0", "ecdsa-p256", 2, tls.VersionTLS10, tls.VersionTLS11},
		} {
			r := launch(t, s, tt.query)
			state, err := shake(r.endpoint.Address, clientOf(t, r.endpoint))
			if err != nil {
				t.Errorf("%q: %v", tt.query, err)
				continue
			}
			if key := describeKey(state.PeerCertificates[0]); key != tt.key || len(state.PeerCertificates) != tt.certificates || state.Version != tt.lowest {
				t.Errorf("%q: %s, %s and %d certificates, want %s, %s and %d", tt.query,
					tls.VersionName(state.Version), key, len(state.PeerCertificates), tls.VersionName(tt.lowest), tt.key, tt.certificates)
			}
			config := clientOf(t, r.endpoint)
			config.MinVersion, config.MaxVersion = tt.other, tt.other
			if _, err := shake(r.endpoint.Address, config); err == nil {
				t.Errorf("%q: %s is served", tt.query, tls.VersionName(tt.other))
			}
		}
	})
}

func TestAnswersRequests(t *testing.T) {
	each(t, func(t *testing.T, s Server) {
		r := launch(t, s, "")
		path := r.endpoint.Path
		if path == "" {
			path = "/"
		}
		for _, http2 := range []bool{false, true} {
			transport := &http.Transport{TLSClientConfig: clientOf(t, r.endpoint), ForceAttemptHTTP2: http2, DisableKeepAlives: true}
			response, err := (&http.Client{Transport: transport}).Get("https://" + r.endpoint.Address + path)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err != nil || response.StatusCode != 200 || strings.TrimSpace(string(body)) != "ok" {
				t.Errorf("status %d, %q, %v", response.StatusCode, body, err)
			}
			t.Logf("%s", response.Proto)
			if want := http2 && s.Scheme != "openssl"; (response.ProtoMajor == 2) != want {
				t.Errorf("HTTP/2 offered: %v; %s", http2, response.Proto)
			}
		}
	})
}

func TestClientAuth(t *testing.T) {
	each(t, func(t *testing.T, s Server) {
		for _, auth := range []string{"request", "require"} {
			r := launch(t, s, "client-auth="+auth)
			e := r.endpoint
			for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
				asked := false
				config := clientOf(t, e)
				own := config.Certificates[0]
				config.MaxVersion = version
				config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
					asked = true
					return &own, nil
				}
				config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
				for range 2 {
					if _, err := shake(e.Address, config); err != nil || !asked {
						t.Errorf("%s in %s: asked %v, %v", auth, tls.VersionName(version), asked, err)
					}
				}
				config.ClientSessionCache = nil
				config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
					return &tls.Certificate{}, nil
				}
				_, err := shake(e.Address, config)
				if refused := auth == "require" && s.Scheme != "nginx"; (err != nil) != refused {
					t.Errorf("%s in %s, no certificate: %v", auth, tls.VersionName(version), err)
				}
			}
		}
	})
}

// What is left of a server is nothing.
func TestCloseLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, s Server) {
		var r *Running
		testtime.Once(t, 3*time.Second, func() time.Duration {
			var err error
			if r, err = s.Launch(t.Context(), s.mustParse(t, "")); err != nil {
				t.Fatal(err)
			}
			idle, err := net.Dial("tcp", r.endpoint.Address) // it does not wait for its clients
			if err != nil {
				t.Fatal(err)
			}
			defer idle.Close()
			began := time.Now()
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			return time.Since(began)
		})
		if _, err := os.Stat(r.dir); !os.IsNotExist(err) {
			t.Errorf("its folder: %v", err)
		}
		if conn, err := net.Dial("tcp", r.endpoint.Address); err == nil {
			conn.Close()
			t.Error("its port is still served")
		}
	})
}

func TestTakenPortsAreTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, s Server) {
		taken, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Close()
		free, err := testserve.FreePorts("127.0.0.1", 1)
		if err != nil {
			t.Fatal(err)
		}
		ports := []int{taken.Addr().(*net.TCPAddr).Port, free[0]}
		tries := 0
		r, err := s.launch(t.Context(), s.mustParse(t, ""), func() (int, error) {
			tries++
			return ports[min(tries, 2)-1], nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if tries != 2 {
			t.Errorf("%d tries, want 2", tries)
		}
		_, err = s.launch(t.Context(), s.mustParse(t, ""), func() (int, error) { return 0, io.ErrNoProgress })
		if !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("without a port: %v", err)
		}
	})
}

// A server that cannot be started says why, and leaves no folder.
func TestLaunchThatFails(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	for _, s := range All() {
		if _, err := s.Find(); err != nil {
			continue // the others' tests say so
		}
		s.configure = func(here site) ([]string, error) { return []string{"--no-such-option"}, nil }
		_, err := s.Launch(t.Context(), s.mustParse(t, ""))
		if err == nil || !strings.Contains(err.Error(), s.program) || !strings.Contains(err.Error(), "it wrote:") {
			t.Errorf("%s: %v", s.Scheme, err)
		}
		if _, err := s.Launch(t.Context(), target.DefaultSettings()); err == nil {
			t.Errorf("%s takes the embedded server's settings", s.Scheme)
		}
	}
	if left, err := filepath.Glob(filepath.Join(tmp, "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

func TestNotInstalled(t *testing.T) {
	for _, s := range All() {
		s.program = "no-such-" + s.program
		_, err := s.Launch(t.Context(), s.mustParse(t, ""))
		if err == nil || !strings.Contains(err.Error(), s.Name+" is not installed") || !strings.Contains(err.Error(), "apt install "+s.Package) {
			t.Errorf("%s: %v", s.Scheme, err)
		}
	}
	if _, ok := Lookup("apache"); ok {
		t.Error("there is an apache")
	}
}

func TestReadNginxBuild(t *testing.T) {
	for about, want := range map[string]string{
		"nginx version: nginx/1.22.1\nconfigure arguments: --with-http_v2_module":                                            "listen client_body proxy fastcgi uwsgi scgi",
		"nginx version: nginx/1.25.0\n--with-http_v2_module --without-http_scgi_module":                                      "listen client_body proxy fastcgi uwsgi",
		"nginx version: nginx/1.25.1 (Ubuntu)\n--with-http_v2_module":                                                        "directive client_body proxy fastcgi uwsgi scgi",
		"nginx version: openresty/1.27.1.1\n--with-http_v2_module":                                                           "listen client_body proxy fastcgi uwsgi scgi",
		"nginx version: nginx/1.28.0\n--without-http_proxy_module --without-http_fastcgi_module --without-http_uwsgi_module": " client_body scgi",
	} {
		b := readNginxBuild(about)
		if got := b.http2 + " " + strings.Join(b.folders, " "); got != want {
			t.Errorf("%q: got %q, want %q", about, got, want)
		}
	}
}
