package compare

import "tlsbench/bench"

// LoadWorth is what resumption saves a server under a load, against the same
// load without it.
type LoadWorth struct {
	Capacity
	// ServerCores is nil where the server's CPU is not known; WhyNoCores says
	// why.
	ServerCores *Cores `json:"server_cores"`
	WhyNoCores  string `json:"why_no_server_cores,omitempty"`
	// BytesIn is what is saved of what servers send to clients in a second, and
	// BytesOut of what clients send to servers: nil where no difference was
	// found. Tickets that follow a handshake are not among them: TicketBytes is
	// what these take in a second.
	BytesIn     *float64 `json:"bytes_in_saved_per_s"`
	BytesOut    *float64 `json:"bytes_out_saved_per_s"`
	TicketBytes *float64 `json:"ticket_bytes_per_s"`
	// CoreEvery is how many new connections a second save one whole core, with
	// this share of them resumed; nil where none is saved.
	CoreEvery   *float64    `json:"one_core_per_rate"`
	CoreEveryCI *[2]float64 `json:"one_core_per_rate_ci"`
}

// Cores is the server's CPU time as the number of processors that it keeps busy.
type Cores struct {
	// Without is where no connection resumes, With under the load. What is
	// saved is the difference. The latter two are nil where no difference was
	// found.
	Without float64     `json:"without"`
	With    *float64    `json:"with"`
	Saved   *float64    `json:"saved"`
	CI      *[2]float64 `json:"ci"`
}

// TicketWorth is what tickets take that follow the handshakes of TLS 1.3, and
// when they save more than that.
type TicketWorth struct {
	// Full and Resumed are bytes of the tickets behind a handshake.
	Full    float64 `json:"full"`
	Resumed float64 `json:"resumed"`
	// PayFrom is the share of resumed connections from which on tickets save
	// more bytes, in both directions together, than they take, where every
	// connection is granted some. It is nil where that is not known, or where
	// they never do.
	PayFrom *float64 `json:"pay_from"`
	Never   bool     `json:"never_pay"`
}

// under gives what is saved under a load.
func (w *Worth) under(load Capacity) LoadWorth {
	l := LoadWorth{Capacity: load}
	resumed := load.Rate * load.Resumed
	times := func(v float64) float64 { return resumed*v + 0 } // not −0
	flow := func(saved *float64) *float64 {
		if saved == nil {
			return nil
		}
		product := times(*saved)
		return &product
	}
	l.BytesIn, l.BytesOut = flow(w.BytesIn.Saved), flow(w.BytesOut.Saved)
	if t := w.Tickets; t != nil {
		all := (load.Rate-resumed)*t.Full + resumed*t.Resumed
		l.TicketBytes = &all
	}
	cpu := w.ServerCPU
	if cpu.Full == nil {
		l.WhyNoCores = cpu.Why
		return l
	}
	const second = 1e9
	c := &Cores{Without: load.Rate * *cpu.Full / second}
	l.ServerCores = c
	if cpu.Saved == nil {
		return l
	}
	saved := times(*cpu.Saved) / second
	with := c.Without - saved
	c.Saved, c.With = &saved, &with
	c.CI = &[2]float64{times(cpu.CI[0]) / second, times(cpu.CI[1]) / second}
	if cpu.CI[0] > 0 && load.Resumed > 0 {
		every := func(each float64) float64 { return second / (load.Resumed * each) }
		rate := every(*cpu.Saved)
		l.CoreEvery, l.CoreEveryCI = &rate, &[2]float64{every(cpu.CI[1]), every(cpu.CI[0])}
	}
	return l
}

// tickets weighs the tickets that follow handshakes against the bytes that
// these save. With a share of p resumed they take (1−p)·full + p·resumed, and
// save p times what a resumed handshake saves.
func (p *pairOf) tickets(in, out SavedBytes) *TicketWorth {
	a, okArm := p.result.Arm(p.arm.Name)
	b, okBase := p.result.Arm(p.base.Name)
	if !okArm || !okBase || a.TicketBytes == nil || b.TicketBytes == nil || *b.TicketBytes == 0 {
		return nil // an arm that has sessions to offer and read no ticket did not wait for them
	}
	if n := a.Kinds[bench.PSK]; n == 0 || n != a.Wanted(p.arm.Want) {
		return nil
	}
	t := &TicketWorth{Full: *b.TicketBytes, Resumed: *a.TicketBytes}
	if in.Verdict == Inconclusive || out.Verdict == Inconclusive {
		return t
	}
	saved := t.Full - t.Resumed
	for _, s := range []SavedBytes{in, out} {
		if s.Saved != nil {
			saved += *s.Saved
		}
	}
	if saved < t.Full {
		t.Never = true
		return t
	}
	from := t.Full / saved
	t.PayFrom = &from
	return t
}
