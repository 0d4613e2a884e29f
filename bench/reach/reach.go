// Package reach says how many handshakes a second this client can make, by what
// one of them costs it: a calibration to hold against what a server is asked for.
package reach

import (
	"time"

	"tlsbench/bench"
)

// Reach is what the client can make of one arm's handshakes.
type Reach struct {
	Arm string `json:"arm"`
	// Client and Server are CPU time of a handshake with what follows it; Server
	// is nil where it is not known.
	Client time.Duration  `json:"client_cpu_ns"`
	Server *time.Duration `json:"server_cpu_ns"`
	// Cores is what the client may keep busy.
	Cores float64 `json:"cores"`
	// Rate is what was measured, of a server that shares the cores.
	Rate float64 `json:"rate"`
	// Alone is what Cores are enough for where the server has others, a second,
	// Shared where it has none but these, nil where Server is.
	Alone  float64  `json:"reach"`
	Shared *float64 `json:"reach_shared"`
	// Bound is why the client was the limit of what was measured, or "".
	Bound string `json:"client_bound,omitempty"`
}

// Of gives the reach of all arms whose CPU time is known. It is an upper bound:
// no client is busy with nothing but handshakes.
func Of(r *bench.Result) []Reach {
	var all []Reach
	for i := range r.Arms {
		a := &r.Arms[i]
		if a.ClientCPU == nil || *a.ClientCPU <= 0 || a.Rate == nil {
			continue
		}
		reach := Reach{Arm: a.Name, Client: time.Duration(*a.ClientCPU), Rate: *a.Rate, Cores: cores(r, a.Name)}
		reach.Alone = reach.Cores * float64(time.Second) / *a.ClientCPU
		if a.ServerCPU != nil {
			server := time.Duration(*a.ServerCPU)
			shared := reach.Cores * float64(time.Second) / (*a.ClientCPU + *a.ServerCPU)
			reach.Server, reach.Shared = &server, &shared
		}
		reach.Bound, _ = r.ClientBound(a.Name)
		all = append(all, reach)
	}
	return all
}

// cores is what the client might use in the last block of the arm.
func cores(r *bench.Result, arm string) float64 {
	for i := len(r.Rounds) - 1; i >= 0; i-- {
		if b, ok := r.Rounds[i].Block(arm); ok && b.Client != nil {
			return b.Client.Cores
		}
	}
	return float64(min(r.Env.GOMAXPROCS, r.Env.CPUs))
}
