package pin

import (
	"errors"
	"fmt"
	"strings"

	"tlsbench/bench/spelling"
)

// Sides are the processors of the client and of the server.
type Sides struct{ Client, Server Set }

// Parse reads "client=0-1,server=2-3", of which one may be missing.
func Parse(text string) (Sides, error) {
	var s Sides
	for part := range strings.SplitSeq(text, ",") {
		name, cpus, ok := strings.Cut(part, "=")
		var side *Set
		switch name {
		case "client":
			side = &s.Client
		case "server":
			side = &s.Server
		}
		switch {
		case text == "":
			return Sides{}, errors.New("it is empty: want client=CPUS,server=CPUS, as in client=0,server=1")
		case !ok:
			return Sides{}, fmt.Errorf("%q: want client=CPUS,server=CPUS, and several CPUs of a side as in client=0-1 or client=0+2", part)
		case side == nil:
			meant := ": want client or server"
			if word, ok := spelling.Nearest(name, []string{"client", "server"}); ok {
				meant = ": did you mean " + word + "?"
			}
			return Sides{}, fmt.Errorf("%q%s", name, meant)
		case *side != nil:
			return Sides{}, fmt.Errorf("%s is there twice: join its CPUs with +", name)
		}
		set, err := ParseSet(cpus)
		if err != nil {
			return Sides{}, fmt.Errorf("%s: %w", name, err)
		}
		*side = set
	}
	return s, nil
}

// IsZero reports whether neither side is pinned.
func (s Sides) IsZero() bool { return s.Client == nil && s.Server == nil }

// Apart reports whether both sides are pinned, and share no processor.
func (s Sides) Apart() bool {
	return s.Client != nil && s.Server != nil && s.Client.And(s.Server) == nil
}

// Within says which processors are asked for that are not among the allowed
// ones.
func (s Sides) Within(allowed Set) error {
	for _, side := range []struct {
		name string
		cpus Set
	}{{"client", s.Client}, {"server", s.Server}} {
		if not := side.cpus.Without(allowed); not != nil {
			return fmt.Errorf("%s=%s: this process may not use CPU %s: it has %s (as taskset, a cpuset or a container allows)",
				side.name, side.cpus, not.list(", "), allowed.list(", "))
		}
	}
	return nil
}
