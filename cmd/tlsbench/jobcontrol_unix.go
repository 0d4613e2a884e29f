//go:build unix

package main

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"tlsbench/report/live"
)

// followTerminal draws the view anew as soon as its terminal has another size,
// and takes it away while Ctrl-Z stops the process, until the returned function
// is called.
func followTerminal(w *live.Watch) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGWINCH)
	if !signal.Ignored(syscall.SIGTSTP) { // by a shell without job control
		signal.Notify(signals, syscall.SIGTSTP)
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			case s := <-signals:
				if s == syscall.SIGTSTP {
					w.Suspend(stopProcess)
				} else {
					w.Redraw()
				}
			}
		}
	})
	return func() {
		signal.Stop(signals)
		close(done)
		wg.Wait()
	}
}

// stopProcess stops this process until a shell continues it. Package signal does
// not give SIGTSTP back to the system (Reset has it ignored), so this sends
// SIGTTOU, which no one handles: unlike SIGSTOP, it too stops nothing that no
// shell could continue.
func stopProcess() {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTTOU); err != nil {
		return
	}
	select {
	case <-continued:
	case <-time.After(100 * time.Millisecond): // not stopped
	}
}
