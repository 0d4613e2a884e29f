package servertest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// haproxyRing is the size in bytes of HAProxy's log ring: more than a million
// lines.
const haproxyRing = 32 << 20

// Counts reads one service's log, where each connection leaves a line, with or
// without a request. (A malformed request that is not a connection's first
// leaves one more.)
//
// HAProxy does not look at a client's last flight when a reset has arrived on
// its heels. So handshakes in which the client speaks last (TLS 1.3, and TLS
// 1.2 resumed) count as Aborted, many of them, where the client closes by RST
// without having read anything. After a graceful close, a response or a ticket
// the counts are exact.
func (s *HAProxyServer) Counts(service Service) Counts {
	s.t.Helper()
	var verdicts strings.Builder
	for _, line := range s.lines(service) {
		verdicts.WriteString(strings.TrimPrefix(line, "completed "))
	}
	return countLog(verdicts.String())
}

// Sources counts the handshakes that one service completed by the address that
// each came from, with AcceptProxy that of the PROXY protocol's header.
func (s *HAProxyServer) Sources(service Service) map[string]int {
	s.t.Helper()
	from := map[string]int{}
	for _, line := range s.lines(service) {
		if _, source, ok := strings.Cut(strings.TrimSpace(line), " from "); ok {
			from[source]++
		}
	}
	return from
}

// lines are what one service logged.
func (s *HAProxyServer) lines(service Service) []string {
	s.t.Helper()
	log, err := settledLog(s.open, func() (string, error) { return s.ask("show events handshakes") })
	if err == nil && len(log) > haproxyRing*3/4 {
		err = errors.New("more handshakes than the log ring holds")
	}
	if err != nil {
		s.t.Fatalf("count HAProxy's %s handshakes: %v", service, err)
	}
	var all []string
	for line := range strings.Lines(log) {
		if rest, ok := strings.CutPrefix(line, string(service)+" "); ok {
			all = append(all, rest)
		}
	}
	return all
}

// open returns how many client connections HAProxy has open.
func (s *HAProxyServer) open() (int, error) {
	info, err := s.ask("show info")
	if err != nil {
		return 0, err
	}
	found := regexp.MustCompile(`(?m)^CurrConns: (\d+)$`).FindStringSubmatch(info)
	if found == nil {
		return 0, fmt.Errorf("no CurrConns in HAProxy's show info: %q", info)
	}
	return strconv.Atoi(found[1])
}

// ask gives HAProxy's command line one command.
func (s *HAProxyServer) ask(command string) (string, error) {
	c, err := net.DialTimeout("tcp", s.commands, settleWithin)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(settleWithin)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(c, command+"\n"); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(c)
	return string(answer), err
}
