package main

import (
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"tlsbench/bench"
)

// resolved parses a command line of run, behind its variables, and gives the
// line that its result would tell.
func resolved(t *testing.T, words ...string) (o *options, line string) {
	t.Helper()
	for len(words) > 0 && words[0] != "run" {
		name, value, _ := strings.Cut(words[0], "=")
		t.Setenv(name, value)
		words = words[1:]
	}
	c := newRun(func(_ *cobra.Command, given *options) error {
		o = given
		return o.resolve()
	})
	c.SetArgs(words[1:])
	c.SilenceUsage, c.SilenceErrors = true, true
	if err := c.Execute(); err != nil {
		t.Fatalf("%q: %v", words, err)
	}
	return o, o.commandLine()
}

func TestCommandLine(t *testing.T) {
	for _, tt := range []struct {
		words []string
		want  string
	}{
		{[]string{"run"}, "tlsbench run"},
		{[]string{"TLSBENCH_WORKERS=4", "run", "nginx:", "-d", "1s", "--file", "mechanisms"}, "TLSBENCH_WORKERS=4 tlsbench run -d 1s -f mechanisms nginx:"},
		{[]string{"run", "embedded:?rtt=20ms&tls=1.2"}, "tlsbench run 'embedded:?rtt=20ms&tls=1.2'"},
		{[]string{"run", "--", "-h"}, "tlsbench run -- -h"},
		{[]string{"run", "-c3", "-4qk", "--strict=false", "--warmup", "0"}, "tlsbench run -c 3 -4 -q -k --strict=false --warmup 0s"},
		{[]string{"run", "--set", "load.rounds=7", "-o", "json=a b", "--vary", "tls=1.2,1.3", "-o", "text", "--set=tls.sni="},
			"tlsbench run --set load.rounds=7 --set tls.sni= -o 'json=a b' -o text --vary tls=1.2,1.3"},
		{[]string{"run", "--groups", "X25519", "--groups", "P-256", "--arms", "psk", "--arms", "full, resumed"}, "tlsbench run --groups X25519,P-256 --arms full,resumed"},
		{[]string{"run", "--check", "tls.p95 < 2ms", "--baseline", "it's", "--method", "$(x)"}, `tlsbench run --check 'tls.p95 < 2ms' --baseline 'it'\''s' --method '$(x)'`},
		{[]string{"SSLKEYLOGFILE=/tmp/k", "TLSBENCH_INSECURE=true", "TLSBENCH_SNI=", "run", "--keylog", "own"},
			"SSLKEYLOGFILE=/tmp/k TLSBENCH_INSECURE=true tlsbench run --keylog own"},
		{[]string{"run", "--sni", "a\x1b[2Jb\nc"}, "tlsbench run --sni 'a\x1b[2Jb\nc'"},
		{[]string{"run", "--sni", "\xff"}, "tlsbench run --sni '\uFFFD'"},
		{[]string{"run", "--sni", strings.Repeat("s", bench.MaxCommand-len("tlsbench run --sni "))}, "tlsbench run --sni " + strings.Repeat("s", bench.MaxCommand-len("tlsbench run --sni "))},
		{[]string{"run", "--sni", strings.Repeat("s", bench.MaxCommand)}, ""},
	} {
		t.Run(tt.want[:min(40, len(tt.want))], func(t *testing.T) {
			if _, got := resolved(t, tt.words...); got != tt.want {
				t.Errorf("%.200q became %.200s\nwant %.200s", tt.words, got, tt.want)
			}
		})
	}
}

// Whichever way a secret is given in, also where something else takes its
// place, it is not told.
func TestCommandLineKeepsSecrets(t *testing.T) {
	const url = "https://u:hunter2@h/"
	for _, tt := range []struct {
		words []string
		want  string
	}{
		{[]string{"run", "-H", "Authorization: Bearer hunter2", "--header=X-A:hunter2"}, "tlsbench run -H 'Authorization: …' -H 'X-A: …'"},
		{[]string{"TLSBENCH_HEADER=A: hunter2\nB: hunter2", "run"}, "TLSBENCH_HEADER='A: …\nB: …' tlsbench run"},
		{[]string{"run", "--set", "http.headers=Cookie: hunter2=x"}, "tlsbench run --set 'http.headers=Cookie: …'"},
		{[]string{"run", "--server-cpu-cmd", "ssh h hunter2"}, "tlsbench run --server-cpu-cmd 'ssh …'"},
		{[]string{"TLSBENCH_SERVER_CPU_CMD=P=hunter2 ssh", "run"}, "TLSBENCH_SERVER_CPU_CMD='…' tlsbench run"},
		{[]string{"run", "--set", "server.cpu-cmd=echo 'hunter2'"}, "tlsbench run --set 'server.cpu-cmd=echo …'"},
		{[]string{"TLSBENCH_VS=" + url, "run", "--vs", url, "--set", "vs=" + url, url},
			"TLSBENCH_VS='https://…@h/' tlsbench run --vs 'https://…@h/' --set 'vs=https://…@h/' 'https://…@h/'"},
		{[]string{"run", "--set", "target=" + url, "--set", "matrix.target=a," + url, "--vary", "target=" + url + ",b"},
			"tlsbench run --set 'target=https://…@h/' --set 'matrix.target=a,https://…@h/' --vary 'target=https://…@h/,b'"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			if _, got := resolved(t, tt.words...); got != tt.want {
				t.Errorf("became %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A shell takes the line for what was given: it makes the same scenario, and
// tells the same line.
func TestCommandLineIsTakenByAShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	const script = `tlsbench() {
	printf '%s\0' "TLSBENCH_SNI=$TLSBENCH_SNI"
	for word; do printf '%s\0' "$word"; done
}
`
	words := []string{"TLSBENCH_SNI=a 'b'\n$HOME", "run", "--alpn", `"a,b",c`, "--groups", "X25519,P-256", "--arms", "full,psk", "-c", "2",
		"--check", "", "--check", `a\b"c' *~#!`, "-k=false", "--proto=h2", "-6", "-d", "90s", "--set", "tls.versions=1.2", "--vary", "workers=1,2", "--", "-h:1"}
	first, line := resolved(t, words...)
	said, err := exec.Command(sh, "-c", script+line).Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	again := strings.Split(strings.TrimSuffix(string(said), "\x00"), "\x00")
	second, twice := resolved(t, again...)
	if twice != line {
		t.Errorf("%s\nbecame %s", line, twice)
	}
	if !reflect.DeepEqual(first.scenario, second.scenario) {
		t.Errorf("%s\nmakes another scenario:\n%+v\n%+v", line, first.scenario, second.scenario)
	}
	if first.target != "-h:1" || len(first.scenario.TLS.ALPN) != 2 || len(first.scenario.Checks) != 2 {
		t.Errorf("not what was given: %+v", first.scenario)
	}
}
