// Command tlsbench measures what TLS session resumption is worth on a server:
// it runs full and resumed handshakes against it in alternation, times every
// phase, counts CPU and bytes, and says with what confidence they differ.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/caret"
	"tlsbench/bench/compare"
	"tlsbench/scenarios"
)

func main() {
	// quic-go would log to stderr that the system grants its sockets no buffers
	// of 7 MB, of which a handshake needs none.
	const quiet = "QUIC_GO_DISABLE_RECEIVE_BUFFER_WARNING"
	if _, told := os.LookupEnv(quiet); !told {
		_ = os.Setenv(quiet, "true")
	}
	os.Exit(int(execute(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)))
}

// execute runs one command line and returns its exit code.
func execute(args []string, stdin io.Reader, stdout, stderr io.Writer) compare.Exit {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.Execute()
	if err == nil {
		return compare.Passed
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		// cobra's own errors are about the command line.
		exit = usage(fmt.Errorf("%w; see 'tlsbench --help'", err))
	}
	for _, reason := range exit.reasons {
		fmt.Fprintf(stderr, "tlsbench: %s\n", oneLine(reason))
	}
	for _, line := range exit.shown {
		fmt.Fprintf(stderr, "    %s\n", oneLine(line))
	}
	return exit.code
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "tlsbench",
		Short: "Measure what TLS session resumption is worth",
		Long: `tlsbench runs full and resumed TLS handshakes against a server in alternation,
times every phase, counts CPU and bytes on both ends, and says with what
confidence they differ. A handshake counts as the kind that was observed,
never as the kind that was asked for.

Exit codes: 0 passed; 1 the run could not be carried out; 2 wrong usage or
configuration; 3 the gate failed, for instance because resumption was asked
for and never came about, a check failed, or a metric got worse by more than was
allowed; 4 something that was asked could not be told (with --strict); 130
interrupted.`,
		Version:       bench.ThisTool().Version,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(newRun(runMain), newCompare(compareMain), newDoctor(doctorMain), newMerge(mergeMain), newNoise(noiseMain), newProbe(probeMain), newRender(renderMain),
		newScenarios(), newSchema(), newServe(serveMain), newSessions(sessionsMain), newChild())
	grouped(root)
	return root
}

// exitError ends a command with a code and a line for each reason.
type exitError struct {
	code    compare.Exit
	reasons []string
	shown   []string // of a file, below the reasons
}

func (e *exitError) Error() string { return strings.Join(e.reasons, "; ") }

func usage(err error) *exitError {
	return &exitError{code: compare.Usage, reasons: []string{err.Error()}, shown: snippet(err)}
}

func notRun(err error) *exitError {
	return &exitError{code: compare.NotRun, reasons: []string{err.Error()}}
}

// snippet is the place of a file or a text that an error is about, in lines.
func snippet(err error) []string {
	var at *scenarios.Fault
	var in *caret.Error
	switch {
	case errors.As(err, &at) && at.Snippet() != "":
		return strings.Split(at.Snippet(), "\n")
	case errors.As(err, &in) && !strings.HasSuffix(err.Error(), in.Caret()):
		return strings.Split(in.Caret(), "\n")
	}
	return nil
}

func interrupted() *exitError {
	return &exitError{code: compare.Interrupted, reasons: []string{"interrupted before anything was measured"}}
}

// oneLine keeps what other programs said, such as a server's answer, from
// breaking the line or reaching the terminal as control codes.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return -1
		}
		return r
	}, s)
}
