package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/saved"
	"tlsbench/report"
	"tlsbench/scenarios"
)

// baselineFolder is where named baselines are kept, in the folder where the
// tool is started: that of the project.
const baselineFolder = ".tlsbench"

// judge is what a run's result is put to.
type judge struct {
	assertions []*compare.Assertion
	allowance  compare.Allowance
	base       *bench.Result // nil for none
	baseName   string
	saveAs     string             // file, empty for none
	noise      *compare.Noise     // nil for none
	loads      []compare.Capacity // none for the usual ones
	strict     bool
	forced     bool
}

// judge reads what was asked for, and what asked has found to be possible, so
// that what cannot be read is refused before anything is measured.
func (o *options) judge(p bench.Plan) (*judge, error) {
	asked := o.scenario
	j := &judge{strict: asked.Strict, forced: asked.Force}
	p = p.Fitted() // as in saved results
	var err error
	if j.assertions, err = parseChecks(asked.Checks, p); err != nil {
		return nil, err
	}
	if j.allowance, err = compare.ParseAllowance(asked.MaxRegress...); err != nil {
		return nil, fmt.Errorf("--max-regress: %w", err)
	}
	if asked.Given("capacity") {
		load, err := compare.ParseCapacity(asked.Capacity)
		if err != nil {
			return nil, fmt.Errorf("--capacity: %w", err)
		}
		j.loads = []compare.Capacity{load}
	}
	if asked.SaveBaseline != "" {
		if j.saveAs, err = baselineFile(asked.SaveBaseline); err != nil {
			return nil, fmt.Errorf("--save-baseline: %w", err)
		}
	}
	if asked.Noise != "" {
		if j.noise, err = loadNoise(asked.Noise, p, asked.Force); err != nil {
			return nil, err
		}
	}
	if asked.Baseline == "" {
		return j, nil
	}
	if j.base, j.baseName, err = loadBaseline(asked.Baseline); err != nil {
		return nil, fmt.Errorf("--baseline: %w", err)
	}
	planned := []*bench.Result{{Plan: p}}
	if d := compare.Differences([]*bench.Result{j.base}, planned); len(d) > 0 && !asked.Force {
		return nil, fmt.Errorf("--baseline %s: another experiment: %s: run the same, or add --force", asked.Baseline, strings.Join(d, "; "))
	}
	if err := compare.Comparable([]*bench.Result{j.base}, planned); err != nil {
		return nil, fmt.Errorf("--baseline %s: %w", asked.Baseline, err)
	}
	return j, nil
}

func parseChecks(texts []string, p bench.Plan) ([]*compare.Assertion, error) {
	var all []*compare.Assertion
	for _, text := range texts {
		a, err := compare.ParseCheck(text)
		if err == nil {
			err = a.Bind(p)
		}
		if err != nil {
			return nil, fmt.Errorf("--check %q: %w", text, err)
		}
		all = append(all, a)
	}
	return all, nil
}

// document puts the result to all of it.
func (j *judge) document(r *bench.Result) (*report.Document, error) {
	d := report.NewDocument(r, j.loads...)
	f := compare.Findings{Strict: j.strict}
	if r.Plan.Compare == scenarios.Target {
		if j.noise != nil {
			j.noise.Widen(d.Comparisons, r.Plan)
		}
		if blind := compare.Judge(d.Comparisons, j.allowance, r.Plan.Confidence); blind != "" {
			r.Warnings = append(r.Warnings, bench.Warning{Code: bench.WarnFewRounds, Text: blind + "; raise --rounds"})
		}
		f.Judged = append(f.Judged, d.Comparisons...)
	}
	if j.base != nil {
		var err error
		d.Against, err = compare.Between([]*bench.Result{j.base}, []*bench.Result{r}, j.noise, r.Plan.Confidence)
		if err != nil {
			return nil, err
		}
		if j.forced {
			d.Against.Doubts = append(d.Against.Doubts, compare.Differences([]*bench.Result{j.base}, []*bench.Result{r})...)
		}
		d.Against.Base, d.Against.New = []string{j.baseName}, []string{"this run"}
		d.Against.Judge(j.allowance, r.Plan.Confidence)
		f.Judged = append(f.Judged, d.Against.Comparisons...)
		f.Untold = append(f.Untold, d.Against.Untold(j.allowance)...)
	}
	for _, a := range j.assertions {
		d.Checks = append(d.Checks, a.Check(r, d.Comparisons))
	}
	d.Checks = append(d.Checks, j.allowance.Uncompared(f.Judged)...)
	f.Checks = d.Checks
	d.Outcome.Judge(f)
	return d, nil
}

// save keeps the result as a baseline, unless it is partial.
func (j *judge) save(d *report.Document) error {
	if j.saveAs == "" {
		return nil
	}
	if d.Result.Partial {
		return fmt.Errorf("--save-baseline: a partial result (%s) is no baseline: nothing was saved", d.Result.Ended)
	}
	if d.Outcome.Exit == compare.Failed || d.Outcome.Exit == compare.NotRun {
		return errors.New("--save-baseline: a run that failed is no baseline: nothing was saved")
	}
	if err := os.MkdirAll(filepath.Dir(j.saveAs), 0o755); err != nil {
		return fmt.Errorf("--save-baseline: %w", err)
	}
	return report.WriteFile(j.saveAs, report.JSON{}, d)
}

// baselineFile is where a named baseline lies.
func baselineFile(name string) (string, error) {
	name = strings.TrimSuffix(name, ".json")
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`).MatchString(name) {
		return "", fmt.Errorf("%q is no name: want letters, digits, dots, dashes or underscores", name)
	}
	return filepath.Join(baselineFolder, name+".json"), nil
}

// loadBaseline reads a saved result by name, or a file.
func loadBaseline(name string) (*bench.Result, string, error) {
	name = baselinePath(name)
	if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
		return nil, "", fmt.Errorf("there is no file %s, nor a baseline of that name in %s%s", name, baselineFolder, knownBaselines())
	}
	r, err := saved.Load(name)
	return r, name, err
}

// baselinePath is the file that a named baseline has, and else the file of that
// name.
func baselinePath(name string) string {
	if file, err := baselineFile(name); err == nil {
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return name
}

// loadNoise reads a file of noise, and refuses that of another experiment.
func loadNoise(file string, p bench.Plan, force bool) (*compare.Noise, error) {
	n, err := compare.LoadNoise(file)
	if err != nil {
		return nil, fmt.Errorf("--noise: %w", err)
	}
	if d := n.Differences([]*bench.Result{{Plan: p}}); len(d) > 0 && !force {
		return nil, fmt.Errorf("--noise %s: another experiment's: %s: measure that of this one, or add --force", file, strings.Join(d, "; "))
	}
	return n, nil
}

func knownBaselines() string {
	files, err := filepath.Glob(filepath.Join(baselineFolder, "*.json"))
	if err != nil || len(files) == 0 {
		return ": --save-baseline NAME saves one"
	}
	var names []string
	for _, f := range files {
		base := filepath.Base(f)
		names = append(names, base[:len(base)-len(".json")])
	}
	return ", which has " + strings.Join(names, ", ")
}
