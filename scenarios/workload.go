package scenarios

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tlsbench/bench"
	"tlsbench/bench/arrival"
)

// searchFrom is the rate at which a search begins: most clients make it.
const searchFrom = "50/s"

// load is when attempts are made.
func (s *Scenario) load() (bench.Load, error) {
	l := s.Load
	for _, o := range []struct {
		path  string
		empty bool
	}{{"load.ramp", l.Ramp == ""}, {"load.find-max", l.FindMax == ""}, {"load.mix", len(l.Mix) == 0}} {
		if o.empty && s.Given(o.path) {
			return bench.Load{}, s.fault(o.path, " is empty: leave it out, or say what it is")
		}
	}
	if l.Rate == "" && l.FindMax != "" {
		l.Rate = searchFrom
	}
	switch {
	case l.Storm > 0:
		return bench.Load{Storm: l.Storm}, s.ofRates("storm")
	case l.Rate == "" && s.Given("load.rate"):
		return bench.Load{}, s.fault("load.rate", " is empty: want attempts a second, such as 500/s")
	case l.Rate == "":
		if err := s.ofRates("closed"); err != nil {
			return bench.Load{}, err
		}
		return bench.Load{Workers: l.Workers}, nil
	}
	rate, err := bench.ParseRate(l.Rate)
	if err != nil {
		return bench.Load{}, s.fault("load.rate", ": %v", err)
	}
	process, err := arrival.Parse(l.Arrivals)
	if err != nil {
		return bench.Load{}, s.wordFault("load.arrivals", l.Arrivals, err)
	}
	return bench.Load{Rate: rate, Arrivals: process, MaxInFlight: l.MaxInFlight}, nil
}

// openLoop is what makes the loop an open one, as its reader wrote it.
func (s *Scenario) openLoop() string {
	for _, path := range []string{"load.storm", "load.rate", "load.ramp", "load.find-max"} {
		if s.Given(path) {
			return s.label(path)
		}
	}
	return "an open loop"
}

// ofRates refuses options that need a rate.
func (s *Scenario) ofRates(load string) error {
	for _, path := range []string{"load.arrivals", "load.max-inflight", "load.mix"} {
		switch {
		case !s.Given(path) || load == "storm" && path == "load.mix":
		case load == "storm":
			return s.fault(path, " acts on --rate, and there is a storm")
		case path == "load.mix":
			return s.fault(path, " acts on --rate and --storm, and there is none: give one, such as -r 500/s")
		default:
			return s.fault(path, " acts on --rate, and there is none: give one, such as -r 500/s")
		}
	}
	return nil
}

// planLoad is what of the load concerns the plan as a whole.
func (s *Scenario) planLoad(p *bench.Plan) {
	p.Ramp, p.FindMax = s.Load.Ramp != "", s.Load.FindMax
	if p.FindMax != "" && !s.Given("load.rounds") {
		p.Rounds = bench.MinRounds
	}
	storms := s.Load.Storm > 0 || slices.ContainsFunc(s.Matrix, func(d Dimension) bool { return d.Name == "storm" })
	if storms {
		p.Count, p.Duration = 0, 0
	}
}

// oneLoad refuses a dimension of one sort of load beside another sort: the arms
// would all have that one, and differ in nothing.
func (s *Scenario) oneLoad() error {
	others := map[string][]string{
		"workers": {"load.rate", "load.ramp", "load.find-max", "load.storm"},
		"rate":    {"load.workers", "load.find-max", "load.storm"},
		"storm":   {"load.workers", "load.rate", "load.ramp", "load.find-max"},
	}
	for i, d := range s.Matrix {
		for _, path := range others[d.Name] {
			if s.Given(path) && s.layer(path) >= min(d.origin.Layer, OnCommandLine) {
				return s.fault(path, " and matrix.%s: they are of different loads: choose one", d.Name)
			}
		}
		for _, before := range s.Matrix[:i] {
			if others[d.Name] != nil && others[before.Name] != nil {
				return s.fault("matrix."+d.Name, " and matrix.%s: they are of different loads: choose one", before.Name)
			}
		}
	}
	return nil
}

// mostSteps is more rates than a ramp needs to be a curve.
const mostSteps = 100

// addRamp makes the dimension rate of a ramp.
func (s *Scenario) addRamp(x *expansion) error {
	if slices.ContainsFunc(x.axes, func(a axis) bool { return a.Name == "rate" }) {
		return s.fault("load.ramp", " and matrix.rate: both are rates: choose one")
	}
	rates, err := parseRamp(s.Load.Ramp)
	if err != nil {
		return s.fault("load.ramp", ": %v", err)
	}
	from := s.origins["load.ramp"]
	from.label = s.label("load.ramp")
	x.axes = append(x.axes, axis{Dimension: Dimension{Name: "rate", Values: rates, origin: from}})
	return nil
}

// parseRamp gives the rates of a ramp, each the same factor above the last, of
// three digits.
func parseRamp(text string) ([]string, error) {
	const example = "want rates such as 100/s..5000/s, or 100/s..5000/s:12 for 12 of them"
	ends, count, counted := strings.Cut(text, ":")
	from, to, ok := strings.Cut(ends, "..")
	if !ok {
		return nil, fmt.Errorf("%.60q is no ramp: %s", text, example)
	}
	steps := 8
	if counted {
		n, err := strconv.Atoi(strings.TrimSpace(count))
		if err != nil || n < 2 || n > mostSteps {
			return nil, fmt.Errorf("%.60q: want 2 to %d rates behind the colon", text, mostSteps)
		}
		steps = n
	}
	low, err := bench.ParseRate(from)
	if err != nil {
		return nil, err
	}
	high, err := bench.ParseRate(to)
	if err != nil {
		return nil, err
	}
	if low >= high {
		return nil, fmt.Errorf("%.60q does not climb: %s", text, example)
	}
	var rates []string
	for i := range steps {
		rate := low * math.Pow(high/low, float64(i)/float64(steps-1))
		if i > 0 && i < steps-1 {
			rate = digits3(rate)
		} else if i > 0 {
			rate = high
		}
		rates = append(rates, bench.FormatRate(rate))
	}
	if len(slices.Compact(slices.Clone(rates))) < steps {
		return nil, fmt.Errorf("%.60q: %d rates between them are too close to each other", text, steps)
	}
	return rates, nil
}

func digits3(v float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	return rounded
}

// mix gives the arms of each group their shares of one stream. Arms of another
// TLS version, for instance, are another group, with a stream of its own.
func (s *Scenario) mix(p *bench.Plan) error {
	if len(s.Load.Mix) == 0 {
		return nil
	}
	if p.Compare != Session {
		return s.fault("load.mix", ": arms are compared by %s, and a mix is of kinds of handshakes", p.Compare)
	}
	given, err := s.givenShares(p)
	if err != nil {
		return s.fault("load.mix", ": %v", err)
	}
	for _, group := range p.Groups() {
		names := make([]string, len(group))
		for i, arm := range group {
			names[i] = p.Arms[arm].Coord(Session)
		}
		shares, err := sharesOf(names, given)
		if err != nil {
			return s.fault("load.mix", ": %v, in the stream of %s", err, strings.Join(names, ", "))
		}
		for i, share := range shares {
			p.Arms[group[i]].Load.Share = share
		}
	}
	return nil
}

func (s *Scenario) givenShares(p *bench.Plan) (map[string]float64, error) {
	var names []string
	for _, arm := range p.Arms {
		if name := arm.Coord(Session); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	given := map[string]float64{}
	for _, one := range s.Load.Mix {
		name, share, err := parseShare(one)
		if err != nil {
			return nil, err
		}
		if _, twice := given[name]; twice {
			return nil, fmt.Errorf("%s is there twice", name)
		}
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("there is no arm %q%s: want one of %s", cut(name), meant(name, names), strings.Join(names, ", "))
		}
		given[name] = share
	}
	return given, nil
}

// sharesOf gives the arms of one stream what they were given, and the others
// equal parts of the rest.
func sharesOf(names []string, given map[string]float64) ([]float64, error) {
	left, others := 1.0, 0.0
	for _, name := range names {
		share, ok := given[name]
		left -= share
		if !ok {
			others++
		}
	}
	const nothing = 1e-9
	switch {
	case len(names) < 2:
		return nil, errors.New("there is one arm, and a mix takes two")
	case left < -nothing:
		return nil, errors.New("the shares are more than 100% together")
	case others > 0 && left < nothing:
		return nil, errors.New("the shares leave nothing to the other arms: leave these out with --arms")
	case others == 0 && left > nothing:
		return nil, errors.New("the shares are less than 100% together")
	}
	shares := make([]float64, len(names))
	for i, name := range names {
		share, ok := given[name]
		if !ok {
			share = math.Round(left/others*1e15) / 1e15 // 0.3, not what floats leave of 1 - 0.7
		}
		shares[i] = share
	}
	return shares, nil
}

// parseShare reads an arm's part, as in "resumed=70%".
func parseShare(text string) (name string, share float64, err error) {
	name, value, ok := strings.Cut(text, "=")
	name = strings.TrimSpace(name)
	percent, unit := strings.CutSuffix(strings.TrimSpace(value), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(percent), 64)
	if !ok || !unit || err != nil || name == "" || strings.Trim(percent, "0123456789. ") != "" {
		return "", 0, fmt.Errorf("%.60q is no share: want one such as resumed=70%%", text)
	}
	if !(v > 0 && v < 100) {
		return "", 0, fmt.Errorf("%.60q: want more than 0%% and less than 100%%; leave arms out with --arms", text)
	}
	return name, v / 100, nil
}
