package tlsconf

import (
	"crypto/tls"
	"encoding/base64"
	"strings"
	"testing"

	"tlsbench/bench/target"
)

// echConfigs is a list that crypto/tls takes.
func echConfigs(t *testing.T) []byte {
	t.Helper()
	settings := target.DefaultSettings()
	settings.ECH = true
	server, err := target.Listen(settings, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	return server.Endpoint().ECHConfigs
}

func TestECHOption(t *testing.T) {
	list := echConfigs(t)
	text := base64.StdEncoding.EncodeToString(list)
	unknown := append([]byte{}, list...)
	unknown[2] ^= 1 // the version of the only configuration
	for name, tt := range map[string]struct {
		value string
		want  string // in the error
	}{
		"base64":              {text, ""},
		"raw file":            {write(t, "ech", list), ""},
		"file in base64":      {write(t, "ech", []byte(text+"\n")), ""},
		"no such file":        {"/missing/ech", "no file that can be read"},
		"garbage":             {"%%%", "no file that can be read"},
		"something else":      {base64.StdEncoding.EncodeToString([]byte("hello")), "no ECHConfigList"},
		"an empty list":       {"AAA=", "is empty"},
		"an empty file":       {write(t, "ech", nil), "no ECHConfigList"},
		"cut short":           {base64.StdEncoding.EncodeToString(list[:20]), "no ECHConfigList"},
		"of another version":  {base64.StdEncoding.EncodeToString(unknown), "crypto/tls has no use for it"},
		"broken inside":       {base64.StdEncoding.EncodeToString([]byte{0, 5, 0xfe, 0x0d, 0, 9, 1}), "crypto/tls has no use for it"},
		"a folder":            {t.TempDir(), "--ech"},
		"more than is needed": {base64.StdEncoding.EncodeToString(append(append([]byte{}, list...), 0)), "no ECHConfigList"},
	} {
		arm := plain()
		arm.TLS.ECH = tt.value
		c, err := Client(arm)
		switch {
		case tt.want == "" && (err != nil || string(c.EncryptedClientHelloConfigList) != string(list) || c.MinVersion != tls.VersionTLS13):
			t.Errorf("%s: %v", name, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "--ech")):
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	arm := plain()
	arm.TLS.ECH, arm.TLS.MaxVersion = text, tls.VersionTLS12
	if _, err := Client(arm); err == nil || !strings.Contains(err.Error(), "TLS 1.3") {
		t.Errorf("with TLS 1.2: %v", err)
	}
	arm = plain()
	arm.Target.ECH = string(list)
	if c, err := Client(arm); err != nil || len(c.EncryptedClientHelloConfigList) == 0 {
		t.Errorf("the target's own: %v", err)
	}
}
