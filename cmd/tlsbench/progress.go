package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"tlsbench/bench"
	"tlsbench/report"
	"tlsbench/report/live"
)

// newProgress shows on stderr how far a run is: a view that is redrawn where
// that is a terminal, lines elsewhere and in CI, whose logs keep everything.
// It does so until stop is called.
func newProgress(stderr io.Writer, run *bench.Live) (shown *live.Watch, stop func()) {
	out := live.Output{W: stderr}
	if f, ok := redrawable(stderr); ok && os.Getenv("CI") == "" {
		out.Size = func() (columns, rows int) { return size(f) }
		out.Color = os.Getenv("NO_COLOR") == "" // no-color.org
	}
	shown = live.Start(run.Progress, out)
	if out.Size == nil {
		return shown, shown.Stop
	}
	quiet := followTerminal(shown)
	return shown, func() {
		quiet()
		shown.Stop()
	}
}

// redrawable gives the terminal that w is, where it can erase what it shows.
func redrawable(w io.Writer) (*os.File, bool) {
	f, _ := w.(*os.File)
	name, set := os.LookupEnv("TERM") // consoles of Windows set none
	return f, isTerminal(w) && name != "dumb" && (name != "" || !set) && obeysSequences(f)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// size is that of a terminal, or of a common one where it does not tell.
func size(f *os.File) (columns, rows int) {
	columns, rows, err := term.GetSize(int(f.Fd()))
	if err != nil || columns <= 0 || rows <= 0 {
		return 80, 24
	}
	return columns, rows
}

// announce says what will be run and, where that is known, for how long.
func announce(plan bench.Plan) string {
	arms, rounds := report.Plural(len(plan.Arms), "arm"), report.Plural(plan.Rounds, "round")
	switch first := plan.Arms[0].Load; {
	case plan.FindMax != "":
		return fmt.Sprintf("%s, the highest rate with %s, searched %d times", arms, plan.FindMax, plan.Rounds)
	case first.Storm > 0:
		return fmt.Sprintf("%s, a %s each, in %s", arms, report.LoadText(first), rounds)
	case len(plan.Streams()) < len(plan.Arms):
		arms += " in " + report.Plural(len(plan.Streams()), "stream")
	}
	if plan.Count > 0 {
		return fmt.Sprintf("%s, %s each, in %s", arms, report.Plural(int(plan.Count), "attempt"), rounds)
	}
	return fmt.Sprintf("%s, %v each, in %s: about %v", arms, plan.Duration, rounds, plan.Expected().Round(time.Second))
}
