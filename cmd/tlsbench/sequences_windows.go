package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// obeysSequences makes a console obey control sequences, which older ones
// cannot.
func obeysSequences(f *os.File) bool {
	console := windows.Handle(f.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
