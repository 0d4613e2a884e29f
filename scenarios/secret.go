package scenarios

import (
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Public is what may be shown of a text that [Scenario.Set] takes for a path:
// "…" stands where a password may be. Whoever repeats what was given, in a
// result or on a screen, repeats this.
func Public(path, text string) string {
	if name, ok := strings.CutPrefix(path, "matrix."); ok {
		d, _ := dimensionByName(name)
		values := strings.Split(text, ",")
		for i, v := range values {
			values[i] = Public(d.path, v)
		}
		return strings.Join(values, ",")
	}
	if o, _ := find(path); o.public != nil {
		return o.public(text)
	}
	return text
}

// headerNames are those of headers, one a line.
func headerNames(text string) string {
	var all []string
	for h := range strings.SplitSeq(text, "\n") {
		name, _, ok := strings.Cut(h, ":")
		name = strings.TrimSpace(name)
		switch {
		case h == "":
			all = append(all, "")
		case ok && httpguts.ValidHeaderFieldName(name):
			all = append(all, name+": …")
		default:
			all = append(all, "…") // it may be all value
		}
	}
	return strings.Join(all, "\n")
}

// program is the first word of a shell command, where that is a plain name and
// no assignment or quotation.
func program(command string) string {
	words := strings.Fields(command)
	switch {
	case len(words) == 0:
		return ""
	case strings.ContainsFunc(words[0], func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_./-", r))
	}):
		return "…"
	case len(words) == 1:
		return words[0]
	}
	return words[0] + " …"
}

// withoutCredentials is a target without its user and password. One that is in
// force has none; one that another takes the place of has not been looked at.
func withoutCredentials(target string) string {
	start := 0
	if i := strings.Index(target, "://"); i >= 0 {
		start = i + len("://")
	}
	end := len(target)
	if i := strings.IndexAny(target[start:], "/?#"); i >= 0 {
		end = start + i
	}
	at := strings.LastIndexByte(target[start:end], '@')
	if at < 0 {
		return target
	}
	return target[:start] + "…" + target[start+at:]
}
