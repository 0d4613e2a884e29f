package bench

import (
	"time"
)

// SampleSink is given every measured attempt while the run goes on: none of the
// warm-up, and no connection that was made only to receive a session.
type SampleSink interface {
	// Begin is called once, before the first round, with the result's Started,
	// to which it adds a monotonic reading, and its plan.
	Begin(started time.Time, p Plan)
	// Take is given samples of the plan's arm of that index, and of a round,
	// counted from 1. Many workers call it at the same time, on the path of
	// their handshakes: it must not wait, and it copies what it keeps.
	Take(arm, round int, samples []Sample)
	// End is called once, after the last sample. What it waits for delays the
	// end of the run.
	End() SampleLog
}

// SampleLog is what became of the attempts that a SampleSink was given.
type SampleLog struct {
	Written int64 `json:"written"`
	Dropped int64 `json:"dropped"`
	// Err is why nothing more could be written from some sample on, else nil.
	Err error `json:"-"`
}

// sampling hands the samples of the running round on, where somebody wants them.
type sampling struct {
	sink  SampleSink
	round int // from 1
}

func (s *sampling) take(arm int, all []Sample) {
	if s != nil && s.sink != nil {
		s.sink.Take(arm, s.round, all)
	}
}

func (r *run) beginSamples(sink SampleSink) {
	if sink == nil {
		return
	}
	sink.Begin(r.began, r.plan) // Started has no monotonic reading: UTC takes it away
	r.samples.sink = sink
}

// endSamples ends them once, also where the run fails.
func (r *run) endSamples() {
	if r.samples.sink == nil {
		return
	}
	log := r.samples.sink.End()
	r.samples.sink = nil
	r.result.Samples = &log
	all := log.Written + log.Dropped
	switch {
	case log.Err != nil:
		r.warn(warn(WarnSamples, "%d of %d attempts are missing from the file of samples: %v", log.Dropped, all, log.Err))
	case log.Dropped > 0:
		r.warn(warn(WarnSamples, "%d of %d attempts are missing from the file of samples: the disk did not follow; write to a faster one", log.Dropped, all))
	}
}
