package main

import (
	"fmt"
	"net/url"

	"tlsbench/bench"
	"tlsbench/bench/target"
	"tlsbench/bench/target/installed"
)

// localSettings refuses wrong settings, and a server that is not installed,
// before anything is started.
func localSettings(t bench.Target) error {
	if _, err := settingsOf(t); err != nil {
		return err
	}
	if server, ok := installed.Lookup(t.Scheme); ok {
		if _, err := server.Find(); err != nil {
			return fmt.Errorf("%s: %w", t.Scheme, err)
		}
	}
	return nil
}

// settingsOf reads the settings of a server that the tool starts.
func settingsOf(t bench.Target) (target.Settings, error) {
	switch server, ok := installed.Lookup(t.Scheme); {
	case ok:
		return parseSettings(server.Stack, t.Settings)
	case t.Local():
		return parseSettings(target.Embedded(), t.Settings)
	default:
		return target.Settings{}, nil
	}
}

func parseSettings(stack target.Stack, query string) (target.Settings, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return target.Settings{}, fmt.Errorf("%s: %q is no list of settings: want key=value&key=value", stack.Scheme, query)
	}
	s, err := stack.Parse(values)
	if err != nil {
		return s, fmt.Errorf("%s: %w", stack.Scheme, err)
	}
	return s, nil
}
