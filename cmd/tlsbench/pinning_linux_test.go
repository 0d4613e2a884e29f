package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tlsbench/bench/pin"
)

// allowedIn is what the kernel lets a process, and each of its threads, run on.
func allowedIn(t *testing.T, pid int) (lists []string) {
	t.Helper()
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, thread := range threads {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/status", pid, thread.Name()))
		if err != nil {
			continue // it has ended
		}
		m := regexp.MustCompile(`Cpus_allowed_list:\t(\S+)`).FindSubmatch(text)
		if m == nil {
			t.Fatalf("process %d does not say where it may run", pid)
		}
		if list := string(m[1]); !slices.Contains(lists, list) {
			lists = append(lists, list)
		}
	}
	return lists
}

// What the kernel says of the tool, of the child and of the servers that it
// starts, is what was asked for.
func TestPinned(t *testing.T) {
	allowed, err := pin.Allowed()
	if err != nil {
		t.Fatal(err)
	}
	if len(allowed) < 2 {
		t.Skip("it takes two CPUs")
	}
	first, last := fmt.Sprint(allowed[0]), fmt.Sprint(allowed[len(allowed)-1])
	all := strings.ReplaceAll(allowed.String(), "+", ",")
	check := func(t *testing.T, target, cpus, client, server string) {
		t.Parallel()
		var stdout bytes.Buffer
		c := start(t, &stdout, "run", target, "--cpus", cpus, "-d", "60s")
		defer func() {
			if exit := signalled(t, c, c.Process.Pid, os.Interrupt); exit != 130 {
				t.Errorf("exit code %d:\n%s", exit, stdout.String())
			}
		}()
		if got := allowedIn(t, c.Process.Pid); !slices.Equal(got, []string{client}) {
			t.Errorf("%s: the tool runs on %q, want %s", cpus, got, client)
		}
		servers := descendantsOf(t, c.Process.Pid)
		if len(servers) == 0 {
			t.Errorf("%s: no server", cpus)
		}
		for _, pid := range servers {
			if got := allowedIn(t, pid); !slices.Equal(got, []string{server}) {
				t.Errorf("%s: process %d runs on %q, want %s", cpus, pid, got, server)
			}
		}
	}
	for _, cpus := range []struct{ cpus, client, server string }{
		{"client=" + first + ",server=" + last, first, last},
		{"client=" + first, first, all},
		{"server=" + last, all, last},
	} {
		t.Run(cpus.cpus, func(t *testing.T) { check(t, "embedded:", cpus.cpus, cpus.client, cpus.server) })
	}
	eachInstalled(t, func(t *testing.T, scheme string) {
		check(t, scheme+":", "client="+last+",server="+first, last, first)
	})
}

// What a client has is what it was pinned to: it is judged by that.
func TestPinnedClientIsJudgedByItsCores(t *testing.T) {
	allowed, err := pin.Allowed()
	if err != nil {
		t.Fatal(err)
	}
	if len(allowed) < 2 {
		t.Skip("it takes two CPUs")
	}
	one, two := fmt.Sprint(allowed[0]), fmt.Sprint(allowed[1])
	for cpus, want := range map[string]float64{
		"client=" + one + ",server=" + two: 1,
		"client=" + one + "+" + two:        2,
		"server=" + two:                    float64(len(allowed)),
	} {
		t.Run(cpus, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "r.json")
			var stdout bytes.Buffer
			c := start(t, &stdout, "run", "--cpus", cpus, "-c", "2", "-n", "40", "--rounds", "2", "--warmup", "0", "-o", "json="+file)
			if err := c.Wait(); err != nil {
				t.Fatalf("%v:\n%s", err, stdout.String())
			}
			for _, round := range load(t, file).Rounds {
				for _, b := range round.Blocks {
					// A quota of the tests' own may allow less.
					if b.Client == nil || b.Client.Cores > want || b.Client.Quota == 0 && b.Client.Cores != want {
						t.Errorf("%s: judged by %+v, want %v cores", b.Arm, b.Client, want)
					}
				}
			}
		})
	}
}
