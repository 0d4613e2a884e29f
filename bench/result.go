package bench

import (
	"slices"
	"time"

	"tlsbench/bench/selfwatch"
)

// Schema is the number of the saved result's shape. It rises when a reader of
// the older shape would misread the newer one.
const Schema = 1

// MaxCommand is how long a [Result.Command] may be, in bytes.
const MaxCommand = 64 << 10

// Result is one run, as it is saved. Derived parts, such as comparisons, are
// computed from it and not trusted when it is read.
type Result struct {
	Schema int  `json:"schema"`
	Tool   Tool `json:"tool"`
	Env    Env  `json:"env"`
	// Command is the command line that made the run, as a POSIX shell takes it,
	// with the variables that were read in front and "…" in the place of what may
	// be secret; empty where it is not known.
	Command string        `json:"command,omitempty"`
	Started time.Time     `json:"started"`
	Took    time.Duration `json:"took_ns"`
	Plan    Plan          `json:"plan"`
	// Partial says that the run ended before its plan; Ended says why.
	Partial  bool        `json:"partial"`
	Ended    End         `json:"ended"`
	Arms     []ArmResult `json:"arms"`
	Rounds   []Round     `json:"rounds"`
	Warnings []Warning   `json:"warnings"`
	// Clocks says where CPU time came from, or why there is none.
	Clocks ClockNames `json:"clocks"`
	// LastFailure is why a run was given up, else nil.
	LastFailure *FailureNote `json:"last_failure,omitempty"`
	// Samples says what became of the attempts that a SampleSink was given, nil
	// where there was none, and in a merged result.
	Samples *SampleLog `json:"samples,omitempty"`
	// Merged are the runs that the result was merged from, in the order of
	// their rounds; empty where it is one run.
	Merged []Origin `json:"merged,omitempty"`
}

// Origin is one run of those that a result holds.
type Origin struct {
	Started time.Time     `json:"started"`
	Took    time.Duration `json:"took_ns"`
	Seed    uint64        `json:"seed"`
	Command string        `json:"command,omitempty"`
	// Rounds is how many of the result's rounds are its.
	Rounds int `json:"rounds"`
}

// Origins are the runs that the result holds, itself where it is one run.
func (r *Result) Origins() []Origin {
	if len(r.Merged) > 0 {
		return r.Merged
	}
	return []Origin{{Started: r.Started, Took: r.Took, Seed: r.Plan.Seed, Command: r.Command, Rounds: len(r.Rounds)}}
}

// End is how a run ended.
type End string

// The ends.
const (
	Complete    End = "complete"
	Interrupted End = "interrupted"
	// GaveUp means that the target no longer, or never, answered.
	GaveUp End = "gave-up"
)

// ClockNames describes the clocks that CPU time was read from; empty where
// there was none.
type ClockNames struct {
	Client string `json:"client,omitempty"`
	Server string `json:"server,omitempty"`
}

// ArmResult is all of one arm's blocks together.
type ArmResult struct {
	Name string `json:"name"`
	Stats
	// Facts are those of the first measured handshake of the wanted kind, or
	// of any kind where none was.
	Facts *Facts `json:"facts"`
	// PrimingFailure is the last failure of an unmeasured connection that was
	// made to receive a session.
	PrimingFailure *FailureNote `json:"priming_failure,omitempty"`
	// FirstErrors gives an example of each class of error.
	FirstErrors map[ErrorClass]string `json:"first_errors,omitempty"`
}

// Round ran every arm once, in the order of its blocks.
type Round struct {
	Blocks []Block `json:"blocks"`
}

// Block is one arm's stretch of one round.
type Block struct {
	Arm string `json:"arm"`
	// Start is when the block's clocks were read, from the start of the run.
	Start time.Duration `json:"start_ns"`
	Stats
	// Pace is how fast this machine was right before the block, nil where that
	// was not measured.
	Pace *Pace `json:"pace,omitempty"`
	// Client is what kept this process from its processors during the block,
	// nil where nobody watched.
	Client *selfwatch.State `json:"client,omitempty"`
	// Cut says that the block ended before its planned length, so that it is
	// counted but takes no part in comparisons.
	Cut bool `json:"cut,omitempty"`
	// Dry says that it was cut because no session was left to offer.
	Dry bool `json:"dry,omitempty"`
}

// Pace is how long this machine takes for a full handshake with itself, over
// loopback. It speaks of the machine alone, and not of any target.
type Pace struct {
	// Handshake is the median time of a few.
	Handshake time.Duration `json:"handshake_ns"`
	// CPU is that of both ends, each handshake; 0 where it is not known.
	CPU time.Duration `json:"cpu_ns,omitempty"`
}

// Block gives the arm's block of the round.
func (r Round) Block(arm string) (*Block, bool) {
	i := slices.IndexFunc(r.Blocks, func(b Block) bool { return b.Arm == arm })
	if i < 0 {
		return nil, false
	}
	return &r.Blocks[i], true
}

// Blocks are those of the arm, in the order of the rounds that have one.
func (r *Result) Blocks(arm string) []*Block {
	var all []*Block
	for i := range r.Rounds {
		if b, ok := r.Rounds[i].Block(arm); ok {
			all = append(all, b)
		}
	}
	return all
}

// Arm gives the result of the arm of that name.
func (r *Result) Arm(name string) (*ArmResult, bool) {
	i := slices.IndexFunc(r.Arms, func(a ArmResult) bool { return a.Name == name })
	if i < 0 {
		return nil, false
	}
	return &r.Arms[i], true
}

// Completed is how many handshakes succeeded, over all arms.
func (r *Result) Completed() (n int64) {
	for i := range r.Arms {
		n += r.Arms[i].Completed()
	}
	return n
}
