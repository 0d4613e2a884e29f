package session

import (
	"fmt"
	"slices"
	"strings"
)

// Policy says which session a new connection offers. Client certificates have no
// say in it: a session goes on being of the one that it was granted under.
type Policy string

// The policies.
const (
	// Latest offers the newest session received. It is what clients do.
	Latest Policy = "latest"
	// Frozen offers one primed session again and again and ignores those that
	// follow: every resumption then starts from the same state.
	Frozen Policy = "frozen"
	// Once offers each session at most once, from a pool, as RFC 8446 appendix
	// C.4 asks of clients that do not want to be tracked.
	Once Policy = "once"
)

// Policies lists every policy, the most common first.
func Policies() []Policy { return []Policy{Latest, Frozen, Once} }

// ParsePolicy reads the name of a policy.
func ParsePolicy(name string) (Policy, error) {
	return parse("session policy", name, Policies())
}

// Scope says which connections share a store of sessions.
type Scope string

// The scopes.
const (
	// PerWorker gives each worker sessions of its own.
	PerWorker Scope = "worker"
	// Shared lets all workers of an arm offer from one store, so that
	// simultaneous connections may offer the same session.
	Shared Scope = "shared"
)

// Scopes lists every scope.
func Scopes() []Scope { return []Scope{PerWorker, Shared} }

// ParseScope reads the name of a scope.
func ParseScope(name string) (Scope, error) {
	return parse("session scope", name, Scopes())
}

func parse[T ~string](what, name string, known []T) (T, error) {
	if slices.Contains(known, T(name)) {
		return T(name), nil
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	return "", fmt.Errorf("unknown %s %q: want %s", what, name, strings.Join(names, ", "))
}
