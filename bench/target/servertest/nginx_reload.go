package servertest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// Reload lets nginx read its files anew, ticket keys and certificates, and
// returns when its old workers have ended and all new ones are there. A worker
// ends with its last connection: a client that keeps one open fails the test.
//
// Tickets of before the reload are good after it only where Options.TicketKeys
// holds their key, for nginx draws its own anew. A shared session cache stays.
func (s *NginxServer) Reload() {
	s.t.Helper()
	all := func(pids map[string]bool) bool { return len(pids) == s.workers }
	old, err := s.awaitWorkers(all)
	if err != nil {
		s.t.Fatalf("reload nginx: before it: %v", err)
	}
	if err := s.process.Signal(syscall.SIGHUP); err != nil {
		s.t.Fatalf("reload nginx: %v", err)
	}
	_, err = s.awaitWorkers(func(pids map[string]bool) bool {
		for pid := range pids {
			if old[pid] {
				return false
			}
		}
		return all(pids)
	})
	if err != nil {
		s.t.Fatalf("reload nginx (is a client's connection still open?): %v", err)
	}
}

// awaitWorkers polls the error log, where the master notes its workers' starts
// and ends, until those that run are as wanted.
func (s *NginxServer) awaitWorkers(wanted func(pids map[string]bool) bool) (map[string]bool, error) {
	var log []byte
	for deadline := time.Now().Add(settleWithin); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		var err error
		if log, err = os.ReadFile(filepath.Join(s.dir, "error.log")); err != nil {
			return nil, err
		}
		if pids := workersIn(log); wanted(pids) {
			return pids, nil
		}
	}
	return nil, fmt.Errorf("not the workers expected; the error log:\n%s", log)
}

// workersIn returns the pids of the workers that run after the log.
func workersIn(log []byte) map[string]bool {
	pids := make(map[string]bool)
	for _, m := range regexp.MustCompile(`start worker process (\d+)|worker process (\d+) exited`).FindAllSubmatch(log, -1) {
		if started := string(m[1]); started != "" {
			pids[started] = true
		}
		delete(pids, string(m[2]))
	}
	return pids
}
