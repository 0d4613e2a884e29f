package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// loaded is the plan of a scenario whose load section, or more, is the text.
func loaded(text string) (bench.Plan, error) {
	if !strings.Contains(text, "\n") {
		text = "load: {" + text + "}\n"
	}
	s, err := Load("f", []byte(text))
	if err != nil {
		return bench.Plan{}, err
	}
	p, _, err := s.Plan(nil)
	return p, err
}

func TestLoads(t *testing.T) {
	for text, want := range map[string]string{
		"workers: 3":                               "w3 w3",
		"rate: 500/s":                              "500/s constant 1000, 500/s constant 1000",
		"rate: 30/m, arrivals: poisson":            "0.5/s poisson 1000, 0.5/s poisson 1000",
		"rate: 2.5/s, max-inflight: 7":             "2.5/s constant 7, 2.5/s constant 7",
		"rate: 500/s, mix: [resumed=70%]":          "500/s constant 1000 0.3, 500/s constant 1000 0.7",
		"rate: 500/s, mix: [full=20%,resumed=80%]": "500/s constant 1000 0.2, 500/s constant 1000 0.8",
		"rate: 500/s, count: 70":                   "500/s constant 1000, 500/s constant 1000",
		"storm: 100":                               "storm 100, storm 100",
		"storm: 100, mix: [full=25%]":              "storm 100 0.25, storm 100 0.75",
		"ramp: 100/s..400/s:3":                     "100/s constant 1000, 100/s constant 1000, 200/s constant 1000, 200/s constant 1000, 400/s constant 1000, 400/s constant 1000",
		"find-max: tls.p99 < 20ms":                 "50/s constant 1000, 50/s constant 1000",
		"find-max: tls.p99 < 20ms, rate: 300/s":    "300/s constant 1000, 300/s constant 1000",
		"load: {ramp: 10/s..20/s:2, mix: [resumed=50%]}\nmatrix: {arrivals: [constant]}\n": "10/s constant 1000 0.5, 10/s constant 1000 0.5, 20/s constant 1000 0.5, 20/s constant 1000 0.5",
		"arms: full\nmatrix: {storm: [10, 1000]}\n":                                        "storm 10, storm 1000",
		"arms: full\nmatrix: {rate: [10/s, 60/m]}\n":                                       "10/s constant 1000, 1/s constant 1000",
		"arms: full\nload: {rate: 9/s}\nmatrix: {max-inflight: [1, 2]}\n":                  "9/s constant 1, 9/s constant 2",
	} {
		p, err := loaded(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var got []string
		for _, arm := range p.Arms {
			l := arm.Load
			switch one := ""; {
			case l.Storm > 0:
				one = fmt.Sprintf("storm %d", l.Storm)
				fallthrough
			case l.Rate > 0:
				if one == "" {
					one = fmt.Sprintf("%s %s %d", bench.FormatRate(l.Rate), l.Arrivals, l.MaxInFlight)
				}
				if l.Share > 0 {
					one += fmt.Sprintf(" %v", l.Share)
				}
				got = append(got, one)
			default:
				got = append(got, fmt.Sprintf("w%d", l.Workers))
			}
			if l.Open() && arm.Want.Resumes() && arm.Session.Scope != session.Shared {
				t.Errorf("%s: %s keeps sessions by %s", text, arm.Name, arm.Session.Scope)
			}
		}
		separator := ", "
		if strings.HasPrefix(want, "w") {
			separator = " "
		}
		if text := strings.Join(got, separator); text != want {
			t.Errorf("%s: %s\nwant %s", text, text, want)
		}
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestRampsClimb(t *testing.T) {
	rates, err := parseRamp("100/s..5000/s")
	if err != nil || len(rates) != 8 || rates[0] != "100/s" || rates[7] != "5000/s" ||
		!slices.IsSortedFunc(rates, func(a, b string) int {
			x, _ := bench.ParseRate(a)
			y, _ := bench.ParseRate(b)
			return int(x - y)
		}) {
		t.Errorf("%v, %v", rates, err)
	}
}

// Every refusal names what is wrong by its place, and says what to try.
func TestWrongLoads(t *testing.T) {
	for text, want := range map[string]string{
		"rate: 500":                                        `load.rate: "500" has no unit: write 500/s`,
		"rate: fast":                                       `load.rate: "fast" is no rate: want attempts a second, such as 500/s`,
		"rate: 500/h":                                      `load.rate: "500/h": want attempts a second, such as 500/s, or a minute`,
		"rate: -5/s":                                       `load.rate: "-5/s" is no rate`,
		"rate: 0/s":                                        "want more than 0/s",
		"rate: 1e9/s":                                      "is no rate",
		"rate: 9999999/s":                                  "at most 1000000/s",
		"rate: ''":                                         "load.rate is empty: want attempts a second, such as 500/s",
		"rate: 5/s, workers: 4":                            "load.rate and load.workers: attempts fall due by a rate",
		"rate: 5/s, storm: 4":                              "load.rate and load.storm: ",
		"ramp: 1/s..9/s, rate: 5/s":                        "load.ramp and load.rate: the ramp is of rates",
		"ramp: 1/s..9/s, workers: 4":                       "load.ramp and load.workers: ",
		"ramp: 1/s..9/s, storm: 4":                         "load.ramp and load.storm: ",
		"ramp: 1/s..9/s, find-max: a < b":                  "load.ramp and load.find-max: climb through rates, or search one",
		"ramp: 5/s":                                        `load.ramp: "5/s" is no ramp: want rates such as 100/s..5000/s`,
		"ramp: 9/s..1/s":                                   "does not climb",
		"ramp: 1/s..9/s:1":                                 "want 2 to 100 rates behind the colon",
		"ramp: 1/s..9/s:many":                              "want 2 to 100 rates behind the colon",
		"ramp: 1..9":                                       `load.ramp: "1" has no unit: write 1/s`,
		"ramp: 1000/s..1001/s:50":                          "too close to each other",
		"arrivals: poisson":                                "load.arrivals acts on --rate, and there is none: give one, such as -r 500/s",
		"max-inflight: 5":                                  "load.max-inflight acts on --rate, and there is none",
		"mix: [resumed=50%]":                               "load.mix acts on --rate and --storm, and there is none",
		"storm: 4, arrivals: poisson":                      "load.arrivals acts on --rate, and there is a storm",
		"storm: 4, max-inflight: 9":                        "load.max-inflight acts on --rate, and there is a storm",
		"rate: 5/s, arrivals: posson":                      "did you mean poisson?",
		"rate: 5/s, max-inflight: 0":                       "load.max-inflight 0: want 1 to 65536",
		"storm: 0":                                         "load.storm 0: want 1 to 65536",
		"storm: 9, duration: 3s":                           "load.storm and load.duration: a storm lasts as long as it takes: choose --rounds",
		"storm: 9, count: 3":                               "load.storm and load.count: a storm has as many attempts as it has connections",
		"storm: 9, find-max: a < b":                        "load.find-max and load.storm: a search needs a rate",
		"rate: 5/s, mix: [resumed]":                        `load.mix: "resumed" is no share: want one such as resumed=70%`,
		"rate: 5/s, mix: [resumed=0%]":                     "want more than 0% and less than 100%",
		"rate: 5/s, mix: [resumed=100%]":                   "want more than 0% and less than 100%",
		"rate: 5/s, mix: [resmed=10%]":                     `load.mix: there is no arm "resmed" (did you mean resumed?)`,
		"rate: 5/s, mix: [full=60%,resumed=60%]":           "more than 100% together",
		"rate: 5/s, mix: [full=20%,resumed=20%]":           "less than 100% together",
		"rate: 5/s, mix: [full=20%,full=20%]":              "full is there twice",
		"arms: full\nload: {rate: 5/s, mix: [full=20%]}\n": "there is one arm, and a mix takes two",
		"load: {rate: 5/s, mix: [full=20%]}\nmatrix: {tls: [1.2, 1.3]}\ncompare: tls\n":    "load.mix: arms are compared by tls, and a mix is of kinds of handshakes",
		"load: {rate: 5/s}\nsessions: {scope: worker}\n":                                   "sessions.scope worker: with load.rate there are no workers that could keep sessions: want shared",
		"load: {ramp: 1/s..9/s}\nmatrix: {rate: [3/s, 4/s]}\n":                             "load.ramp and matrix.rate: both are rates: choose one",
		"load: {ramp: 1/s..9/s}\nmatrix: {storm: [3, 4]}\n":                                "load.ramp and matrix.storm: they are of different loads: choose one",
		"load: {rate: 1/s}\nmatrix: {workers: [3, 4]}\n":                                   "load.rate and matrix.workers: they are of different loads: choose one",
		"load: {find-max: tls.p50 < 1s}\nmatrix: {rate: [3/s, 4/s]}\n":                     "load.find-max and matrix.rate: they are of different loads",
		"load: {workers: 2}\nmatrix: {rate: [3/s, 4/s]}\n":                                 "load.workers and matrix.rate: they are of different loads",
		"matrix: {rate: [3/s, 4/s], workers: [1, 2]}\n":                                    "matrix.workers and matrix.rate: they are of different loads",
		"matrix: {rate: [3/s, 4]}\n":                                                       `rate=4 is in no arm: matrix.rate: "4" has no unit: write 4/s`,
		"matrix: {max-inflight: [3, 4]}\n":                                                 "acts on --rate, and there is none",
		"load: {rate: 5/s}\nmatrix: {arrivals: [poisson, regular]}\n":                      "arrivals=regular is in no arm",
		"load: {storm: 5}\nsessions: {scope: worker}\narms: [full, resumed]\nvs: embedded": "worker: with load.storm there are no workers",
	} {
		_, err := loaded(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", text, err, want)
		}
	}
}

// A later layer's load takes the place of an earlier one's.
func TestLoadsOfLayers(t *testing.T) {
	for _, tt := range []struct {
		file, path, value string
		open              bool
	}{
		{"load: {workers: 4}\n", "load.rate", "5/s", true},
		{"load: {workers: 4}\n", "load.storm", "5", true},
		{"load: {rate: 5/s}\n", "load.workers", "4", false},
		{"load: {ramp: 5/s..9/s}\n", "load.workers", "4", false},
		{"load: {storm: 5}\n", "load.workers", "4", false},
	} {
		s, err := Load("f", []byte(tt.file))
		if err == nil {
			err = s.Set(tt.path, tt.value, Origin{Layer: OnCommandLine, Name: "--x"})
		}
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := s.Plan(nil)
		if err != nil || p.Arms[0].Load.Open() != tt.open {
			t.Errorf("%s then %s: %v, %+v", tt.file, tt.path, err, p.Arms)
		}
	}
}
