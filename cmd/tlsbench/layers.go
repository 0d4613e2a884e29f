package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

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
	o.inheritKeyLog()
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

// inheritKeyLog honours the variable, unless something of this tool's own says
// otherwise.
func (o *options) inheritKeyLog() {
	if file := os.Getenv(keyLogVariable); file != "" && !o.scenario.Given("tls.keylog") {
		// A string takes every text.
		_ = o.scenario.Set("tls.keylog", file, scenarios.Origin{Layer: scenarios.InEnvironment, Name: keyLogVariable})
		o.read = append(o.read, variable{keyLogVariable, "tls.keylog", file})
	}
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
