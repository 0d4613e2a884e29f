//go:build !race

package engine_test

// raceDetector says whether this is built with -race.
const raceDetector = false
