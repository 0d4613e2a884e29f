package scenarios

import (
	"embed"
	"strings"
)

//go:embed builtin/*.yaml
var builtin embed.FS

// Names lists the built-in scenarios, in alphabetical order.
func Names() []string {
	files, err := builtin.ReadDir("builtin")
	if err != nil {
		return nil // the folder is part of the binary
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".yaml"))
	}
	return names
}

// Builtin is the text of a built-in scenario.
func Builtin(name string) ([]byte, bool) {
	if strings.ContainsAny(name, "./\\") {
		return nil, false
	}
	text, err := builtin.ReadFile("builtin/" + name + ".yaml")
	return text, err == nil
}
