//go:build !unix

package main

import "tlsbench/report/live"

func followTerminal(*live.Watch) (stop func()) { return func() {} }
