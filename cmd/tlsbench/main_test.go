package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/target/installed"
	"tlsbench/scenarios"
)

// The test binary is also the tool, for the scripts, and the embedded server,
// for runs inside the test process.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == childCommand {
		main()
	}
	if filepath.Base(os.Args[0]) != "tlsbench" { // the tool itself, in scripts
		// Whatever the shell has, so that tests may run at the same time.
		for _, name := range environment() {
			os.Unsetenv(name)
		}
		// A program built with -race waits a second for late races as it
		// exits, and the tests start hundreds.
		os.Setenv("GORACE", "atexit_sleep_ms=20 "+os.Getenv("GORACE"))
		waitTogether()
	}
	testscript.Main(m, map[string]func(){"tlsbench": main})
}

// waitTogether lets twice as many tests run at the same time as there are
// processors, unless -parallel says otherwise: half of their time they wait for a
// block's end, a server or a ticket. With -race they have enough to do.
func waitTogether() {
	if !raceDetector {
		_ = flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0)))
	}
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
		},
		// Where servers are required, none is missing.
		Condition: func(cond string) (bool, error) {
			scheme, ok := strings.CutPrefix(cond, "installed:")
			server, known := installed.Lookup(scheme)
			if !ok || !known {
				return false, fmt.Errorf("unknown condition %q", cond)
			}
			_, err := server.Find()
			return err == nil || os.Getenv("TLSBENCH_REQUIRE_SERVERS") == "1", nil
		},
	})
}

// exits CODE COMMAND... runs a command that must end with that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// outcome is what one command line did.
type outcome struct {
	exit           compare.Exit
	stdout, stderr string
}

// environment are the variables that the tool heeds.
func environment() []string {
	proxies, exceptions := scenarios.ProxyVariables()
	all := append(append([]string{keyLogVariable, "COLUMNS"}, proxies...), exceptions...)
	for _, o := range scenarios.Options() {
		if name := o.Env(); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// toolLink is the tool as a program of its own. By the scripts' rule the test
// binary is the tool under the tool's name.
func toolLink(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "tlsbench")
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	return link
}

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

// run executes a command line in this process.
func run(t *testing.T, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	exit := execute(args, strings.NewReader(""), &stdout, &stderr)
	return outcome{exit, stdout.String(), stderr.String()}
}

// measure runs a command line that must pass and returns its result.
func measure(t *testing.T, args ...string) *bench.Result {
	t.Helper()
	file := filepath.Join(t.TempDir(), "result.json")
	o := run(t, append(args, "-q", "-o", "json="+file)...)
	if o.exit != compare.Passed {
		t.Fatalf("tlsbench %s: exit %d: %s", strings.Join(args, " "), o.exit, o.stderr)
	}
	return load(t, file)
}

func load(t *testing.T, file string) *bench.Result {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r bench.Result
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

func armOf(t *testing.T, r *bench.Result, name string) *bench.ArmResult {
	t.Helper()
	a, ok := r.Arm("session=" + name)
	if !ok {
		t.Fatalf("the result has no arm %s", name)
	}
	return a
}
