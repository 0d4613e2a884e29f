package servertest

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
)

// Counts reads one service's access log.
//
// On TLS every connection is logged. On HTTPS nginx logs requests, so that a
// connection without one, handshake or not, is not counted.
func (s *NginxServer) Counts(service Service) Counts {
	s.t.Helper()
	log, err := settledLog(s.open, func() (string, error) {
		text, err := os.ReadFile(filepath.Join(s.dir, string(service)+".log"))
		return string(text), err
	})
	if err != nil {
		s.t.Fatalf("count nginx's %s handshakes: %v", service, err)
	}
	return countLog(log)
}

// open asks nginx how many connections it has open, without the one that asks.
func (s *NginxServer) open() (int, error) {
	client := http.Client{
		Timeout:   settleWithin,
		Transport: &http.Transport{DisableKeepAlives: true},
	}
	resp, err := client.Get(s.status)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var n int
	if _, err := fmt.Fscanf(resp.Body, "Active connections: %d", &n); err != nil {
		return 0, fmt.Errorf("nginx status page: %w", err)
	}
	return n - 1, nil
}
