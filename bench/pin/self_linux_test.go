package pin

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"tlsbench/bench/testchild"
)

// pinned is set in a process that pins itself, to where.
const pinned = "TLSBENCH_PINNED"

// TestSelf pins a process of its own, which has many threads, and reads back
// what the kernel says of each.
func TestSelf(t *testing.T) {
	allowed, err := Allowed()
	if err != nil {
		t.Fatal(err)
	}
	cpu := strconv.Itoa(allowed[len(allowed)-1])
	for _, procs := range []string{"", "1", "8"} {
		env := []string{pinned + "=" + cpu}
		if procs != "" {
			env = append(env, "GOMAXPROCS="+procs)
		}
		p, err := testchild.Start(env...)
		if err != nil {
			t.Fatal(err)
		}
		line, err := p.Out.ReadString('\n')
		if line != "GOMAXPROCS 1\n" {
			t.Errorf("GOMAXPROCS=%q: it said %q, %v", procs, line, err)
		}
		threads, err := filepath.Glob("/proc/" + strconv.Itoa(p.PID()) + "/task/*/status")
		if err != nil || len(threads) < 8 {
			t.Errorf("%d threads, %v: want more", len(threads), err)
		}
		for _, file := range threads {
			text, err := os.ReadFile(file)
			if err != nil {
				continue // it has ended
			}
			if !strings.Contains(string(text), "Cpus_allowed_list:\t"+cpu+"\n") {
				t.Errorf("%s is not pinned to CPU %s", file, cpu)
			}
		}
		if err := p.End(); err != nil {
			t.Error(err)
		}
	}
}

func TestMain(m *testing.M) {
	if where := os.Getenv(pinned); where != "" {
		if err := pinnedProcess(where); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// pinnedProcess is that process.
func pinnedProcess(where string) error {
	hold := make(chan struct{})
	thread := func(ready chan<- struct{}) {
		runtime.LockOSThread()
		ready <- struct{}{}
		<-hold
	}
	ready := make(chan struct{})
	for range 8 {
		go thread(ready)
		<-ready
	}
	s, err := ParseSet(where)
	if err == nil {
		err = Self(s)
	}
	if err != nil {
		return err
	}
	for range 8 { // what starts later is pinned, too
		go thread(ready)
		<-ready
	}
	os.Stdout.WriteString("GOMAXPROCS " + strconv.Itoa(runtime.GOMAXPROCS(0)) + "\n")
	_, _ = io.Copy(io.Discard, os.Stdin)
	close(hold)
	return nil
}

func TestSelfRefusesWhatThereIsNot(t *testing.T) {
	allowed, err := Allowed()
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.GOMAXPROCS(0)
	if err := Self(Set{most - 1}); err == nil {
		t.Error("it was pinned to a CPU that there is not")
	}
	if after, err := Allowed(); err != nil || after.String() != allowed.String() || runtime.GOMAXPROCS(0) != before {
		t.Errorf("it may now use %v (%v), with GOMAXPROCS %d", after, err, runtime.GOMAXPROCS(0))
	}
	if err := Self(nil); err != nil {
		t.Error(err)
	}
}
