package compare

import (
	"math"
	"slices"
	"tlsbench/bench"
)

// MaxRate is the highest rate that held the condition.
type MaxRate struct {
	// Arm is one of those that the rate is of: those of a mix share one stream.
	Arm string `json:"arm"`
	// Rate is attempts a second, nil where none was found; CI is its interval
	// at the plan's confidence, nil where there were too few searches for one.
	Rate *float64    `json:"rate"`
	CI   *[2]float64 `json:"ci"`
	// Confidence is that of CI, which small numbers of searches do not meet
	// exactly.
	Confidence float64 `json:"confidence,omitempty"`
	// Searches is how many found one, and Blocks how many stretches they took.
	Searches int `json:"searches"`
	Blocks   int `json:"blocks"`
	// Limit is what mostly ended them, and Why an example of it.
	Limit Limit  `json:"limit"`
	Why   string `json:"why,omitempty"`
	// ClientBound says that some ended at what this client can do: the rate is no
	// limit of the server.
	ClientBound bool `json:"client_bound,omitempty"`
	// CoresShared says that some ended where client and server together filled
	// the cores that they share: the server alone may take more.
	CoresShared bool `json:"cores_shared,omitempty"`
	// Found are the rates that the searches found, one after the other.
	Found []float64 `json:"found,omitempty"`
	// Unfinished says that the run ended before the first search did.
	Unfinished bool `json:"unfinished,omitempty"`
}

// Of says whose limit the rate is.
func (m MaxRate) Of() LoadLimit {
	switch {
	case m.ClientBound:
		return ClientLimit
	case m.CoresShared:
		return SharedLimit
	}
	return OpenLimit
}

// MaxRates tells what the searches of a result found, by arm.
func MaxRates(r *bench.Result) ([]MaxRate, error) {
	s, err := NewSearch(r.Plan)
	if err != nil {
		return nil, err
	}
	s.saved = r
	s.follow(r.Rounds)
	var all []MaxRate
	for i, stream := range s.streams {
		m := s.climbs[i].result(r.Plan.Confidence)
		_, more := s.climbs[i].next()
		m.Unfinished = more && m.Searches == 0
		for _, arm := range stream {
			m.Arm = r.Plan.Arms[arm].Name
			all = append(all, m)
		}
	}
	return all, nil
}

// MaxGain is how much higher an arm's rate is than that of its baseline.
type MaxGain struct {
	Arm, Baseline string
	// Change is the factor less 1, and CI its interval, nil where there were too
	// few searches.
	Change float64
	CI     *[2]float64
}

// MaxGains compares the rates of arms, search by search.
func MaxGains(p bench.Plan, rates []MaxRate) []MaxGain {
	var all []MaxGain
	for i, arm := range p.Arms {
		base, ok := p.Baseline(i)
		at := func(name string) int { return slices.IndexFunc(rates, func(m MaxRate) bool { return m.Arm == name }) }
		if !ok || arm.Load.Share > 0 || at(arm.Name) < 0 || at(base.Name) < 0 {
			continue
		}
		a, b := rates[at(arm.Name)], rates[at(base.Name)]
		var logs []float64
		for k := range min(len(a.Found), len(b.Found)) {
			logs = append(logs, math.Log(a.Found[k]/b.Found[k]))
		}
		g := MaxGain{Arm: arm.Name, Baseline: base.Name}
		estimate, ci, _, ok := centre(logs, p.Confidence)
		if !ok {
			continue
		}
		g.Change = math.Expm1(estimate)
		if ci != nil {
			g.CI = &[2]float64{math.Expm1(ci[0]), math.Expm1(ci[1])}
		}
		all = append(all, g)
	}
	return all
}
