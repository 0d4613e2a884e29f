// Package doctor says what a measurement on this machine would be worth: what
// the client may use, what gets in its way, how precise its clocks are, and what
// it can reach. Facts are gathered first, and judged by a pure function.
package doctor

import (
	"slices"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/limits"
	"tlsbench/bench/probe"
	"tlsbench/bench/reach"
)

// Schema is the version of the saved form.
const Schema = 1

// Verdict is what a finding means for a measurement.
type Verdict string

// The verdicts.
const (
	OK Verdict = "ok"
	// Note is worth knowing, and no reason for doubt by itself.
	Note Verdict = "note"
	// Problem makes a measurement doubtful, or impossible.
	Problem Verdict = "problem"
)

// Finding is one thing that was looked at.
type Finding struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text"`
	// Advice says what to change, "" where there is nothing to.
	Advice string `json:"advice,omitempty"`
}

// Section is findings about one part.
type Section struct {
	Title    string    `json:"title"`
	Findings []Finding `json:"findings"`
}

// Facts are what was gathered. What is not known is nil, zero or empty.
type Facts struct {
	Tool    bench.Tool    `json:"tool"`
	Env     bench.Env     `json:"env"`
	Machine Machine       `json:"machine"`
	Limits  limits.Limits `json:"limits"`
	Clocks  Clocks        `json:"clocks"`
	Timer   *Lateness     `json:"timer"`
	Pace    *Pace         `json:"pace"`
	Reach   []reach.Reach `json:"reach"`
	// NoReach is why nothing was calibrated.
	NoReach string  `json:"no_reach,omitempty"`
	Target  *Target `json:"target"`
}

// Machine is what processors there are, and who else uses them.
type Machine struct {
	Processors int `json:"processors"`
	// Affinity is how many of them this process may run on.
	Affinity int `json:"affinity"`
	// Governors are those of all processors, each once.
	Governors []string `json:"governors"`
	SMT       *bool    `json:"smt"`
	// Load is the mean number of processes that ran or wanted to, over a minute.
	Load *float64 `json:"load_1m"`
	// Busy is the share of the machine's processor time that was used while this
	// process only waited, Steal what the host gave to others.
	Busy  *float64 `json:"busy_ratio"`
	Steal *float64 `json:"steal_ratio"`
}

// Clocks are what times are read from.
type Clocks struct {
	Source string `json:"source,omitempty"`
	// Cost is what one reading takes, Resolution the smallest step that was seen.
	Cost       time.Duration `json:"cost_ns"`
	Resolution time.Duration `json:"resolution_ns"`
	// Self and Other are why the CPU time of this or of another process is not to
	// be had, "" where it is.
	Self  string `json:"no_cpu_of_this_process,omitempty"`
	Other string `json:"no_cpu_of_another_process,omitempty"`
}

// Lateness is how late waits ended.
type Lateness struct {
	Waits int           `json:"waits"`
	P50   time.Duration `json:"p50_ns"`
	P99   time.Duration `json:"p99_ns"`
}

// Pace is how even this machine is, by handshakes with itself.
type Pace struct {
	Readings int           `json:"readings"`
	Median   time.Duration `json:"median_ns"`
	// Spread is the typical distance from the median, as a fraction of it.
	Spread float64 `json:"spread"`
}

// Answered reports whether any address made a handshake.
func (t *Target) Answered() bool { return slices.ContainsFunc(t.Probe.Places, t.answered) }

// answered is about one address. One that was not asked before a probe ended
// has not failed.
func (t *Target) answered(p probe.PlaceResult) bool {
	if !t.Probe.Partial {
		return p.Up()
	}
	return slices.ContainsFunc(p.Versions, func(v probe.VersionResult) bool { return v.Supported == probe.Yes })
}

// Target is what was found at the target, nil where none was given.
type Target struct {
	URL   string        `json:"url"`
	Probe *probe.Result `json:"probe"`
	// QUIC is a connection to a target over QUIC, which cannot be probed, nil
	// for any other.
	QUIC *probe.Trace `json:"quic,omitempty"`
	// Failure is why it could not be asked, "" where it could.
	Failure string `json:"failure,omitempty"`
}
