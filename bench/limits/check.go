package limits

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Demand is what a load asks of this machine.
type Demand struct {
	// InFlight is how many connections there are at the same time: of a closed
	// loop its workers, of an open one the most that it may have. Flag names
	// the option that sets it, as in "-c".
	InFlight int
	Flag     string
	// PerSecond is how many begin each second, 0 where nobody knows before:
	// in a closed loop.
	PerSecond float64
	// Lasting is for how long they do, 0 where nobody knows.
	Lasting time.Duration
	// Graceful says that this side closes first, without a reset, so that the
	// port stays taken: see [TimeWait].
	Graceful bool
	// Datagrams says that connections are over UDP, where no listener queues them.
	Datagrams bool
	// Sources and Destinations are the addresses that connections come from and
	// go to; 0 counts as 1.
	Sources, Destinations int
	// Idle is what is held for as long as the run lasts, in bytes, and
	// PerConnection what one connection takes beside that.
	Idle, PerConnection uint64
	// Loopback says that the server is on this machine.
	Loopback bool
	// Local says that the tool starts the server: it then has the same limits,
	// and its own connections take PerServed bytes each.
	Local     bool
	PerServed uint64
	// Handshake is the CPU time that a handshake takes of this machine, 0 where
	// that is not known, Cores how many processors there are for it, and Timeout
	// how long one may take.
	Handshake time.Duration
	Cores     int
	Timeout   time.Duration
}

// Finding is what is short, or may get so.
type Finding struct {
	// Short says that it cannot work; otherwise it may get tight.
	Short bool
	// Of is what is short.
	Of Resource
	// Text says what and by how much, Advice what to change.
	Text, Advice string
}

// String says both.
func (f Finding) String() string { return f.Text + ": " + f.Advice }

// Resource is what a machine can run out of.
type Resource string

// The resources.
const (
	Files   Resource = "files"
	Ports   Resource = "ports"
	Memory  Resource = "memory"
	Backlog Resource = "backlog"
	CPU     Resource = "cpu"
)

const (
	// OtherFiles are a process's standard streams, outputs, pollers, timers and
	// pipes.
	OtherFiles = 64
	// tight is the part of what there is from which on a demand is told of.
	tight = 0.9
)

// Check holds a demand against the limits. What is not known is not short.
func Check(d Demand, l Limits) []Finding {
	var all []Finding
	for _, check := range []func(Demand, Limits) (Finding, bool){checkFiles, checkPorts, checkMemory, checkBacklog, checkCPU} {
		if f, ok := check(d, l); ok {
			all = append(all, f)
		}
	}
	return all
}

func checkFiles(d Demand, l Limits) (Finding, bool) {
	if l.Files == 0 || l.Files == Unlimited {
		return Finding{}, false
	}
	need := uint64(max(d.InFlight, 0)) + OtherFiles
	if float64(need) <= tight*float64(l.Files) {
		return Finding{}, false
	}
	raise := fmt.Sprintf("raise it with ulimit -n %d", need)
	if l.HardFiles < need {
		raise = fmt.Sprintf("raise it with ulimit -Hn %d as root (in /etc/security/limits.conf, or LimitNOFILE= of a service)", need)
	}
	if need > l.Files {
		return Finding{Short: true, Of: Files, Text: fmt.Sprintf(
			"%s: that many connections need %d open files, %d more than the limit of %d", d.asked(), need, need-l.Files, l.Files),
			Advice: raise + ", or lower " + d.Flag}, true
	}
	return Finding{Of: Files, Text: fmt.Sprintf(
		"%s: that many connections need %d open files of the %d that are allowed", d.asked(), need, l.Files),
		Advice: "nothing else may take many"}, true
}

// Room is how many connections there can be at the same time by the limit of
// files, without getting tight; 0 where there is no such limit, or no room.
func (l Limits) Room() int {
	if l.Files == 0 || l.Files == Unlimited {
		return 0
	}
	return int(max(tight*float64(min(l.Files, math.MaxInt32))-OtherFiles, 0))
}

func checkPorts(d Demand, l Limits) (Finding, bool) {
	each, pairs, have := l.Ports(), d.pairs(), PortsFor(d, l)
	if have == 0 {
		return Finding{}, false
	}
	waiting := InTimeWait(d, l)
	need := float64(max(d.InFlight, 0)) + waiting
	if need <= tight*have {
		return Finding{}, false
	}
	var change []string
	if waiting > 0 {
		change = append(change, "close with --close reset")
	}
	if l.LastPort-l.FirstPort < 60000 {
		change = append(change, "widen the range with sysctl -w net.ipv4.ip_local_port_range='1024 65535'")
	}
	source := "connect from more addresses (--source)"
	if d.Sources > 1 {
		source = fmt.Sprintf("connect from more addresses than the %d of --source", d.Sources)
	}
	change = append(change, source, "lower "+d.Flag)
	text := fmt.Sprintf("%s takes %.0f ports", d.asked(), need)
	if waiting > 0 {
		text = fmt.Sprintf("%s and %.0f connections a second take %.0f ports, %.0f of them in TIME_WAIT", d.asked(), d.PerSecond, need, waiting)
	}
	from := fmt.Sprintf("between two addresses there are %d", each)
	if pairs > 1 {
		from = fmt.Sprintf("between %d pairs of addresses there are %.0f", pairs, have)
	}
	if need > have {
		return Finding{Short: true, Of: Ports, Text: fmt.Sprintf("%s, and %s, %.0f too few", text, from, math.Ceil(need-have)), Advice: strings.Join(change, ", or ")}, true
	}
	return Finding{Of: Ports, Text: text + ", and " + from, Advice: "other programs may take the rest; " + strings.Join(change, ", or ")}, true
}

// pairs of addresses each have all ports.
func (d Demand) pairs() int { return max(d.Sources, 1) * max(d.Destinations, 1) }

// PortsFor is how many ports there are between all addresses of a demand, 0
// where that is not known.
func PortsFor(d Demand, l Limits) float64 { return float64(l.Ports()) * float64(d.pairs()) }

// InTimeWait is how many ports graceful closes keep taken at the most.
func InTimeWait(d Demand, l Limits) float64 {
	if !d.Graceful {
		return 0
	}
	stay := l.TimeWait(d.Loopback)
	if d.Lasting > 0 {
		stay = min(stay, d.Lasting)
	}
	waiting := d.PerSecond * stay.Seconds()
	if l.TimeWaitBuckets > 0 {
		waiting = min(waiting, float64(l.TimeWaitBuckets))
	}
	return waiting
}

func checkMemory(d Demand, l Limits) (Finding, bool) {
	if l.Memory == 0 || l.Memory == Unlimited {
		return Finding{}, false
	}
	n := float64(max(d.InFlight, 0))
	need := float64(d.Idle) + n*float64(d.PerConnection)
	who := "the client takes"
	if d.Local {
		need += n * float64(d.PerServed)
		who = "client and server take"
	}
	if need <= tight*float64(l.Memory) {
		return Finding{}, false
	}
	text := fmt.Sprintf("%s: %s about %s of memory, and %s can be had", d.asked(), who, size(need), size(float64(l.Memory)))
	if need > float64(l.Memory) {
		return Finding{Short: true, Of: Memory, Text: fmt.Sprintf("%s, %s too little", text, size(need-float64(l.Memory))),
			Advice: "lower " + d.Flag + ", or raise the limit of the control group"}, true
	}
	return Finding{Of: Memory, Text: text, Advice: "other programs may need the rest; lower " + d.Flag}, true
}

// checkBacklog is about connections that begin at the same moment: above what a
// listener queues the kernel drops them, and they are tried again after a second.
func checkBacklog(d Demand, l Limits) (Finding, bool) {
	if !d.Local || d.Datagrams || l.Backlog == 0 || d.InFlight <= l.Backlog {
		return Finding{}, false
	}
	return Finding{Of: Backlog, Text: fmt.Sprintf(
		"%s: more connections may begin at once than a listener queues (%d)", d.asked(), l.Backlog),
		Advice: fmt.Sprintf("some connects then take a second longer; raise it with sysctl -w net.core.somaxconn=%d", d.InFlight)}, true
}

// checkCPU is about handshakes that wait for each other: those of a machine's
// processors take turns, so that each lasts as long as all of them.
func checkCPU(d Demand, l Limits) (Finding, bool) {
	cores := float64(max(d.Cores, 1))
	if l.CPUQuota > 0 {
		cores = min(cores, l.CPUQuota)
	}
	all := time.Duration(float64(d.InFlight) * float64(d.Handshake) / cores)
	if d.Timeout <= 0 || all <= d.Timeout/2 {
		return Finding{}, false
	}
	return Finding{Of: CPU, Text: fmt.Sprintf(
		"%s: handshakes that begin together end together, after at least %v here, and each may take %v",
		d.asked(), all.Round(100*time.Millisecond), d.Timeout),
		Advice: "raise --timeout, or lower " + d.Flag}, true
}

// asked is the demand as it was asked for.
func (d Demand) asked() string { return fmt.Sprintf("%s %d", d.Flag, d.InFlight) }

// size writes bytes for people.
func size(n float64) string {
	for _, unit := range []string{"bytes", "KiB", "MiB"} {
		if n < 1024 {
			return fmt.Sprintf("%.3g %s", n, unit)
		}
		n /= 1024
	}
	return fmt.Sprintf("%.3g GiB", n)
}
