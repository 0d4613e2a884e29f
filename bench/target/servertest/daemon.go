package servertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"text/template"

	"tlsbench/bench/target/process"
)

// daemon is a server that is being set up: in a folder of its own, as a user
// without privileges.
type daemon struct {
	t       testing.TB
	o       Options
	program string
	dir     string
	as      account  // to whom the folder belongs
	prefix  []string // of commands that run as that user
}

// newDaemon prepares a folder with chain.pem, key.pem and ca.pem. The options
// that it heeds are Key, Identity, Host and CPUs.
func newDaemon(t testing.TB, o Options, program, debianPackage string) *daemon {
	t.Helper()
	d := &daemon{t: t, program: programIn(t, program, debianPackage)}
	if heeded := (Options{Key: o.Key, Identity: o.Identity, Host: o.Host, CPUs: o.CPUs}); !reflect.DeepEqual(o, heeded) {
		t.Fatalf("%s is set up by its key, identity, address and processors only: got %+v", program, o)
	}
	d.o = o.withDefaults()
	d.unprivileged()
	var err error
	// Short, as the names of Unix sockets must be; and unlike a test's own
	// folder it can be given to another user.
	if d.dir, err = os.MkdirTemp("", "servertest"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(d.dir) }) // what a server still writes there is lost anyway
	d.own(d.dir)
	id := d.o.identity(t)
	for name, file := range map[string]string{"chain.pem": id.chain, "key.pem": id.key, "ca.pem": id.CAFile} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d.write(name, string(text))
	}
	t.Cleanup(d.tell)
	return d
}

// programIn is program, for those of a folder that is on nobody's PATH too.
func programIn(t testing.TB, name, debianPackage string) string {
	t.Helper()
	if !filepath.IsAbs(name) {
		return program(t, name, debianPackage)
	}
	if _, err := os.Stat(name); err != nil {
		missing(t, name, debianPackage)
	}
	return name
}

// path is that of a file in its folder.
func (d *daemon) path(name string) string { return filepath.Join(d.dir, name) }

// write makes a file that only the server reads, and returns its path.
func (d *daemon) write(name, text string) string {
	d.t.Helper()
	file := d.path(name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.own(file)
	return file
}

// fill writes a file from a template that sees Dir, the folder, Host, As, and
// what more it needs.
func (d *daemon) fill(name, text string, more map[string]any) string {
	d.t.Helper()
	data := map[string]any{"Dir": d.dir, "Host": d.o.Host, "As": d.as}
	for key, value := range more {
		data[key] = value
	}
	tmpl, err := template.New(name).Option("missingkey=error").Parse(text)
	var out strings.Builder
	if err == nil {
		err = tmpl.Execute(&out, data)
	}
	if err != nil {
		d.t.Fatalf("configuration: %v", err)
	}
	return d.write(name, out.String())
}

// folders makes folders of the server's.
func (d *daemon) folders(names ...string) {
	d.t.Helper()
	for _, name := range names {
		if err := os.Mkdir(d.path(name), 0o700); err != nil {
			d.t.Fatal(err)
		}
		d.own(d.path(name))
	}
}

// run runs a program to its end, in the server's name.
func (d *daemon) run(argv ...string) {
	d.t.Helper()
	argv = append(d.prefix[:len(d.prefix):len(d.prefix)], argv...)
	c := exec.CommandContext(d.t.Context(), argv[0], argv[1:]...)
	c.Dir = d.dir
	if out, err := c.CombinedOutput(); err != nil {
		d.t.Fatalf("%s: %v: %s", strings.Join(argv, " "), err, out)
	}
}

// start launches the server; all that it leaves behind ends with it. Some exit
// without a word where a port is taken, postfix among them.
func (d *daemon) start(ports int, command recipe) *process.Process {
	d.t.Helper()
	p := launchAs(d.t, d.o, process.Command{Argv: d.prefix, Dir: d.dir, Apart: true}, process.ErrExited, ports, command)
	guard(d.t, p.PID())
	return p
}

// tell repeats the ends of its logs where the test failed.
func (d *daemon) tell() {
	if !d.t.Failed() {
		return
	}
	for _, name := range []string{"stdout", "stderr", "log"} {
		if text, err := os.ReadFile(d.path(name)); err == nil && len(text) > 0 {
			d.t.Logf("%s, at the end of its %s:\n%s", filepath.Base(d.program), name, text[max(0, len(text)-4000):])
		}
	}
}
