package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/session"
	"tlsbench/bench/wholefile"
	"tlsbench/report"
)

// listOptions are the flags of sessions.
type listOptions struct {
	file   string
	output string
}

func newSessions(main func(*cobra.Command, *listOptions) error) *cobra.Command {
	o := &listOptions{}
	c := &cobra.Command{
		Use:   "sessions FILE",
		Short: "List what a session file holds",
		Long: `sessions lists the sessions that 'tlsbench run --sessions-out FILE' wrote, for
--sessions-in: of which target they are, of which kind, and until when they can
be resumed. It shows none of their secrets. The file itself is secret: who holds
it can resume the sessions, and decrypt connections that were made with them.`,
		Example: `  tlsbench run tls://server.example:8443 --sessions-out s.sessions
  tlsbench sessions s.sessions
  tlsbench run tls://server.example:8443 --sessions-in s.sessions`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.file = args[0]
			return main(c, o)
		},
	}
	c.Flags().StringVarP(&o.output, "output", "o", "text", "FORMAT: text, json")
	return c
}

func sessionsMain(c *cobra.Command, o *listOptions) error {
	if o.output != "text" && o.output != "json" {
		return usage(fmt.Errorf("-o %s: want text or json", o.output))
	}
	file, err := session.Load(o.file)
	if err != nil {
		return usage(err)
	}
	list := report.Sessions{File: file, Now: time.Now()}
	write := list.WriteText
	if o.output == "json" {
		write = list.WriteJSON
	}
	if err := write(c.OutOrStdout()); err != nil {
		return notRun(err)
	}
	return nil
}

// sessionFiles are those that a run reads and writes.
type sessionFiles struct {
	in     []session.Session
	out    string // empty: none
	common bench.Arm
	held   []session.Session // at the end
}

// openSessions reads --sessions-in and checks that --sessions-out can be
// written. What a run could not use is refused before it begins.
func (o *options) openSessions(p bench.Plan, stderr io.Writer) (*sessionFiles, error) {
	asked := o.scenario.Sessions
	f := &sessionFiles{out: asked.Out, common: p.Arms[0]}
	flag, file := "--sessions-in", asked.In
	if file == "" {
		flag, file = "--sessions-out", asked.Out
	}
	switch {
	case file == "":
		return f, nil
	case f.common.Target.Local():
		return nil, fmt.Errorf("%s and %s: the keys of a server that is started here end with it, and so do its sessions: start one with 'tlsbench serve', or otherwise, and give its https:// address", flag, f.common.Target.Scheme)
	}
	if slices.ContainsFunc(p.Arms, func(a bench.Arm) bool { return targetOf(a) != targetOf(f.common) }) {
		return nil, fmt.Errorf("%s: a session file is of one target, and the arms go to several: leave one", flag)
	}
	if f.out != "" {
		if isStandard(f.out) {
			return nil, fmt.Errorf("--sessions-out %s: the report goes there, and sessions are secret: name a file of their own", f.out)
		}
		if err := wholefile.SecretWritable(f.out); err != nil {
			return nil, fmt.Errorf("--sessions-out: %w", err)
		}
	}
	if asked.In == "" {
		return f, nil
	}
	if err := f.read(asked.In, asked.Force, p, stderr); err != nil {
		return nil, fmt.Errorf("--sessions-in: %w", err)
	}
	return f, nil
}

func (f *sessionFiles) read(path string, force bool, p bench.Plan, stderr io.Writer) error {
	file, err := session.Load(path)
	if err != nil {
		return err
	}
	use := session.Use{Target: targetOf(f.common), Verify: !f.common.TLS.Insecure, Force: force}
	usable, expired, err := file.For(use, time.Now())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := enoughFor(p, usable, expired); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if expired > 0 {
		fmt.Fprintf(stderr, "tlsbench: --sessions-in %s: %d of %d sessions are over and are left out\n", path, expired, len(file.Sessions))
	}
	f.in = usable
	return nil
}

// enoughFor refuses sessions of which an arm could offer none.
func enoughFor(p bench.Plan, usable []session.Session, expired int) error {
	over := ""
	if expired > 0 {
		over = fmt.Sprintf(" that can still be used, and %d that are over", expired)
	}
	for _, arm := range p.Arms {
		if !arm.Session.Imported || slices.ContainsFunc(usable, arm.Takes) {
			continue
		}
		return fmt.Errorf("it holds %s%s; the arm %s offers %s: change --arms or --tls, or write the file anew",
			kindsOf(usable), over, arm.Name, offersOf(arm))
	}
	return nil
}

func offersOf(arm bench.Arm) string {
	kind, versions := "any", arm.TLS.MinVersion.String()
	if arm.Want != bench.WantResumed {
		kind = string(arm.Want)
	}
	if arm.TLS.MaxVersion != arm.TLS.MinVersion {
		versions += "-" + arm.TLS.MaxVersion.String()
	}
	if arm.QUIC() {
		versions += " over QUIC"
	}
	return kind + " of TLS " + versions
}

// isStandard reports whether a name leads to where this process writes its
// output, as /dev/stdout does.
func isStandard(name string) bool {
	info, err := os.Stat(name)
	if err != nil {
		return false
	}
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		if own, err := f.Stat(); err == nil && os.SameFile(info, own) {
			return true
		}
	}
	return false
}

// take is the driver's Export.
func (f *sessionFiles) take(_ bench.Arm, held []session.Session) { f.held = append(f.held, held...) }

// save writes what the arms held at the end.
func (f *sessionFiles) save(stderr io.Writer, quiet bool) error {
	if f.out == "" {
		return nil
	}
	if len(f.held) == 0 {
		return fmt.Errorf("--sessions-out %s: nothing was written: no session was held at the end", f.out)
	}
	all, err := session.Unique(f.held)
	if err == nil {
		err = session.File{
			Target: targetOf(f.common), Go: runtime.Version(), Created: time.Now().UTC(),
			Verified: !f.common.TLS.Insecure, Sessions: all,
		}.Save(f.out)
	}
	if err != nil {
		return fmt.Errorf("--sessions-out: %w", err)
	}
	if !quiet {
		fmt.Fprintf(stderr, "tlsbench: wrote %s to %s: keep it secret\n", kindsOf(all), f.out)
	}
	return nil
}

func targetOf(arm bench.Arm) session.Target {
	t := session.Target{Address: arm.Target.Address(), ServerName: arm.TLS.ServerName}
	if t.ServerName == "" {
		t.ServerName = arm.Target.Host
	}
	return t
}

// kindsOf writes "3 sessions (1 ticket of TLS 1.2, 2 psk of TLS 1.3)".
func kindsOf(all []session.Session) string {
	counts := map[string]int{}
	for _, s := range all {
		over := ""
		if s.QUIC {
			over = " over QUIC"
		}
		counts[fmt.Sprintf("%s of TLS %s%s", s.Mechanism(), bench.Version(s.Version), over)]++
	}
	var parts []string
	for kind, n := range counts {
		parts = append(parts, fmt.Sprintf("%d %s", n, kind))
	}
	slices.Sort(parts)
	noun := "sessions"
	if len(all) == 1 {
		noun = "session"
	}
	return fmt.Sprintf("%d %s (%s)", len(all), noun, strings.Join(parts, ", "))
}
