package session

import (
	"crypto/tls"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// label makes sessions that a test can tell apart.
func label(n int) []Session {
	all := make([]Session, n)
	for i := range all {
		all[i] = Session{State: new(tls.ClientSessionState)}
	}
	return all
}

func TestPoliciesChooseWhatTheySay(t *testing.T) {
	s := label(4)
	tests := []struct {
		policy Policy
		keeps  [][]Session // kept before each offer
		want   []Session   // offered in turn
	}{
		{Latest, [][]Session{{s[0], s[1]}, nil, {s[2]}}, []Session{s[1], s[1], s[2]}},
		{Frozen, [][]Session{{s[0], s[1]}, nil, {s[2]}}, []Session{s[0], s[0], s[0]}},
		{Once, [][]Session{{s[0], s[1]}, nil, nil, {s[2]}}, []Session{s[0], s[1], {}, s[2]}},
	}
	for _, tt := range tests {
		for _, scope := range Scopes() {
			t.Run(string(tt.policy)+"/"+string(scope), func(t *testing.T) {
				store := NewStore(tt.policy, scope)
				now := time.Now()
				if got, _ := store.Next(now); !got.IsZero() || store.Len() != 0 {
					t.Error("an empty store offered a session")
				}
				for i, want := range tt.want {
					store.Keep(tt.keeps[i])
					if got, _ := store.Next(now); got != want {
						t.Errorf("offer %d: got %p, want %p", i, got.State, want.State)
					}
				}
				store.Clear()
				if got, _ := store.Next(now); !got.IsZero() {
					t.Error("a cleared store still offers a session")
				}
			})
		}
	}
}

// A shared pool must hand each session to one connection only, however many
// ask at once.
func TestSharedOnceNeverOffersTwice(t *testing.T) {
	const n, workers = 1000, 16
	store := NewStore(Once, Shared)
	store.Keep(label(n))
	var mu sync.Mutex
	seen := map[*tls.ClientSessionState]int{}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				s, _ := store.Next(time.Time{})
				if s.IsZero() {
					return
				}
				mu.Lock()
				seen[s.State]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != n {
		t.Errorf("%d sessions were offered, want %d", len(seen), n)
	}
	for _, times := range seen {
		if times != 1 {
			t.Errorf("a session was offered %d times", times)
		}
	}
}

func TestSessionPrintsNoSecret(t *testing.T) {
	s := label(1)[0]
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%d", "%q", "%x"} {
		if got := fmt.Sprintf(format, s); got != "session (secret)" {
			t.Errorf("%s prints %q", format, got)
		}
	}
}

func TestParse(t *testing.T) {
	if p, err := ParsePolicy("once"); p != Once || err != nil {
		t.Errorf("ParsePolicy(once) = %q, %v", p, err)
	}
	if _, err := ParsePolicy("newest"); err == nil || !strings.Contains(err.Error(), "latest, frozen, once") {
		t.Errorf("the error does not name the choices: %v", err)
	}
	if _, err := ParseScope("global"); err == nil || !strings.Contains(err.Error(), "worker, shared") {
		t.Errorf("the error does not name the choices: %v", err)
	}
}
