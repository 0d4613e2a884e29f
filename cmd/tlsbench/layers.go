package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"tlsbench/bench/spelling"
	"tlsbench/bench/tlsconf"
	"tlsbench/scenarios"
)

// resolve makes the scenario: the defaults, a file, the environment, flags and
// target, --set, --vary, each over what came before.
func (o *options) resolve() error {
	o.scenario, o.read = scenarios.Default(), nil
	for _, name := range []string{"file", "baseline", "save-baseline", "noise"} {
		if f := o.flags.Lookup(name); f != nil && f.Changed && f.Value.String() == "" {
			return fmt.Errorf("--%s is empty: is a variable unset?", name)
		}
	}
	if o.file != "" {
		var err error
		if o.scenario, err = scenarios.Open(o.file); err != nil {
			return err
		}
	}
	if err := o.environment(); err != nil {
		return err
	}
	if err := o.fromFlags(); err != nil {
		return err
	}
	for _, text := range o.set {
		path, value, ok := strings.Cut(text, "=")
		if !ok {
			return fmt.Errorf("--set %s: want PATH=VALUE, as in load.duration=2s", text)
		}
		if err := o.scenario.Set(path, value, scenarios.Origin{Layer: scenarios.BySet, Name: "--set " + path}); err != nil {
			return fmt.Errorf("--set %s: %w", path, err)
		}
	}
	varied := map[string]string{}
	for _, text := range o.vary {
		name, values, ok := strings.Cut(text, "=")
		if !ok || values == "" {
			return fmt.Errorf("--vary %s: want DIMENSION=VALUE,VALUE…, as in tls=1.2,1.3", text)
		}
		if before, twice := varied[name]; twice {
			return fmt.Errorf("--vary %s: it is there twice: write --vary %s=%s,%s", name, name, before, values)
		}
		varied[name] = values
		if err := o.scenario.Vary(name, strings.Split(values, ","), scenarios.Origin{Layer: scenarios.BySet, Name: "--vary " + name}); err != nil {
			return fmt.Errorf("--vary %s: %w", name, err)
		}
	}
	return nil
}

// keyLogVariable is what other TLS programs name their key log by.
const keyLogVariable = "SSLKEYLOGFILE"

func (o *options) environment() error {
	if err := misspelt(os.Environ()); err != nil {
		return err
	}
	o.inheritConnection()
	for _, option := range scenarios.Options() {
		name := option.Env()
		value := os.Getenv(name)
		if name == "" || value == "" {
			continue // pipelines set variables to nothing
		}
		if err := o.scenario.Set(option.Path, value, scenarios.Origin{Layer: scenarios.InEnvironment, Name: name}); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		o.read = append(o.read, variable{name, option.Path, value})
	}
	return nil
}

// inheritConnection takes what every command that connects takes.
func (o *options) inheritConnection() {
	o.inheritKeyLog()
	o.scenario.InheritProxy(os.Getenv)
	o.scenario.TLS.CertPassword = os.Getenv(tlsconf.PasswordVariable)
}

// inheritKeyLog honours the variable, unless something of this tool's own says
// otherwise.
func (o *options) inheritKeyLog() {
	if file := os.Getenv(keyLogVariable); file != "" && !o.scenario.Given("tls.keylog") {
		// A string takes every text.
		_ = o.scenario.Set("tls.keylog", file, scenarios.Origin{Layer: scenarios.InEnvironment, Name: keyLogVariable})
		o.read = append(o.read, variable{keyLogVariable, "tls.keylog", file})
	}
}

// inherit takes the one variable that a command without the others has too.
func (o *options) inherit(path string) error {
	if err := misspelt(os.Environ()); err != nil {
		return err
	}
	for _, option := range scenarios.Options() {
		value := os.Getenv(option.Env())
		if option.Path != path || value == "" {
			continue
		}
		if err := o.scenario.Set(path, value, scenarios.Origin{Layer: scenarios.InEnvironment, Name: option.Env()}); err != nil {
			return fmt.Errorf("%s: %w", option.Env(), err)
		}
	}
	return nil
}

// misspelt refuses a variable that is none of this tool's but near one: a check
// that is never made would pass. Others with the prefix belong to somebody else.
func misspelt(environment []string) error {
	known := []string{tlsconf.PasswordVariable}
	for _, option := range scenarios.Options() {
		if name := option.Env(); name != "" {
			known = append(known, name)
		}
	}
	names := make([]string, len(known))
	for i, name := range known {
		names[i] = strings.TrimPrefix(name, scenarios.EnvPrefix)
	}
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		own, ours := strings.CutPrefix(name, scenarios.EnvPrefix)
		if !ours || value == "" || slices.Contains(known, name) {
			continue
		}
		if near, ok := spelling.Nearest(own, names); ok {
			return fmt.Errorf("%s is no variable of tlsbench: %s%s is: set that, or unset this", name, scenarios.EnvPrefix, near)
		}
	}
	return nil
}

func (o *options) fromFlags() error {
	if o.target != "" {
		if err := o.scenario.Set("target", o.target, scenarios.Origin{Layer: scenarios.OnCommandLine, Name: "argument"}); err != nil {
			return err
		}
	}
	for _, option := range scenarios.Options() {
		if option.Flag != "" && o.flags.Changed(option.Flag) {
			o.scenario.Take(option, o.given, scenarios.Origin{Layer: scenarios.OnCommandLine, Name: "--" + option.Flag})
		}
	}
	family, name := "", ""
	switch {
	case o.ipv4 && o.ipv6:
		return errors.New("-4 and -6: choose one")
	case o.ipv4:
		family, name = "4", "--ipv4"
	case o.ipv6:
		family, name = "6", "--ipv6"
	default:
		return nil
	}
	return o.scenario.Set("net.family", family, scenarios.Origin{Layer: scenarios.OnCommandLine, Name: name})
}
