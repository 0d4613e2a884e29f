package main

import (
	"strings"

	"github.com/spf13/pflag"

	"tlsbench/bench"
	"tlsbench/scenarios"
)

// variable is one of the environment that resolve read.
type variable struct{ name, path, value string }

// commandLine is what was given to run, for a shell, once resolve has found it
// to be sound: variables, flags in the order in which each was first given, and
// the target. What may be secret is "…". It is empty where no result could hold
// it.
func (o *options) commandLine() string {
	var words []string
	for _, v := range o.read {
		words = append(words, v.name+"="+quoted(scenarios.Public(v.path, v.value)))
	}
	words = append(words, "tlsbench", "run")
	o.flags.Visit(func(f *pflag.Flag) {
		for _, v := range flagValues(f) {
			words = append(words, flagWords(f, public(f.Name, v))...)
		}
	})
	if strings.HasPrefix(o.target, "-") {
		words = append(words, "--")
	}
	if o.target != "" {
		words = append(words, quoted(scenarios.Public("target", o.target)))
	}
	// JSON has no other text.
	line := strings.ToValidUTF8(strings.Join(words, " "), "\uFFFD")
	if len(line) > bench.MaxCommand {
		return ""
	}
	return line
}

// flagValues are the texts that give a flag its value, one for each time that
// it must be there.
func flagValues(f *pflag.Flag) []string {
	list, ok := f.Value.(pflag.SliceValue)
	switch {
	case ok && f.Value.Type() == "stringArray":
		return list.GetSlice()
	case ok: // it quotes elements that hold commas
		return []string{strings.TrimSuffix(strings.TrimPrefix(f.Value.String(), "["), "]")}
	}
	return []string{f.Value.String()}
}

func flagWords(f *pflag.Flag, value string) []string {
	short := "-" + f.Shorthand
	if short == "-" {
		short = "--" + f.Name
	}
	switch f.NoOptDefVal {
	case "":
		return []string{short, quoted(value)}
	case value:
		return []string{short}
	}
	return []string{"--" + f.Name + "=" + quoted(value)}
}

// public is what may be shown of a flag's value.
func public(flag, value string) string {
	if flag == "set" || flag == "vary" {
		path, text, _ := strings.Cut(value, "=")
		if flag == "vary" {
			return path + "=" + scenarios.Public("matrix."+path, text)
		}
		return path + "=" + scenarios.Public(path, text)
	}
	for _, option := range scenarios.Options() {
		if option.Flag == flag {
			return scenarios.Public(option.Path, value)
		}
	}
	return value
}

// quoted is a word as a POSIX shell takes it for this text.
func quoted(word string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_@%+=:,./-", r)
	}
	if word != "" && !strings.ContainsFunc(word, func(r rune) bool { return !plain(r) }) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
