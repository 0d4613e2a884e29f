package session

import (
	"crypto/tls"
	"fmt"
	"strings"
	"sync"
	"testing"
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
				if got := store.Next(); !got.IsZero() || store.Len() != 0 {
					t.Error("an empty store offered a session")
				}
				for i, want := range tt.want {
					store.Keep(tt.keeps[i])
					if got := store.Next(); got != want {
						t.Errorf("offer %d: got %p, want %p", i, got.State, want.State)
					}
				}
				store.Clear()
				if !store.Next().IsZero() {
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
				s := store.Next()
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
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
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

func TestCacheServesOneConnection(t *testing.T) {
	s := label(2)
	grants := 0
	c := Cache{Offer: s[0], OnGrant: func() { grants++ }}
	if got, ok := c.Get("any"); !ok || got != s[0].State {
		t.Error("the cache did not hand out its session")
	}
	c.Put("any", nil)
	c.Put("any", s[1].State)
	if len(c.Granted) != 1 || c.Granted[0].State != s[1].State || grants != 1 {
		t.Errorf("granted %d, told %d times: want 1 and 1", len(c.Granted), grants)
	}
	if _, ok := (&Cache{}).Get("any"); ok {
		t.Error("a cache without an offer handed out a session")
	}
}
