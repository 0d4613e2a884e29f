package target

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// parameter is one name that the query of a local target may hold.
type parameter struct {
	name  string
	allow string // the allowed values, for error messages
	parse func(s *Settings, value string) error
	show  func(s Settings) string
}

// errNotAllowed stands for "see parameter.allow".
var errNotAllowed = errors.New("not allowed")

// parameters lists every parameter that some server has, in canonical order.
func parameters() []parameter {
	onOff := []string{"on", "off"}
	keys := []string{string(RSA2048), string(RSA3072), string(RSA4096), string(ECDSAP256), string(ECDSAP384), string(Ed25519)}
	auths := []string{string(ClientAuthNone), string(ClientAuthRequest), string(ClientAuthRequire)}
	protos := []string{string(ProtoH1), string(ProtoH2), string(ProtoH3)}
	earlies := []string{string(EarlyDataOn), string(EarlyDataOff), string(EarlyDataNone)}
	return []parameter{
		{"key", oneOf(keys), func(s *Settings, value string) error {
			s.Key = Key(value)
			return in(value, keys)
		}, func(s Settings) string { return string(s.Key) }},
		{"tls", "1.0, 1.1, 1.2, 1.3 or a range such as 1.2-1.3", parseVersions, showVersions},
		{"tickets", oneOf(onOff), func(s *Settings, value string) error {
			s.Tickets = value == "on"
			return in(value, onOff)
		}, func(s Settings) string { return showSwitch(s.Tickets) }},
		{"cache", oneOf(onOff), func(s *Settings, value string) error {
			s.Cache = value == "on"
			return in(value, onOff)
		}, func(s Settings) string { return showSwitch(s.Cache) }},
		{"chain", fmt.Sprintf("a number of intermediates from 0 to %d", maxChain), parseChain, showChain},
		{"rtt", fmt.Sprintf("0 or a duration from %v to %v, such as 20ms", minRTT, maxRTT), parseRTT, showRTT},
		{"client-auth", oneOf(auths), func(s *Settings, value string) error {
			s.ClientAuth = ClientAuth(value)
			return in(value, auths)
		}, func(s Settings) string { return string(s.ClientAuth) }},
		{"ech", oneOf(onOff), func(s *Settings, value string) error {
			s.ECH = value == "on"
			return in(value, onOff)
		}, func(s Settings) string { return showSwitch(s.ECH) }},
		{"burn", fmt.Sprintf("0 or a duration up to %v, such as 50us", maxBurn), parseBurn, showBurn},
		{"workers", fmt.Sprintf("a number of processes or threads from 1 to %d", maxWorkers), parseWorkers, showWorkers},
		{"proto", oneOf(protos), func(s *Settings, value string) error {
			s.Proto = Proto(value)
			return in(value, protos)
		}, func(s Settings) string { return string(s.Proto) }},
		{"early-data", oneOf(earlies), func(s *Settings, value string) error {
			s.EarlyData = EarlyData(value)
			return in(value, earlies)
		}, func(s Settings) string { return string(s.EarlyData) }},
		{"retry", oneOf(onOff), func(s *Settings, value string) error {
			s.Retry = value == "on"
			return in(value, onOff)
		}, func(s Settings) string { return showSwitch(s.Retry) }},
	}
}

func (p parameter) set(s *Settings, value string) error {
	if p.parse(s, value) != nil {
		return fmt.Errorf("parameter %s=%s: want %s", p.name, printable(value), p.allow)
	}
	return nil
}

func parseVersions(s *Settings, value string) error {
	low, high, isRange := strings.Cut(value, "-")
	if !isRange {
		high = low
	}
	s.MinVersion, s.MaxVersion = versionNumber(low), versionNumber(high)
	if s.MinVersion == 0 || s.MaxVersion < s.MinVersion {
		return errNotAllowed
	}
	return nil
}

func parseChain(s *Settings, value string) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > maxChain {
		return errNotAllowed
	}
	s.Chain = n
	return nil
}

func parseRTT(s *Settings, value string) error {
	d, err := time.ParseDuration(value)
	if err != nil || d != 0 && (d < minRTT || d > maxRTT) {
		return errNotAllowed
	}
	s.RTT = d
	return nil
}

func parseBurn(s *Settings, value string) error {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 || d > maxBurn {
		return errNotAllowed
	}
	s.Burn = d
	return nil
}

func parseWorkers(s *Settings, value string) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > maxWorkers {
		return errNotAllowed
	}
	s.Workers = n
	return nil
}

// versionNumber returns 0 for what is not a version.
func versionNumber(name string) uint16 {
	for v := uint16(tls.VersionTLS10); v <= tls.VersionTLS13; v++ {
		if versionName(v) == name {
			return v
		}
	}
	return 0
}

func versionName(v uint16) string {
	return strings.TrimPrefix(tls.VersionName(v), "TLS ")
}

func in(value string, allowed []string) error {
	if !slices.Contains(allowed, value) {
		return errNotAllowed
	}
	return nil
}

func oneOf(values []string) string {
	last := len(values) - 1
	return strings.Join(values[:last], ", ") + " or " + values[last]
}
