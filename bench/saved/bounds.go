package saved

import "tlsbench/bench"

// Bounds of what is taken into memory. None is near to what a run writes.
const (
	maxResult = 256 << 20 // bytes of a file, unpacked
	// maxBlocks is more than maxResult has room for.
	maxBlocks   = bench.MaxRounds
	maxArms     = 1 << 12
	maxArm      = 1 << 16 // bytes of one in the plan
	maxWarnings = 1 << 16
	maxMerged   = 1 << 12 // runs in one result
)

// maxTotal is of what all blocks of an arm add up to: what bench.MaxCount and
// bench.MaxSpan are to one of them.
const maxTotal = 1 << 61
