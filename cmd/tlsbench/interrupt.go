package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"tlsbench/bench/compare"
	"tlsbench/report/live"
)

// interruptible returns a context that the first Ctrl-C ends, so that what was
// measured is still reported. The second ends the process at once. what says
// what the first one waits for.
func interruptible(parent context.Context, stderr io.Writer, what string) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		select {
		case <-signals:
		case <-done:
			return
		}
		// In the place of the ^C, and of what shows the progress, which goes on
		// below it.
		erase := ""
		if _, ok := redrawable(stderr); ok {
			erase = live.Erase
		} else if isTerminal(stderr) {
			erase = "\n"
		}
		fmt.Fprintf(stderr, "%stlsbench: %s; interrupt again to exit at once\n", erase, what)
		cancel()
		select {
		case <-signals:
			fmt.Fprint(stderr, erase)
			os.Exit(int(compare.Interrupted))
		case <-done:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel()
	}
}
