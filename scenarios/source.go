package scenarios

import (
	"strings"

	"tlsbench/bench"
)

// sources are the addresses that connections come from, as an arm has them.
func (s *Scenario) sources() (string, error) {
	if !s.Given("net.source") {
		return "", nil
	}
	text := strings.Join(s.Net.Source, ",")
	addrs, err := bench.ParseSources(text)
	if err != nil {
		return "", s.fault("net.source", ": %v", err)
	}
	family := "6"
	if addrs[0].Is4() {
		family = "4"
	}
	if s.Net.Family != "any" && s.Net.Family != family {
		return "", s.fault("net.source", " %s is IPv%s, and %s asks for IPv%s", addrs[0], family, s.label("net.family"), s.Net.Family)
	}
	return text, nil
}
