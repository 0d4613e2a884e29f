package timer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// alarm is a timerfd on CLOCK_MONOTONIC, the clock of Go's monotonic readings,
// which the kernel fires without the slack that it allows a sleeping thread.
type alarm struct {
	file   *os.File
	raw    syscall.RawConn
	arm    func(fd uintptr) // kept, so that arming allocates nothing
	spec   unix.ItimerSpec
	armErr error
	fired  [8]byte
}

func newAlarm() (*alarm, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("timer: timerfd_create: %w", err)
	}
	a := &alarm{file: os.NewFile(uintptr(fd), "timerfd")}
	// A descriptor that the poller does not take has no deadlines.
	if err := a.file.SetReadDeadline(time.Time{}); err != nil {
		a.file.Close()
		return nil, fmt.Errorf("timer: the network poller refuses a timerfd: %w", err)
	}
	if a.raw, err = a.file.SyscallConn(); err != nil {
		a.file.Close()
		return nil, fmt.Errorf("timer: %w", err)
	}
	a.arm = func(fd uintptr) { a.armErr = unix.TimerfdSettime(int(fd), 0, &a.spec, nil) }
	return a, nil
}

// wait returns after d, which must be positive: zero disarms a timerfd.
func (a *alarm) wait(ctx context.Context, d time.Duration) error {
	a.spec.Value = unix.NsecToTimespec(int64(d))
	if err := a.raw.Control(a.arm); err != nil {
		return fmt.Errorf("timer: %w", os.ErrClosed) // the only reason, behind an internal error
	}
	if a.armErr != nil {
		return fmt.Errorf("timer: timerfd_settime: %w", a.armErr)
	}
	if ctx.Done() == nil {
		return a.read()
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		_ = a.file.SetReadDeadline(time.Unix(1, 0)) // fails only once closed
	})
	err := a.read()
	if !stop() {
		<-ended // lest the deadline hits a later wait
		_ = a.file.SetReadDeadline(time.Time{})
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ctx.Err()
	}
	return err
}

func (a *alarm) read() error {
	if _, err := a.file.Read(a.fired[:]); err != nil {
		return fmt.Errorf("timer: %w", err)
	}
	return nil
}

func (a *alarm) close() error { return a.file.Close() }
