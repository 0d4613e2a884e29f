package proxy

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for raw, want := range map[string]Server{
		"proxy.example:3128":              {HTTP, "proxy.example", "3128", "", ""},
		"http://proxy.example":            {HTTP, "proxy.example", "80", "", ""},
		"HTTPS://proxy.example/":          {HTTPS, "proxy.example", "443", "", ""},
		"socks5://[::1]":                  {SOCKS5, "::1", "1080", "", ""},
		"socks5h://me:p%40ss%2F@h:1":      {SOCKS5H, "h", "1", "me", "p@ss/"},
		"http://me:@h:1":                  {HTTP, "h", "1", "me", ""},
		"me:secret@proxy.example:8080":    {HTTP, "proxy.example", "8080", "me", "secret"},
		"http://[fe80::1%25eth0]:800":     {HTTP, "fe80::1%eth0", "800", "", ""},
		"http://me:se:cret@192.0.2.1:800": {HTTP, "192.0.2.1", "800", "me", "se:cret"},
	} {
		got, err := Parse(raw)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", raw, got, err, want)
		}
		if strings.Contains(got.String(), "@") || got.Password != "" && strings.Contains(got.String(), got.Password) {
			t.Errorf("%s: %s shows credentials", raw, got)
		}
	}
	for raw, want := range map[string]string{
		"ftp://me:secret@h":        "scheme is unknown",
		"http://":                  "host is missing",
		"http://me:secret@:80":     "host is missing",
		"http://me:secret@h:0":     "port is not between",
		"http://me:secret@h:70000": "port is not between",
		"http://me:sec/ret@h":      "want http://",
		"http://me:secret@h/path":  "no path",
		"http://me:secret@h?x":     "no path",
		"http://me:secret@h#x":     "no path",
		"http://m%3Ae:secret@h":    "colon",
		"socks5://me@h":            "1 to 255 bytes",
		"socks5://:secret@h":       "1 to 255 bytes",
		"socks5h://me:" + strings.Repeat("s", 256) + "@h:1": "1 to 255 bytes",
		"http://me:secret@h\x7f":                            "no URL",
		"http://me:secret@[::1%25\x80]":                     "neither a name nor an address",
	} {
		_, err := Parse(raw)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want one with %q", raw, err, want)
		} else if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "sec/ret") {
			t.Errorf("%q: the error repeats the password: %v", raw, err)
		}
	}
}

func TestTunnelRefusesWhatItCannotCarry(t *testing.T) {
	long := strings.Repeat("a", 256)
	for _, tt := range []struct{ scheme, target, want string }{
		{HTTP, "host", "missing port"},
		{HTTP, "a b:443", "no host"},
		{HTTP, "a\r\nX: y:443", "too many colons"},
		{HTTP, "a\n:443", "no host"},
		{HTTP, "h:nope", "tunnel to"},
		{SOCKS5H, long + ":443", "has 256"},
		{SOCKS5H, ":443", "has 0"},
		{SOCKS5, "[fe80::1%eth0]:443", "zone"},
	} {
		_, err := Server{Scheme: tt.scheme, Host: "p", Port: "1"}.Tunnel(tt.target, false)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s to %.40q: %v, want one with %q", tt.scheme, tt.target, err, tt.want)
		}
	}
}
