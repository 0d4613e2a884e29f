package compare

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tlsbench/bench"
)

// Exit is how a command ended, as its exit code.
type Exit int

// The exit codes.
const (
	Passed      Exit = 0
	NotRun      Exit = 1   // the run could not be carried out
	Usage       Exit = 2   // wrong usage or configuration
	Failed      Exit = 3   // the gate failed
	Unsure      Exit = 4   // nothing failed, but not everything could be told; only where asked for
	Interrupted Exit = 130 // by the user, as shells report SIGINT
)

// Outcome is what the gate decided, and why: one line a reason, none where it
// passed.
type Outcome struct {
	Exit    Exit
	Reasons []string
}

// Err is nil where the outcome is Passed, and gives the reasons otherwise.
func (o Outcome) Err() error {
	if o.Exit == Passed {
		return nil
	}
	return errors.New(strings.Join(o.Reasons, "; "))
}

// Gate is the one place that turns a result into an outcome.
func Gate(r *bench.Result) Outcome {
	if r.Ended == bench.Interrupted {
		return Outcome{Interrupted, []string{"interrupted: the result is partial"}}
	}
	if why := NotMeasured(r); why != "" {
		return Outcome{NotRun, []string{why}}
	}
	out := Outcome{Exit: Passed}
	var refused []refusal
	for _, arm := range r.Plan.Arms {
		a, ok := r.Arm(arm.Name)
		switch {
		case ok && arm.Want.Resumes() && a.Wanted(arm.Want) == 0 && (a.Completed() > 0 || starved(a)):
			refused = refuse(refused, arm, a)
		case !ok || a.Completed() == 0:
			out.fail(NotRun, fmt.Sprintf("%s: not one handshake of arm %s succeeded: %s", arm.Target.URL, arm.Name, cmp.Or(firstErrors(a), "none was tried")))
		}
	}
	several := len(compared(r.Plan)) > 1
	for _, f := range refused {
		out.fail(Failed, f.text(several))
	}
	return out
}

// starved tells of an arm that tried nothing for want of sessions, as the policy
// once has it, rather than of time.
func starved(a *bench.ArmResult) bool {
	s := a.Sessions
	return a.Attempts == 0 && s.Primed+s.Received+s.Imported <= s.Expired
}

// refusal is that there was no resumption, for one reason in one or more arms.
type refusal struct {
	what, why string
	arms      []string
}

func refuse(all []refusal, arm bench.Arm, a *bench.ArmResult) []refusal {
	never, why := "granted", bench.WhyNotResumed(arm, a)
	if s := a.Sessions; s.Primed+s.Received+s.Imported > 0 {
		never = "came about" // for sessions were
	}
	what := fmt.Sprintf("%s: %s was asked for and never %s", arm.Target.URL, resumption(arm.Want), never)
	i := slices.IndexFunc(all, func(f refusal) bool { return f.what == what && f.why == why })
	if i < 0 {
		return append(all, refusal{what, why, []string{arm.Name}})
	}
	all[i].arms = append(all[i].arms, arm.Name)
	return all
}

// text names the arms where there are several that it could be about.
func (f refusal) text(several bool) string {
	if !several {
		return f.what + ": " + f.why
	}
	const most = 8
	of := strings.Join(f.arms[:min(most, len(f.arms))], ", ")
	if more := len(f.arms) - most; more > 0 {
		of += fmt.Sprintf(" and %d more arms", more)
	}
	return f.what + " (" + of + "): " + f.why
}

func resumption(w bench.Want) string {
	switch w {
	case bench.WantResumed:
		return "resumption"
	case bench.WantEarlyData:
		return "0-RTT"
	default:
		return "resumption by " + string(w)
	}
}

// Findings are what was put to a result beside itself.
type Findings struct {
	Checks []Check
	// Judged are comparisons that Judge was asked about, and Untold why others
	// that it should have been asked about are not there.
	Judged []Comparison
	Untold []string
	// Strict makes what could not be told an outcome of its own.
	Strict bool
}

// Judge adds findings to an outcome.
func (o *Outcome) Judge(f Findings) {
	if o.Exit == Interrupted || o.Exit == NotRun {
		return
	}
	var unsure []string
	for _, c := range f.Checks {
		switch c.Verdict {
		case CheckFail:
			o.fail(Failed, fmt.Sprintf("check failed: %s: %s", c.Expr, c.Why))
		case CheckInconclusive:
			unsure = append(unsure, fmt.Sprintf("check inconclusive: %s: %s", c.Expr, c.Why))
		}
	}
	var few, wide []string
	for _, c := range f.Judged {
		name := fmt.Sprintf("%s of %s", c.Metric, c.Arm)
		switch {
		case c.Regressed:
			o.fail(Failed, "regression: "+c.String())
		case c.Allowed == nil:
		case c.Verdict == Inconclusive:
			few = append(few, name)
		case c.most() > *c.Allowed:
			wide = append(wide, name)
		}
	}
	if len(few) > 0 {
		unsure = append(unsure, fmt.Sprintf("inconclusive: %s: too few rounds or runs to tell", fewOf(few)))
	}
	if len(wide) > 0 {
		unsure = append(unsure, fmt.Sprintf("inconclusive: %s: may have got worse by more than is allowed, as far as the intervals tell", fewOf(wide)))
	}
	for _, why := range f.Untold {
		unsure = append(unsure, "inconclusive: "+why)
	}
	if f.Strict && o.Exit == Passed && len(unsure) > 0 {
		o.Exit, o.Reasons = Unsure, unsure
	}
}

// fewOf names the first of many.
func fewOf(names []string) string {
	const most = 3
	if more := len(names) - most; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}

// fail adds a reason; what could not be run outweighs what failed.
func (o *Outcome) fail(exit Exit, reason string) {
	if o.Exit != NotRun {
		o.Exit = exit
	}
	o.Reasons = append(o.Reasons, reason)
}

// NotMeasured says why a result speaks of no server that answered to the end,
// or "".
func NotMeasured(r *bench.Result) string {
	if r.Ended == bench.GaveUp || r.Completed() == 0 {
		return whyNotRun(r)
	}
	return ""
}

func whyNotRun(r *bench.Result) string {
	target := r.Plan.Arms[0].Target.URL
	what := "not one handshake succeeded"
	f := r.LastFailure
	switch {
	case r.Completed() == 0:
	case f != nil && f.Class == bench.ClassClientExhausted:
		what = "this machine could no longer make connections"
	default:
		what = "the target stopped answering"
	}
	if f != nil {
		return fmt.Sprintf("%s: %s: %s", target, what, f)
	}
	var all []string
	for i := range r.Arms {
		if text := firstErrors(&r.Arms[i]); text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	if len(all) == 0 {
		all = []string{"no attempt was made"}
	}
	return fmt.Sprintf("%s: %s: %s", target, what, strings.Join(all, "; "))
}

// firstErrors gives the most frequent error of an arm with what to try next.
func firstErrors(a *bench.ArmResult) string {
	if a == nil {
		return ""
	}
	var worst bench.ErrorClass
	for class, n := range a.Errors {
		if m := a.Errors[worst]; n > m || n == m && class < worst {
			worst = class
		}
	}
	if worst == "" {
		return ""
	}
	return fmt.Sprintf("%s: %s: %s", worst, a.FirstErrors[worst], worst.Advice())
}
