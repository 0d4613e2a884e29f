package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/limits"
	"tlsbench/bench/yardstick"
)

// preflight refuses what this machine cannot have at the same time, and keeps
// as warnings what may get tight. --cpus must be read before. The plan that it
// gives fits the machine where nobody said how many.
func (o *options) preflight(given bench.Plan, l limits.Limits) (bench.Plan, error) {
	given = o.fitInFlight(given, l)
	p := given.Fitted()
	var idle uint64
	for _, arm := range p.Arms {
		idle += uint64(arm.Load.AtOnce()) * bench.WorkerMemory
	}
	pace := paceFor(p)
	client, both := o.processors()
	for _, arm := range p.Arms {
		d := demandOf(arm)
		d.Idle, d.Lasting = idle, p.Expected()
		d.Handshake, d.Cores = workOn(pace, d.Local, client, both)
		for _, f := range limits.Check(d, l) {
			if f.Short {
				return bench.Plan{}, errors.New(f.String())
			}
			w := bench.Warning{Code: bench.WarnLimits, Text: f.String()}
			if !slices.Contains(o.warnings, w) {
				o.warnings = append(o.warnings, w)
			}
		}
	}
	return given, nil
}

// fitInFlight lowers how many connections of a rate may be under way to what the
// limit of files has room for, and says so. What was asked for is left to be
// refused.
func (o *options) fitInFlight(p bench.Plan, l limits.Limits) bench.Plan {
	room := l.Room()
	if room == 0 || o.scenario.Given("load.max-inflight") {
		return p
	}
	p.Arms = slices.Clone(p.Arms)
	lowered := 0
	for i := range p.Arms {
		if load := &p.Arms[i].Load; load.Rate > 0 && load.MaxInFlight > room && p.Arms[i].Coord("max-inflight") == "" {
			lowered, load.MaxInFlight = load.MaxInFlight, room
		}
	}
	if lowered > 0 {
		o.warnings = append(o.warnings, bench.Warning{Code: bench.WarnLimits, Text: fmt.Sprintf(
			"at most %d connections may be under way, not %d, since this process may have no more than %d files open: raise ulimit -n, or say --max-inflight", room, lowered, l.Files)})
	}
	return p
}

// manyAtOnce is from how many connections on it matters what they cost this
// machine together.
const manyAtOnce = 500

// paceFor is the CPU time of a handshake here, both ends of it, where the plan
// has many at the same time, and else 0.
func paceFor(p bench.Plan) time.Duration {
	if !slices.ContainsFunc(p.Arms, func(a bench.Arm) bool { return a.Load.AtOnce() >= manyAtOnce }) {
		return 0
	}
	y, err := yardstick.New()
	if err != nil {
		return 0
	}
	defer y.Close()
	pace, err := y.Read(context.Background())
	if err != nil {
		return 0
	}
	return pace.CPU
}

// processors are those of the client and, with it, of the servers that are
// started here, by --cpus, which is read already. GOMAXPROCS may leave the client
// fewer.
func (o *options) processors() (client, both int) {
	client, both = runtime.GOMAXPROCS(0), runtime.NumCPU()
	if on := o.pinned.Client; on != nil {
		client, both = min(client, len(on)), len(on)+len(o.serverOn.Without(on))
	}
	return client, both
}

// workOn is the CPU time of a handshake that takes longest, and how many
// processors it has: that of both ends, where the server is started here, or the
// client's half.
func workOn(pace time.Duration, local bool, client, both int) (time.Duration, int) {
	half := pace / 2
	if local && pace*time.Duration(client) >= half*time.Duration(both) {
		return pace, both
	}
	return half, client
}

// demandOf is what an arm's connections take of this machine.
func demandOf(arm bench.Arm) limits.Demand {
	d := limits.Demand{
		InFlight:      arm.Load.AtOnce(),
		Flag:          "-c",
		PerSecond:     arm.Load.Rate,
		Graceful:      !arm.QUIC() && arm.Net.Close != bench.CloseReset,
		Datagrams:     arm.QUIC(),
		Sources:       arm.Net.SourceCount(),
		Loopback:      arm.Target.Local(),
		Local:         arm.Target.Local(),
		Timeout:       arm.Timeout,
		PerConnection: bench.ConnectionMemory,
		PerServed:     bench.ConnectionMemory, // a server of the same library; others take less
	}
	switch {
	case arm.Load.Storm > 0:
		d.Flag = "--storm"
	case arm.Load.Rate > 0:
		d.Flag = "--max-inflight"
	}
	return d
}
