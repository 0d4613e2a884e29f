package target

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func startChild(t testing.TB) *Child {
	t.Helper()
	child, err := StartChild(t.Context(), command(roleChild))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { child.Stop() })
	return child
}

func TestChildServesSeveralServers(t *testing.T) {
	t.Parallel()
	child := startChild(t)
	var servers sync.WaitGroup
	for _, query := range []string{"", "key=ed25519&chain=2", "tls=1.2&client-auth=require", "rtt=2ms"} {
		servers.Go(func() {
			settings := mustParse(t, query)
			e, err := child.Listen(t.Context(), settings, "127.0.0.1:0")
			if err != nil {
				t.Error(err)
				return
			}
			if e.Settings != settings {
				t.Errorf("asked for %q, got %q", settings, e.Settings)
			}
			config := clientConfig(t, e)
			addClientCertificate(t, config, e)
			config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			for range 3 {
				if _, err := shake(e.Address, config); err != nil {
					t.Error(err)
				}
				if err := child.CollectGarbage(t.Context()); err != nil {
					t.Error(err)
				}
			}
			want := Counts{Full: 1, PSK: 2}
			if settings.MaxVersion == tls.VersionTLS12 {
				want = Counts{Full: 1, Ticket: 2}
			}
			waitForCounts(t, func() Counts {
				counts, err := child.Counts(t.Context(), e.Address)
				if err != nil {
					t.Error(err)
				}
				return counts
			}, want)
		})
	}
	servers.Wait()
	if child.PID() == os.Getpid() {
		t.Error("the child is this process")
	}
}

func TestChildAnswersErrors(t *testing.T) {
	t.Parallel()
	child := startChild(t)
	if _, err := child.Listen(t.Context(), DefaultSettings(), "192.0.2.1:0"); err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("listening elsewhere: %v", err)
	}
	if _, err := child.Listen(t.Context(), Settings{}, "127.0.0.1:0"); err == nil || !strings.Contains(err.Error(), `client-auth=""`) {
		t.Errorf("settings that are none: %v", err)
	}
	if _, err := child.Counts(t.Context(), "127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("counts of nothing: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := child.Listen(ended, DefaultSettings(), "127.0.0.1:0"); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
	if err := child.CollectGarbage(t.Context()); err != nil {
		t.Errorf("after errors: %v", err)
	}
}

func TestChildStops(t *testing.T) {
	t.Parallel()
	child := startChild(t)
	var stops sync.WaitGroup
	for range 3 {
		stops.Go(func() {
			if err := child.Stop(); err != nil {
				t.Error(err)
			}
		})
	}
	stops.Wait()
	<-child.Done()
	if err := child.CollectGarbage(t.Context()); err == nil || !strings.Contains(err.Error(), "has ended: exit status 0") {
		t.Errorf("a call to a child that has stopped: %v", err)
	}
}

func TestChildServesHTTP3(t *testing.T) {
	t.Parallel()
	child := startChild(t)
	settings := mustParse(t, "proto=h3&early-data=off&retry=on&rtt=1ms&client-auth=require")
	e, err := child.Listen(t.Context(), settings, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if e.Settings != settings {
		t.Errorf("asked for %q, got %q", settings, e.Settings)
	}
	client := newQUICClient(t, e)
	first, err := client.visit(t, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := client.visit(t, first.granted, true); err != nil || !second.rejectedEarly || client.retries.Load() == 0 {
		t.Errorf("early data rejected: %t, %d Retry packets, %v", second.rejectedEarly, client.retries.Load(), err)
	}
	waitForCounts(t, func() Counts {
		counts, err := child.Counts(t.Context(), e.Address)
		if err != nil {
			t.Error(err)
		}
		return counts
	}, Counts{Full: 1, PSK: 1})
}

// Ctrl-C in a terminal goes to parent and child, and so does the SIGTERM of
// timeout(1): the child leaves them alone.
func TestChildIgnoresInterrupts(t *testing.T) {
	t.Parallel()
	child := startChild(t)
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGHUP, syscall.SIGTERM} {
		if err := child.cmd.Process.Signal(signal); err != nil {
			t.Skipf("cannot send %v here: %v", signal, err)
		}
	}
	if err := child.CollectGarbage(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestChildThatDies(t *testing.T) {
	t.Parallel()
	child := startChild(t)
	failed := make(chan error)
	go func() { // keeps the child busy for far longer than it lives
		var err error
		for err == nil {
			_, err = child.Listen(context.Background(), mustParse(t, "key=rsa-2048"), "127.0.0.1:0")
		}
		failed <- err
	}()
	time.Sleep(50 * time.Millisecond)
	if err := child.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("the child process (pid %d) has ended: signal: killed", child.PID())
	_, countsErr := child.Counts(t.Context(), "127.0.0.1:1")
	for call, err := range map[string]error{"a pending call": <-failed, "a later call": countsErr, "Stop": child.Stop()} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", call, err, want)
		}
	}
}

func TestStartChildRefuses(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name    string
		ctx     context.Context
		command Command
		want    []string
	}{
		{"a crash", t.Context(), command(roleCrash), []string{"has ended: exit status 2", "panic: out of cheese"}},
		{"another program", t.Context(), command(roleAlien), []string{"Usage: not what you meant", "no answer"}},
		{"nothing", t.Context(), Command{Path: "/nonexistent", Args: []string{"x"}}, []string{"/nonexistent"}},
		{"an ended context", ended, command(roleChild), []string{"canceled"}},
	} {
		child, err := StartChild(tt.ctx, tt.command)
		if err == nil {
			child.Stop()
			t.Errorf("%s is accepted", tt.name)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %q does not hold %q", tt.name, err, want)
			}
		}
	}
}

func TestTailIsBounded(t *testing.T) {
	var kept tail
	for i := range 20000 {
		fmt.Fprintf(&kept, "line %d\n", i)
	}
	fmt.Fprintf(&kept, "  \n\n")
	if len(kept.kept) > 2*maxTail || kept.reason() != "line 19999" {
		t.Errorf("%d bytes kept, reason %q", len(kept.kept), kept.reason())
	}
}
