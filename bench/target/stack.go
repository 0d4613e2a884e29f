package target

import (
	"crypto/tls"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Stack is a kind of server that the tool can start, as far as its target's
// query goes: which parameters it has, and what they are where the query is
// silent.
type Stack struct {
	Scheme string   // of the target's URL
	Has    []string // names of parameters
	// Default holds the values of the parameters that it has.
	Default Settings
}

// Embedded is the server of this package.
func Embedded() Stack {
	return Stack{
		Scheme:  "embedded",
		Has:     []string{"key", "tls", "tickets", "chain", "rtt", "client-auth", "ech", "burn", "proto", "early-data", "retry"},
		Default: DefaultSettings(),
	}
}

// ParseSettings reads the query of an embedded target over [DefaultSettings];
// see [Stack.Parse].
func ParseSettings(query url.Values) (Settings, error) { return Embedded().Parse(query) }

// Parse reads the query of a target over the defaults. A parameter that is
// unknown, that this server does not have, that is given twice, or has a value
// that is not allowed is an error that names the parameter, the value and what
// is allowed.
func (k Stack) Parse(query url.Values) (Settings, error) {
	known := k.parameters()
	s := k.Default
	s.has = k.mark()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		i := slices.IndexFunc(known, func(p parameter) bool { return p.name == name })
		if i < 0 {
			return Settings{}, k.lacks(name, known)
		}
		values := query[name]
		if len(values) != 1 {
			return Settings{}, fmt.Errorf("parameter %s is given %d times (%s): give it once, as %s",
				name, len(values), strings.Join(values, ", "), known[i].allow)
		}
		if err := known[i].set(&s, values[0]); err != nil {
			return Settings{}, err
		}
	}
	if err := s.checkQUICOnly(query); err != nil {
		return Settings{}, err
	}
	if err := s.validate(); err != nil {
		return Settings{}, err
	}
	if s.Proto == ProtoH3 {
		s.MinVersion = tls.VersionTLS13 // so that the canonical query tells what is served
	}
	return s, nil
}

// Check refuses Settings that are not of this stack, and those that no query
// describes.
func (k Stack) Check(s Settings) error {
	if s.has != k.mark() {
		return fmt.Errorf("the settings %q are not of a server %s", s, k.Scheme)
	}
	return s.validate()
}

// lacks tells a parameter that other servers have from one that none has.
func (k Stack) lacks(name string, known []parameter) error {
	if slices.Contains(namesOf(parameters()), name) {
		return fmt.Errorf("unknown parameter %s: this server has no such setting (known: %s)", name, strings.Join(namesOf(known), ", "))
	}
	return unknownParameter(name, known)
}

func (k Stack) parameters() []parameter { return k.set().of(parameters()) }

// mark is what Settings of this stack have in their field has.
func (k Stack) mark() parameterSet {
	if k.Scheme == Embedded().Scheme {
		return 0
	}
	return k.set()
}

func (k Stack) set() parameterSet {
	var set parameterSet
	for i, p := range parameters() {
		if slices.Contains(k.Has, p.name) {
			set |= 1 << i
		}
	}
	return set
}

// parameterSet has a bit for each of [parameters], so that Settings can be
// compared.
type parameterSet uint16

func (set parameterSet) of(all []parameter) (some []parameter) {
	for i, p := range all {
		if set&(1<<i) != 0 {
			some = append(some, p)
		}
	}
	return some
}
