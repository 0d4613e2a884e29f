package saved

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// phaseHistograms are those of a stretch's phases, as far as they were saved.
type phaseHistograms map[bench.Phase]*hist.Decoded

// checkStats looks at a stretch as it was saved, before anything is derived.
func checkStats(s *bench.Stats, want bench.Want) error {
	if err := checkCounts(s); err != nil {
		return err
	}
	if err := checkMeans(s, want); err != nil {
		return err
	}
	for kind, phases := range s.Others {
		if n := s.Kinds[kind]; n == 0 || want.Met(kind) {
			return fmt.Errorf("other_kinds.%s: %s, and %d were wanted", kind, plural(int(n), "handshake"), s.Wanted(want))
		}
		if err := checkPhases(phases, s.Kinds[kind], nil); err != nil {
			return fmt.Errorf("other_kinds.%s.%w", kind, err)
		}
	}
	for _, p := range bench.Phases() {
		if _, ok := s.Phases[p]; s.Histograms[p] != "" && !ok {
			return fmt.Errorf("histograms.%s: there are no figures of it in phases", p)
		}
	}
	if err := checkPhases(s.Phases, s.Wanted(want), s.Histograms); err != nil {
		return fmt.Errorf("phases.%w", err)
	}
	return nil
}

// checkPhases looks at the phases of that many handshakes. Every handshake has
// tls and total; the other phases are not part of each. Percentiles count only
// where there is no histogram from which they follow.
func checkPhases(phases map[bench.Phase]hist.Summary, handshakes int64, histograms map[bench.Phase]string) error {
	for _, p := range bench.Phases() {
		s, ok := phases[p]
		if !ok {
			continue
		}
		if s.Count > handshakes || s.Count < handshakes && (p == bench.TLSPhase || p == bench.Total) {
			return fmt.Errorf("%s.count: %d, of %d handshakes", p, s.Count, handshakes)
		}
		if histograms[p] != "" {
			s = hist.Summary{Count: s.Count, Min: s.Min, Mean: s.Mean, Max: s.Max}
		}
		if err := s.Check(); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return nil
}

// normalise gives a stretch the form in which it is written.
func normalise(s *bench.Stats) {
	s.Kinds, s.Errors = orEmpty(s.Kinds), orEmpty(s.Errors)
	s.Phases, s.Medians, s.Histograms = orEmpty(s.Phases), orEmpty(s.Medians), orEmpty(s.Histograms)
	maps.DeleteFunc(s.Kinds, func(_ bench.Kind, n int64) bool { return n == 0 })
	maps.DeleteFunc(s.Errors, func(_ bench.ErrorClass, n int64) bool { return n == 0 })
	maps.DeleteFunc(s.BadStatus, func(_ int, n int64) bool { return n == 0 })
	maps.DeleteFunc(s.Histograms, func(_ bench.Phase, text string) bool { return text == "" })
}

func orEmpty[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return m
}

// restorePhases derives percentiles and medians from histograms. Minimum, mean
// and maximum are not in them, and are kept where the buckets allow them.
//
// Where a phase has no histogram (a block keeps two) its percentiles are kept
// as they are, if they are in order. Its median is then that percentile, or
// kept too where the samples are too few for one, or where medians are all that
// was saved.
func restorePhases(s *bench.Stats, d *hist.Decoder) (phaseHistograms, error) {
	decoded := phaseHistograms{}
	medians, alone := s.Medians, mediansAlone(s)
	s.Medians = map[bench.Phase]time.Duration{}
	for _, p := range bench.Phases() {
		saved, ok := s.Phases[p]
		if !ok {
			if median, ok := medians[p]; ok && alone {
				if median <= 0 || median > hist.Highest {
					return nil, fmt.Errorf("medians_ns.%s: %d is no time of a phase", p, median)
				}
				s.Medians[p] = median
			}
			continue
		}
		text, kept := s.Histograms[p]
		if !kept {
			median, ok := saved.Stat("p50")
			if !ok {
				median, ok = medians[p]
			}
			if !ok || saved.Count < bench.MinMedianSamples {
				continue
			}
			if median < *saved.Min || median > *saved.Max {
				return nil, fmt.Errorf("medians_ns.%s: %d is not within %d to %d", p, median, *saved.Min, *saved.Max)
			}
			s.Medians[p] = median
			continue
		}
		h, err := d.Decode(text)
		if err != nil {
			return nil, fmt.Errorf("histograms.%s: %w", p, err)
		}
		if err := h.Restore(saved); err != nil {
			return nil, fmt.Errorf("phases.%s: %w", p, err)
		}
		s.Phases[p] = h.Summary()
		if h.Count() >= bench.MinMedianSamples {
			s.Medians[p] = h.Quantile(0.5)
		}
		decoded[p] = h
	}
	return decoded, nil
}

// restoreBlock checks a block and derives what can be derived of it.
func restoreBlock(b *bench.Block, want bench.Want, d *hist.Decoder) (phaseHistograms, error) {
	if err := checkStats(&b.Stats, want); err != nil {
		return nil, err
	}
	switch {
	case b.Start < 0 || b.Start > bench.MaxSpan:
		return nil, fmt.Errorf("start_ns: %d is no time of a run", b.Start)
	case b.Dry && !b.Cut:
		return nil, errors.New("dry: it is not cut, as a dry block is")
	}
	if p := b.Pace; p != nil && (p.Handshake <= 0 || p.Handshake > bench.MaxSpan || p.CPU < 0 || p.CPU > bench.MaxSpan) {
		return nil, fmt.Errorf("pace: a handshake of %d ns, and %d ns of CPU, is none", p.Handshake, p.CPU)
	}
	if b.Client != nil {
		if err := b.Client.Check(); err != nil {
			return nil, fmt.Errorf("client: %w", err)
		}
	}
	normalise(&b.Stats)
	b.Derive(want)
	return restorePhases(&b.Stats, d)
}
