// Package samples writes every measured attempt of a run as a line of JSON,
// while the run goes on.
//
// Measuring comes first: workers hand over copies and never wait. What the disk
// cannot take in time is dropped, a whole batch at a time, and counted; so the
// file either has every attempt or says how many it lacks.
//
// The first line says what the file is of, the last one how many attempts were
// written and dropped. Lines in between stand as they were handed over, batch by
// batch, and so not in the order of time.
package samples

import (
	"errors"
	"io"
	"sync/atomic"
	"time"

	"tlsbench/bench"
)

// Schema is the number of the lines' shape. It rises when a reader of the older
// shape would misread the newer one.
const Schema = 1

const (
	// depth is how many batches may wait for the disk: 5 MB of them, some
	// seconds of a busy client.
	depth = 4096

	// often is how soon whoever reads along sees an attempt.
	often = 100 * time.Millisecond

	// patience is how long the end of a run waits for the disk.
	patience = 10 * time.Second
)

var errLate = errors.New("the rest was not taken in time")

// batch is what a worker hands over at once.
type batch struct {
	arm, round, n int
	samples       [8]bench.Sample // as many as workers collect
}

// Writer is a bench.SampleSink.
type Writer struct {
	lines    *lines
	encoder  encoder
	full     chan *batch
	free     chan *batch
	made     atomic.Int64 // batches that there are
	taken    atomic.Int64 // attempts
	written  atomic.Int64 // attempts
	patience time.Duration
	done     chan struct{}
}

// New gives a writer that begins with its first sample. What it writes to may be
// an *os.File that was opened to append: after a failed write, part of a line is
// taken back.
func New(to io.Writer) *Writer {
	return &Writer{
		lines:    &lines{to: to},
		full:     make(chan *batch, depth),
		free:     make(chan *batch, depth),
		patience: patience,
		done:     make(chan struct{}),
	}
}

// Begin implements bench.SampleSink.
func (w *Writer) Begin(started time.Time, p bench.Plan) {
	header := w.encoder.begin(started, p)
	go w.write(header)
}

// Take implements bench.SampleSink. It copies up to 1.3 kB and takes two short
// locks; it allocates while the disk falls further behind than before.
func (w *Writer) Take(arm, round int, all []bench.Sample) {
	w.taken.Add(int64(len(all)))
	for len(all) > 0 {
		b := w.empty()
		if b == nil {
			return
		}
		n := copy(b.samples[:], all)
		b.arm, b.round, b.n = arm, round, n
		w.full <- b // has room for all there are; b is the writer's from here on
		all = all[n:]
	}
}

// empty is a batch to fill, nil where all of them wait for the disk.
func (w *Writer) empty() *batch {
	select {
	case b := <-w.free:
		return b
	default:
	}
	if w.made.Add(1) > depth {
		w.made.Add(-1)
		return nil
	}
	return new(batch)
}

// End implements bench.SampleSink.
func (w *Writer) End() bench.SampleLog {
	close(w.full)
	late := time.NewTimer(w.patience)
	defer late.Stop()
	var err error
	select {
	case <-w.done:
		err = w.lines.err
	case <-late.C:
		err = errLate
	}
	written := w.written.Load()
	return bench.SampleLog{Written: written, Dropped: w.taken.Load() - written, Err: err}
}

// write writes until the end, or what it can. A failed write ends the writing
// and not the run: the batches are emptied all the same.
func (w *Writer) write(header []byte) {
	defer close(w.done)
	tick := time.NewTicker(often)
	defer tick.Stop()
	w.lines.text = header
	w.lines.flush() // which is no attempt
	for {
		select {
		case b, ok := <-w.full:
			if !ok {
				w.flush()
				w.lines.last(trailer(w.written.Load(), w.taken.Load()))
				return
			}
			w.encode(b)
		case <-tick.C:
			w.flush()
		}
	}
}

func (w *Writer) encode(b *batch) {
	for i := range b.samples[:b.n] {
		w.lines.text = w.encoder.sample(w.lines.text, b.arm, b.round, &b.samples[i])
	}
	w.free <- b
	if len(w.lines.text) >= enough {
		w.flush()
	}
}

func (w *Writer) flush() { w.written.Add(w.lines.flush()) }
