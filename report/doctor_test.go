package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tlsbench/bench"
	"tlsbench/bench/doctor"
	"tlsbench/bench/limits"
	"tlsbench/bench/reach"
)

func doctorOf() Doctor {
	busy, steal, load, smt := 0.99, 0.031, 19.28, false
	server, shared := 460*time.Microsecond, 1480.0
	f := doctor.Facts{
		Tool: bench.Tool{Name: "tlsbench", Version: "0.1.0", Go: "go1.26"},
		Env:  bench.Env{OS: "linux", Arch: "amd64", Kernel: "6.1.0", CPU: "model", CPUs: 2, GOMAXPROCS: 2},
		Machine: doctor.Machine{Processors: 2, Affinity: 2, Governors: []string{"powersave"}, SMT: &smt,
			Load: &load, Busy: &busy, Steal: &steal},
		Limits: limits.Limits{Files: 1024, HardFiles: 65536, FirstPort: 32768, LastPort: 60999, Waiting: 4175, TimeWaitReuse: 2, CPUQuota: 1.5},
		Clocks: doctor.Clocks{Source: "tsc", Cost: 57, Resolution: 49},
		Timer:  &doctor.Lateness{Waits: 1000, P50: 1640, P99: 3820 * time.Microsecond},
		Pace:   &doctor.Pace{Readings: 40, Median: 650 * time.Microsecond, Spread: 0.04},
		Reach: []reach.Reach{
			{Arm: "TLS" + nbsp + "1.3 full", Client: 900 * time.Microsecond, Server: &server, Cores: 2, Alone: 2222, Shared: &shared,
				Bound: "its threads had to wait for 74 % of the time in which they wanted a processor"},
			{Arm: "TLS" + nbsp + "1.3 resumed", Client: 500 * time.Microsecond, Cores: 2, Alone: 4000}},
		Target: &doctor.Target{URL: "https://server.example/" + evil, Failure: "no address answers: connection refused " + evil},
	}
	return Doctor{Facts: f, Sections: doctor.Examine(f), Took: 4321 * time.Millisecond}
}

func TestDoctorIsAsGolden(t *testing.T) {
	for _, width := range []int{60, 80, 160} {
		var b bytes.Buffer
		if err := doctorOf().WriteText(&b, width); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width && !strings.Contains(line, "server.example") {
				t.Errorf("at %d columns: a line of %d: %s", width, n, line)
			}
		}
		golden(t, fmt.Sprintf("doctor-%d.txt", width), b.Bytes())
	}
	var b bytes.Buffer
	if err := doctorOf().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Error("it is no JSON")
	}
	golden(t, "doctor.json", b.Bytes())
}

func TestDoctorsVerdict(t *testing.T) {
	of := func(all ...doctor.Verdict) string {
		var s doctor.Section
		for _, v := range all {
			s.Findings = append(s.Findings, doctor.Finding{Verdict: v})
		}
		return Doctor{Sections: []doctor.Section{s}}.verdict()
	}
	for want, got := range map[string]string{
		"No problem.":         of(doctor.OK),
		"No problem, 1 note.": of(doctor.OK, doctor.Note),
		"1 problem, 2 notes: measurements from here are doubtful until the former are gone.": of(doctor.Note, doctor.Problem, doctor.Note),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
