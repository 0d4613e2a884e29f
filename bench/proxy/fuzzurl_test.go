package proxy

import (
	"strings"
	"testing"
)

// FuzzParse holds that a URL that is taken can be written again, and that no
// error shows a password.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"http://h:1", "socks5h://u:p@[::1]:2", "h", "https://u@h", "http://u:PASSWORD-/w@h", "://", "socks5://:p]:", "http://[fe80::1%25eth0]:1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		s, err := Parse(raw)
		if err != nil {
			if _, password, ok := strings.Cut(raw, "PASSWORD-"); ok && strings.Contains(err.Error(), "PASSWORD-"+password) {
				t.Errorf("%q: %v", raw, err)
			}
			return
		}
		again, err := Parse(s.String())
		if err != nil || again.Address() != s.Address() || again.Scheme != s.Scheme || again.User+again.Password != "" {
			t.Errorf("%q: %+v, again %+v, %v", raw, s, again, err)
		}
	})
}
