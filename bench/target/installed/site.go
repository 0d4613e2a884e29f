package installed

import (
	"bytes"
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"tlsbench/bench/target"
)

// site is where and how one server is to run. Servers are started in its
// folder, so that configurations name files without a path: whatever is in the
// path, nothing has to be quoted.
type site struct {
	program  string
	dir      string
	address  string // host:port to listen on
	settings target.Settings
	certs    target.Certificates
}

// write makes a file that only its owner reads; most hold a key.
func (s site) write(name string, parts ...[]byte) error {
	return os.WriteFile(filepath.Join(s.dir, name), bytes.Join(parts, nil), 0o600)
}

// fill writes a file from a template, which sees the site's Settings beside
// what more it needs.
func (s site) fill(name, text string, more map[string]any) error {
	t, err := template.New(name).Parse(text)
	if err != nil {
		return err
	}
	data := map[string]any{
		"Address":    s.address,
		"Tickets":    s.settings.Tickets,
		"Cache":      s.settings.Cache,
		"Workers":    s.settings.Workers,
		"ClientAuth": string(s.settings.ClientAuth),
		"OldCiphers": s.oldCiphers(),
	}
	for name, value := range more {
		data[name] = value
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return err
	}
	return s.write(name, out.Bytes())
}

// oldCiphers is OpenSSL's cipher string where TLS 1.0 or 1.1 is served, which
// OpenSSL 3 refuses above security level 0 (they sign with SHA-1), else empty.
func (s site) oldCiphers() string {
	if s.settings.MinVersion < tls.VersionTLS12 {
		return "DEFAULT:@SECLEVEL=0"
	}
	return ""
}

// versions are those served, as OpenSSL names them, the lowest first.
func (s site) versions() []string {
	var names []string
	for v := s.settings.MinVersion; v <= s.settings.MaxVersion; v++ {
		names = append(names, strings.TrimSuffix(dotted(v), ".0"))
	}
	return names
}

// dotted is a version as in TLSv1.0.
func dotted(v uint16) string { return strings.Replace(tls.VersionName(v), " ", "v", 1) }

// defaults are those of a server with all that OpenSSL grants: as many ways to
// resume as there are. One worker, so that stacks compare worker by worker.
func defaults() target.Settings {
	s := target.DefaultSettings()
	s.Cache, s.Workers = true, 1
	return s
}
