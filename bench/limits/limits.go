// Package limits says what this machine and this process may have at the same
// time (files, ports, memory, threads, CPU), and whether that is enough for a
// load, before the load begins.
//
// What is read and what follows from it are kept apart: [Read] asks the system,
// the parsers and [Check] are pure.
package limits

import (
	"time"

	"tlsbench/bench/cgroup"
)

// Unlimited is the value of a limit that does not bind.
const Unlimited = cgroup.Unlimited

// Limits is what there is. What the platform does not tell is zero.
type Limits struct {
	// Files is how many files and sockets this process may have open;
	// HardFiles is how far the user may raise that. Go programs begin with
	// what is in force raised to the hard limit.
	Files     uint64 `json:"open_files,omitempty"`
	HardFiles uint64 `json:"open_files_hard,omitempty"`
	// FirstPort and LastPort are the range from which the kernel takes the local
	// port of a connection, Reserved how many ports of it are kept for others.
	FirstPort int `json:"first_ephemeral_port,omitempty"`
	LastPort  int `json:"last_ephemeral_port,omitempty"`
	Reserved  int `json:"reserved_ports,omitempty"`
	// TimeWaitReuse is tcp_tw_reuse: 1 where a new connection may take a port
	// in TIME_WAIT after a second, 2 where it may on loopback only.
	TimeWaitReuse int `json:"tcp_tw_reuse"`
	// TimeWaitBuckets is how many sockets in TIME_WAIT the kernel keeps;
	// above that it ends them at once. Waiting is how many there are now, of
	// all processes and to any address.
	TimeWaitBuckets uint64 `json:"tcp_max_tw_buckets,omitempty"`
	Waiting         int    `json:"time_wait"`
	// Backlog is the longest queue of connections that a listener can have
	// (somaxconn).
	Backlog int `json:"somaxconn,omitempty"`
	// Memory is how many bytes can be had before the machine, or the process's
	// control group, runs out.
	Memory uint64 `json:"memory_available,omitempty"`
	// Threads is how many threads may be running: of the user or of the control
	// group, whichever is less.
	Threads uint64 `json:"threads,omitempty"`
	// CPUQuota is how many processors' time the control group may use; 0 for
	// no such quota.
	CPUQuota float64 `json:"quota_cores,omitempty"`
}

// Ports is how many connections there can be from one address to another's
// port, 0 where that is not known.
func (l Limits) Ports() int {
	if l.LastPort == 0 {
		return 0
	}
	return max(l.LastPort-l.FirstPort+1-l.Reserved, 0)
}

// TimeWait is how long a port stays taken after its connection was closed from
// this side, gracefully: in Linux. (Elsewhere it is up to 4 minutes, RFC 9293
// section 3.6.1.)
const TimeWait = 60 * time.Second

// reuseAfter is when Linux lets a connection take a port in TIME_WAIT, where it
// does (tcp_twsk_unique).
const reuseAfter = time.Second

// TimeWait is how long a port stays taken after a graceful close.
func (l Limits) TimeWait(loopback bool) time.Duration {
	if l.TimeWaitReuse == 1 || l.TimeWaitReuse == 2 && loopback {
		return reuseAfter
	}
	return TimeWait
}
