//go:build !race

package main

// raceDetector says that this is built with -race.
const raceDetector = false
