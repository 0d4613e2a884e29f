package main

import (
	"errors"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/report"
	"tlsbench/scenarios"
)

// asked refuses what a scenario asks to be done with a result of this plan and
// nobody can do. It opens and makes no file; some are read in any case. Errors name
// where that was asked.
func asked(s *scenarios.Scenario, p bench.Plan, read ...fileUse) error {
	fitted := p.Fitted()
	for i, text := range s.Checks {
		a, err := compare.ParseCheck(text)
		if err == nil {
			err = a.Bind(fitted)
		}
		if err != nil {
			return s.Wrong("checks", i, " %q: %w", text, err)
		}
	}
	allowance, err := compare.ParseAllowance(s.MaxRegress...)
	against := p.Compare == scenarios.Target || s.Baseline != ""
	switch {
	case err != nil:
		return s.Wrong("max-regress", -1, ": %w", err)
	case !allowance.IsZero() && !against:
		return s.Wrong("max-regress", -1, " needs something to compare with: add --vs or --baseline")
	case s.Noise != "" && !against:
		return s.Wrong("noise", -1, " acts on --vs and --baseline: add one of them")
	case s.Force && s.Baseline == "":
		return s.Wrong("force", -1, " acts on --baseline, and there is none")
	}
	if p.FindMax != "" {
		for path, asks := range map[string]bool{"checks": len(s.Checks) > 0, "max-regress": !allowance.IsZero(), "baseline": s.Baseline != ""} {
			if asks {
				return s.Wrong(path, -1, " and --find-max: a search runs at many rates, and what its figures are together says nothing: give one rate (-r)")
			}
		}
	}
	if s.Given("capacity") {
		if _, err := compare.ParseCapacity(s.Capacity); err != nil {
			return s.Wrong("capacity", -1, ": %w", err)
		}
		if !compare.HasWorth(p) {
			return s.Wrong("capacity", -1, " is about what resumption is worth: it needs a full arm and one that resumes, compared with each other")
		}
	}
	if s.Given("cpus") {
		if _, err := pinsOf(s, p); err != nil {
			return s.Wrong("cpus", -1, " %q: %w", s.CPUs, err)
		}
	}
	if s.SaveBaseline != "" {
		if _, err := baselineFile(s.SaveBaseline); err != nil {
			return s.Wrong("save-baseline", -1, ": %w", err)
		}
	}
	written, more := filesOf(s)
	var outputs []destination
	for i, text := range s.Outputs {
		d, err := readOutput(text, report.Formats())
		if err == nil && slices.ContainsFunc(outputs, d.collides) {
			err = errors.New("another output goes to " + d.place())
		}
		if err != nil {
			return s.Wrong("outputs", i, " %s: %w", text, err)
		}
		outputs = append(outputs, d)
		if d.file != "" {
			written = append(written, fileUse{s.Wrong("outputs", i, " %s", text), d.file})
		}
	}
	return apart(written, append(more, read...))
}
