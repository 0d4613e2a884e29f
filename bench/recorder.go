package bench

import (
	"sync"
)

// recorder takes the samples of one block. A histogram weighs 220 KB, so there
// is one shard for each processor rather than for each worker; a worker
// collects a few samples and then takes whichever shard is free, so that it
// does not wait for another worker.
type recorder struct {
	shards []*shard
	// log is given every batch too.
	log *sampling
}

type shard struct {
	mu    sync.Mutex
	tally Tally
	_     [64]byte // keeps neighbours off this shard's cache line
}

func newRecorder(shards int) *recorder {
	r := &recorder{shards: make([]*shard, shards)}
	for i := range r.shards {
		r.shards[i] = &shard{}
	}
	return r
}

// batch is one worker's samples on their way into a shard.
type batch struct {
	rec     *recorder
	home    int   // the shard to try first
	arm     int   // the plan's arm whose samples these are
	live    *Live // nil where nobody looks on
	n       int
	samples [8]Sample
}

// next returns the sample to fill.
func (b *batch) next() *Sample {
	if b.n == len(b.samples) {
		b.flush()
	}
	s := &b.samples[b.n]
	s.Reset()
	return s
}

// keep counts the sample that next returned.
func (b *batch) keep() {
	b.live.ended(b.samples[b.n].Failure)
	b.n++
}

func (b *batch) flush() {
	if b.n == 0 {
		return
	}
	sh := b.rec.acquire(b.home)
	for i := range b.samples[:b.n] {
		sh.tally.Add(&b.samples[i])
	}
	sh.mu.Unlock()
	b.rec.log.take(b.arm, b.samples[:b.n])
	b.n = 0
}

func (r *recorder) acquire(home int) *shard {
	for i := range r.shards {
		if sh := r.shards[(home+i)%len(r.shards)]; sh.mu.TryLock() {
			return sh
		}
	}
	sh := r.shards[home%len(r.shards)]
	sh.mu.Lock()
	return sh
}

// drain merges the shards into total and empties them for the next block. A
// total that is still empty changes places with the first shard in use, which
// saves most of the merging.
func (r *recorder) drain(total *Tally) error {
	for _, sh := range r.shards {
		if total.Attempts() == 0 {
			*total, sh.tally = sh.tally, *total
			continue
		}
		if err := total.Merge(&sh.tally); err != nil {
			return err
		}
		sh.tally.Reset()
	}
	return nil
}
