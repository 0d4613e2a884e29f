package bench

import (
	"crypto/tls"
	"fmt"
	"strings"
)

// Version is a TLS protocol version as crypto/tls numbers it. Zero means "not
// set".
type Version uint16

var versionNames = []struct {
	version Version
	name    string
}{
	{tls.VersionTLS10, "1.0"},
	{tls.VersionTLS11, "1.1"},
	{tls.VersionTLS12, "1.2"},
	{tls.VersionTLS13, "1.3"},
}

func (v Version) String() string {
	for _, n := range versionNames {
		if n.version == v {
			return n.name
		}
	}
	if v == 0 {
		return ""
	}
	return fmt.Sprintf("0x%04x", uint16(v))
}

// MarshalText writes "1.2".
func (v Version) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads "1.2".
func (v *Version) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*v = 0
		return nil
	}
	*v, err = ParseVersion(string(text))
	return err
}

// ParseVersion reads one version: 1.0, 1.1, 1.2 or 1.3.
func ParseVersion(s string) (Version, error) {
	for _, n := range versionNames {
		if n.name == s {
			return n.version, nil
		}
	}
	return 0, fmt.Errorf("unknown TLS version %q: want 1.0, 1.1, 1.2 or 1.3", s)
}

// ParseVersions reads one version or a range such as "1.2-1.3".
func ParseVersions(s string) (lowest, highest Version, err error) {
	low, high, isRange := strings.Cut(s, "-")
	if lowest, err = ParseVersion(strings.TrimSpace(low)); err != nil {
		return 0, 0, err
	}
	if !isRange {
		return lowest, lowest, nil
	}
	if highest, err = ParseVersion(strings.TrimSpace(high)); err != nil {
		return 0, 0, err
	}
	if lowest > highest {
		return 0, 0, fmt.Errorf("TLS versions %q: the first is above the second", s)
	}
	return lowest, highest, nil
}
