//go:build !windows

package main

import "os"

func obeysSequences(*os.File) bool { return true }
