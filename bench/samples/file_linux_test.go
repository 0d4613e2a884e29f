package samples

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A pipe is written to while somebody reads, and keeps nobody waiting: not for a
// reader that never comes, nor for one that stopped reading.
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("there are no pipes: ", err)
	}
	if _, err := Open(path); !errors.Is(err, syscall.ENXIO) || !strings.Contains(err.Error(), "start what reads from it first") {
		t.Errorf("without a reader: %v", err)
	}
	reader, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	f.patience = time.Millisecond
	f.Begin(time.Unix(0, 0), plan("a"))
	const batches = 1000 // more than a pipe holds
	for range batches {
		f.Take(0, 1, some(time.Unix(0, 0)))
	}
	log := f.End()
	if !errors.Is(log.Err, errLate) || log.Written+log.Dropped != 3*batches || log.Dropped == 0 {
		t.Errorf("%+v", log)
	}
	<-f.done // closing the pipe ended the write
}
