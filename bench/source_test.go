package bench

import (
	"strings"
	"testing"
)

func TestParseSources(t *testing.T) {
	for _, tt := range []struct {
		text string
		want string // the addresses, or part of the error where it begins with "!"
	}{
		{"127.0.0.2", "127.0.0.2"},
		{"127.0.0.2-127.0.0.4", "127.0.0.2 127.0.0.3 127.0.0.4"},
		{"127.0.0.255-127.0.1.0", "127.0.0.255 127.0.1.0"},
		{"127.0.0.9, 127.0.0.2 - 127.0.0.3", "127.0.0.9 127.0.0.2 127.0.0.3"},
		{"127.0.0.2-127.0.0.2", "127.0.0.2"},
		{"::1", "::1"},
		{"fe80::1%eth0-fe80::2%eth0", "fe80::1%eth0 fe80::2%eth0"},
		{"::ffff:127.0.0.2,127.0.0.3", "127.0.0.2 127.0.0.3"},
		{"255.255.255.254-255.255.255.255", "255.255.255.254 255.255.255.255"},

		{"", "!is missing"},
		{"127.0.0.2,", "!is missing"},
		{"127.0.0.2-", "!is missing"},
		{"localhost", `!"localhost" is no IP address`},
		{"127.0.0.2-9", `!"9" is no IP address`},
		{"127.0.0.2:80", "!is no IP address"},
		{"127.0.0.9-127.0.0.2", "!ends before it begins: want 127.0.0.2-127.0.0.9"},
		{"127.0.0.2-::1", "!different networks"},
		{"fe80::1%eth0-fe80::2", "!different networks"},
		{"127.0.0.2,::1", "!127.0.0.2 and ::1 are of different IP versions"},
		{"127.0.0.2,127.0.0.2", "!127.0.0.2 is there twice"},
		{"127.0.0.2-127.0.0.9,127.0.0.5", "!127.0.0.5 is there twice"},
		{"127.0.0.2,::ffff:127.0.0.2", "!127.0.0.2 is there twice"},
		{"0.0.0.0", "!is no address that a connection can come from"},
		{"224.0.0.1", "!is no address that a connection can come from"},
		{"10.0.0.0-10.0.4.0", "!more than 1024"},
		{"2001:db8::-2001:db8:ffff::", "!more than 1024"},
	} {
		addrs, err := ParseSources(tt.text)
		if want, fails := strings.CutPrefix(tt.want, "!"); fails {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: error %v, want one with %q", tt.text, err, want)
			}
			continue
		}
		var got []string
		for _, a := range addrs {
			got = append(got, a.String())
		}
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("%q: %v, %v", tt.text, got, err)
		}
	}
	if all, err := ParseSources("10.0.0.0-10.0.3.255"); err != nil || len(all) != MaxSources {
		t.Errorf("%d addresses, %v", len(all), err)
	}
}

func FuzzParseSources(f *testing.F) {
	for _, text := range []string{"127.0.0.2-127.0.0.9,127.0.0.20", "::1", "-", ",", "fe80::1%a-fe80::3%a"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := ParseSources(text)
		if (err == nil) != (len(all) > 0) || len(all) > MaxSources {
			t.Fatalf("%q: %d addresses, %v", text, len(all), err)
		}
		for _, a := range all {
			if !a.IsValid() || a.Is4() != all[0].Is4() {
				t.Fatalf("%q: %v among %v", text, a, all[0])
			}
		}
	})
}
