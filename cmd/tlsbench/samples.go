package main

import (
	"fmt"

	"tlsbench/bench"
	"tlsbench/bench/samples"
)

// sampleFile is what --samples names, nothing where it is not given.
type sampleFile struct{ *samples.File }

// openSamples refuses early what could not be written, before minutes are spent.
func (o *options) openSamples() (sampleFile, error) {
	s := o.scenario
	name := s.Samples
	if name == "" {
		return sampleFile{}, nil
	}
	wrong := func(why string) (sampleFile, error) {
		return sampleFile{}, fmt.Errorf("--samples %s: %s", name, why)
	}
	if name == "-" || isStandard(name) {
		return wrong("the report goes there: name a file")
	}
	file, err := samples.Open(name)
	if err != nil {
		return sampleFile{}, fmt.Errorf("--samples: %w", err)
	}
	return sampleFile{file}, nil
}

// close leaves no file behind of a run that did not begin.
func (f sampleFile) close() {
	if f.File != nil {
		_ = f.Close()
	}
}

// saved is the error for which attempts are missing from the file.
func (f sampleFile) saved(r *bench.Result) error {
	if r.Samples == nil || r.Samples.Err == nil {
		return nil
	}
	return fmt.Errorf("--samples: %d of %d attempts could not be written: %w",
		r.Samples.Dropped, r.Samples.Dropped+r.Samples.Written, r.Samples.Err)
}
