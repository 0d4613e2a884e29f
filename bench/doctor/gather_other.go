//go:build !linux

package doctor

import "runtime"

func processors() int { return runtime.NumCPU() }

func governors() []string { return nil }

func smt() *bool { return nil }

func load() *float64 { return nil }

func clockSource() string { return "" }
