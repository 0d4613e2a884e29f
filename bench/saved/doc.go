// Package saved reads the results that -o json wrote, and merges several of one
// plan into one.
//
// A file is not believed. What follows from other parts of it is derived anew,
// never taken over: of a block its rate, its ratios, whether it is mixed, and the
// percentiles and medians of the phases whose histograms it has; of an arm all of
// these from its blocks, with counts, time, bytes and CPU; and the warnings that
// bench.Diagnose gives. What nothing else tells is kept, and held against what
// does: minimum, mean and maximum against buckets and blocks, an arm's CPU where
// one of its blocks has none, percentiles without a histogram against each other.
// Warnings that the run alone could give are kept as they stand. So a result that
// is read and written again is the same, to the last digit.
//
// What contradicts itself is refused, and the error names the round, the arm and
// the field. So are other files, of which it says what they are where it can
// tell, and those of a newer schema; fields that are not known are passed over.
// Errors wrap ErrForeign, ErrNewer, ErrDamaged or ErrTruncated.
//
// Little text takes little memory: a file is at most 256 MiB, also as it unpacks,
// and lists are read one element at a time, up to a bound for each.
//
// Units are those of package bench: durations are time.Duration, in nanoseconds
// in the file; ratios are fractions; what was not measured is nil, never zero.
// How results are written is package report's: they are a bench.Result in JSON,
// beside what scripts want to find there.
package saved
