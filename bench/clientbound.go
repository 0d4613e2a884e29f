package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tlsbench/bench/digits"
)

// These are the shares from which a client no longer measures the server alone.
// The figures are of a machine with two cores, full handshakes with one request.
const (
	// busy is of the processor time that it may have; also of what client and
	// server may have together. On a core of its own the client used 67 % of it
	// with 1 worker, 83 % with 2, 94 % with 8 and 99 % with 64: with 8, the rate
	// had stopped to rise, and the server was at 69 %.
	busy = 0.9
	// heldBack is of the time that it ran. A quota that is nearly enough holds a
	// process back for a few periods, which are 100 ms each.
	heldBack = 0.01
	// queued is of the time in which its threads wanted a processor. One worker
	// on two cores that it shares with its server waits for 46 %, on one core for
	// 61 %, and four workers there for 66 %: that is the other side's work, which
	// they would wait for in any case. Beside eight other busy processes it was
	// 62 to 90 %.
	queued = 0.7
	// idle is of the processor time that it may have: what a client that uses less
	// waits for tells nothing.
	idle = 0.05
	// collecting is of its processor time: 64 workers come to 10 %.
	collecting = 0.25
	// stolen is of the machine's processor time: 5 % are usual with some hosts.
	stolen = 0.1
	// late is of the median total; a wait of lateFrom or less is never late. On a
	// core of its own the wait was 0.1 ms of 1.8 ms with 1 worker, 0.4 of 2.4 with
	// 2, 2.6 of 7.2 with 8, and 25 of 66 with 64.
	late     = 0.1
	lateFrom = time.Millisecond
)

// ClientBound says why an arm's times and rate are those of this client, and not
// of the server that it measured. Such an arm shows no limit of the server's.
func (r *Result) ClientBound(arm string) (why string, bound bool) {
	a, ok := r.Arm(arm)
	if !ok || a.Attempts == 0 {
		return "", false
	}
	c := r.clientOf(a)
	reasons := slices.DeleteFunc([]string{
		c.tooBusy(), c.tooThrottled(), c.tooQueued(), c.tooLate(), c.tooMuchGarbage(), c.tooMuchStolen(), lagGrew(a),
	}, func(text string) bool { return text == "" })
	return strings.Join(reasons, "; "), len(reasons) > 0
}

// CoresShared reports whether an arm's client and its server together filled the
// processors that they share, so that its limit is that of both.
func (r *Result) CoresShared(arm string) bool {
	a, ok := r.Arm(arm)
	if !ok {
		return false
	}
	_, full := r.sharedFull([]ArmResult{*a})
	return full
}

// sharedFull is the share of this machine's processors that client and server
// used together. More than all of them means that the server had others.
func (r *Result) sharedFull(arms []ArmResult) (share float64, full bool) {
	var spent, took time.Duration
	for i := range arms {
		a := &arms[i]
		took += r.partOf(a)
		spent += whole(a.ClientCPU, a.Completed()) + whole(a.ServerCPU, a.Completed())
	}
	cores := r.sharedCores()
	if took <= 0 || cores == 0 {
		return 0, false
	}
	const rounding = 0.05
	share = spent.Seconds() / (took.Seconds() * float64(cores))
	return share, share > busy && share <= 1+rounding
}

// clientSum is what an arm's blocks together showed of the client.
type clientSum struct {
	cores, quota float64       // the least of all blocks
	took         time.Duration // of blocks that were watched
	could        time.Duration // took, times the cores of each
	cpu          time.Duration
	total        time.Duration // median of an attempt, 0 where not known

	throttled, queued, collecting time.Duration
	stolen                        float64 // of took, in seconds
	waits                         []time.Duration
}

func (r *Result) clientOf(a *ArmResult) clientSum {
	c := clientSum{cpu: whole(a.ClientCPU, a.Completed()), total: a.Medians[Total]}
	if a.Arrivals != nil && a.Arrivals.Share > 0 { // the others of its stream keep the client busy too
		c.cpu = time.Duration(float64(c.cpu) / a.Arrivals.Share)
	}
	for _, b := range r.Blocks(a.Name) {
		s := b.Client
		if s == nil {
			continue
		}
		if c.took == 0 {
			c.cores, c.quota = s.Cores, s.Quota
		}
		c.cores, c.quota = min(c.cores, s.Cores), min(c.quota, s.Quota)
		c.took += b.Took
		c.could += time.Duration(s.Cores * float64(b.Took))
		c.throttled += orZero(s.Throttled)
		c.queued += orZero(s.RunQueue)
		c.collecting += orZero(s.GC)
		if s.Steal != nil {
			c.stolen += *s.Steal * b.Took.Seconds()
		}
		if s.SchedP99 != nil {
			c.waits = append(c.waits, *s.SchedP99)
		}
	}
	if rest := a.Took - c.took; rest > 0 { // saved before there was a watch
		cores := float64(min(r.Env.GOMAXPROCS, r.Env.CPUs))
		c.could += time.Duration(cores * float64(rest))
		if c.took == 0 {
			c.cores = cores
		}
	}
	return c
}

func orZero(d *time.Duration) time.Duration {
	if d == nil {
		return 0
	}
	return *d
}

func (c clientSum) tooBusy() string {
	if c.could <= 0 || float64(c.cpu) <= busy*float64(c.could) {
		return ""
	}
	return fmt.Sprintf("it used %.0f %% of its %s", 100*float64(c.cpu)/float64(c.could), coresText(c.cores))
}

func coresText(n float64) string {
	if n == 1 {
		return "1 core"
	}
	return strconv.FormatFloat(n, 'g', 3, 64) + " cores"
}

func (c clientSum) tooThrottled() string {
	if float64(c.throttled) <= heldBack*float64(c.took) {
		return ""
	}
	return fmt.Sprintf("its cgroup, which grants %s, held it back for %s in %s", coresText(c.quota), digits.Duration(c.throttled), digits.Duration(c.took))
}

func (c clientSum) tooQueued() string {
	if float64(c.cpu) < idle*float64(c.could) {
		return "" // it hardly wanted any
	}
	if share := float64(c.queued) / float64(c.queued+c.cpu); c.queued > 0 && share > queued {
		return fmt.Sprintf("its threads had to wait for %.0f %% of the time in which they wanted a processor", 100*share)
	}
	return ""
}

func (c clientSum) tooLate() string {
	if len(c.waits) == 0 {
		return ""
	}
	slices.Sort(c.waits)
	if p99 := c.waits[len(c.waits)/2]; isLate(p99, c.total) {
		return fmt.Sprintf("its goroutines waited %s (p99) for a processor", digits.Duration(p99))
	}
	return ""
}

func (c clientSum) tooMuchGarbage() string {
	if c.cpu == 0 || float64(c.collecting) <= collecting*float64(c.cpu) {
		return ""
	}
	return fmt.Sprintf("%.0f %% of its CPU time went into collecting garbage", 100*float64(c.collecting)/float64(c.cpu))
}

func (c clientSum) tooMuchStolen() string {
	if share := c.stolen / c.took.Seconds(); c.took > 0 && share > stolen {
		return fmt.Sprintf("the machine's host gave %.0f %% of its processor time to others", 100*share)
	}
	return ""
}

// lagGrew looks at how late attempts were begun that had a due time.
func lagGrew(a *ArmResult) string {
	p99, ok := a.Phases[Lag].Stat("p99")
	if !ok || !isLate(p99, a.Medians[Total]) {
		return ""
	}
	return fmt.Sprintf("it began attempts %s late (p99)", digits.Duration(p99))
}

// isLate says that a wait is no longer small beside the attempt that it is in.
func isLate(wait, total time.Duration) bool {
	return wait > max(lateFrom, time.Duration(late*float64(total)))
}
