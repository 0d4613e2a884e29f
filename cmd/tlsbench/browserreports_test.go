//go:build !race

package main

import (
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/testserve"
	"tlsbench/report"
)

// htmlReport is a page and what it must show.
type htmlReport struct {
	file     string
	result   *bench.Result     // nil for a comparison of results
	sections map[string]string // the beginnings of their titles, by id
	plots    int               // at least
	texts    []string
}

// runSections are those of every run that measured something.
func runSections() map[string]string {
	return map[string]string{
		"phases": "Where the time goes", "figures": "Figures", "cost": "What a handshake costs",
		"distributions": "Distributions", "rounds": "Round by round", "time": "Over time",
		"kinds": "What the handshakes were", "environment": "Environment", "glossary": "Words",
	}
}

// reportOf runs a command line that writes a page, and must end so.
func reportOf(t *testing.T, want compare.Exit, args ...string) htmlReport {
	t.Helper()
	dir := t.TempDir()
	p := htmlReport{file: filepath.Join(dir, "report.html"), sections: runSections(), plots: 10}
	result := filepath.Join(dir, "result.json")
	o := run(t, append(args, "-q", "-o", "json="+result, "-o", "html="+p.file)...)
	if o.exit != want {
		t.Fatalf("tlsbench %s: exit %d, want %d: %s", strings.Join(args, " "), o.exit, want, o.stderr)
	}
	p.result = load(t, result)
	return p
}

// twice is one experiment made twice, the second time with the first as its
// baseline.
type twice struct {
	base, next string // files of results
	page       htmlReport
}

func runTwice(t *testing.T) twice {
	t.Helper()
	dir := t.TempDir()
	r := twice{base: filepath.Join(dir, "base.json"), next: filepath.Join(dir, "next.json")}
	if o := run(t, "run", "-n", "660", "--rounds", "6", "-q", "-o", "json="+r.base); o.exit != compare.Passed {
		t.Fatal(o.stderr)
	}
	r.page = reportOf(t, compare.Failed, "run", "-n", "660", "--rounds", "6", "--baseline", r.base, "--max-regress", "900%",
		"--check", "errors == 0", "--check", "saving(tls.p50) > 99%")
	r.next = filepath.Join(filepath.Dir(r.page.file), "result.json")
	r.page.sections["baseline"] = "Against earlier results"
	r.page.texts = []string{"failed", "saving(tls.p50) > 99%", "errors == 0", "base.json"}
	return r
}

func (r twice) run(*testing.T) htmlReport { return r.page }

func (r twice) compared(t *testing.T) htmlReport {
	p := htmlReport{
		file:     filepath.Join(t.TempDir(), "report.html"),
		sections: map[string]string{"baseline": "Against earlier results", "glossary": "Words"},
		texts:    []string{"base.json", "tls.p50", "saving(tls.p50)"},
	}
	if o := run(t, "compare", r.base, r.next, "--max-regress", "900%", "-o", "html="+p.file); o.exit != compare.Passed {
		t.Fatalf("exit %d: %s", o.exit, o.stderr)
	}
	return p
}

// wicked is what a name holds that wants to be more than text, wherever on a
// page it stands.
const wicked = `</script><script>document.title="owned"</script></title></style></svg>` +
	`"><img src=x onerror='document.title="owned"'>' onfocus=alert(1) {{.}} {{"<b>"}} ${document.title="owned"} ` +
	`javascript:document.title="owned" url(http://tlsbench.invalid/) <!-- ]]> &lt;b&gt; \u003cscript\u003e`

// hostile is a run whose every text from outside is wicked.
func (r twice) hostile(t *testing.T) htmlReport {
	soiled, base := load(t, r.next), load(t, r.base)
	against, err := compare.Between([]*bench.Result{base}, []*bench.Result{soiled}, nil, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	renamed := map[string]string{}
	for i := range soiled.Plan.Arms {
		arm := &soiled.Plan.Arms[i]
		old := arm.Name
		session := arm.Coords[0]
		session.Value += wicked
		named := bench.NewArm(bench.Coord{Dimension: wicked, Value: wicked}, session)
		arm.Name, arm.Coords, renamed[old] = named.Name, named.Coords, named.Name
		arm.Target.URL, arm.Target.Path, arm.TLS.ServerName = "https://"+wicked, "/"+wicked, wicked
		a := &soiled.Arms[i]
		a.Name = named.Name
		facts := a.Facts
		facts.Remote, facts.Suite, facts.Group, facts.Key, facts.Protocol = wicked, wicked, wicked, wicked, wicked
		a.Errors = map[bench.ErrorClass]int64{bench.ClassReset: 1}
		a.FirstErrors = map[bench.ErrorClass]string{bench.ClassReset: wicked}
	}
	for i := range soiled.Rounds {
		for j := range soiled.Rounds[i].Blocks {
			b := &soiled.Rounds[i].Blocks[j]
			b.Arm = renamed[b.Arm]
		}
	}
	e := &soiled.Env
	e.Host, e.CPU, e.OS, e.Kernel, e.Arch = wicked, wicked, wicked, wicked, wicked
	soiled.Tool.Version, soiled.Clocks.Server, soiled.Clocks.Client = wicked, wicked, wicked
	for i := range soiled.Warnings {
		soiled.Warnings[i].Arm = renamed[soiled.Warnings[i].Arm]
	}
	soiled.Warnings = append(soiled.Warnings, bench.Warning{Code: wicked, Arm: soiled.Arms[1].Name, Text: wicked}, bench.Warning{Text: wicked})
	soiled.LastFailure = &bench.FailureNote{Class: bench.ClassReset, Error: wicked}

	d := report.NewDocument(soiled)
	for i := range against.Comparisons {
		against.Comparisons[i].Arm = renamed[against.Comparisons[i].Arm]
	}
	against.Comparisons[0].CI = &[2]float64{-0.999, 1e9} // as wide as noise can make it
	against.Base, against.New, against.Doubts = []string{wicked}, []string{wicked}, []string{wicked}
	d.Against = against
	d.Checks = []compare.Check{{Expr: wicked, Verdict: compare.CheckFail, Why: wicked}}
	d.Outcome = compare.Outcome{Exit: compare.Failed, Reasons: []string{wicked}}

	p := htmlReport{file: filepath.Join(t.TempDir(), "report.html"), result: soiled, sections: maps.Clone(r.page.sections), plots: 10}
	html, err := report.New("html", report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(p.file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := html.Write(f, d); err != nil {
		t.Fatal(err)
	}
	return p
}

func twentyArms(t *testing.T) htmlReport {
	p := reportOf(t, compare.Passed, "run", "--vary", "workers=1,2,4,8,16", "--vary", "tls=1.2,1.3", "-n", "20", "--warmup", "0")
	if len(p.result.Arms) != 20 {
		t.Fatalf("%d arms", len(p.result.Arms))
	}
	delete(p.sections, "time") // so few attempts have no median by block
	p.sections["sweep"] = "Sweep of workers"
	p.plots = 20
	p.texts = []string{"TLS 1.2", "TLS 1.3"}
	return p
}

// withErrors is a run against two servers that do not know each other's
// sessions, behind a relay that resets every third connection.
func withErrors(t *testing.T) htmlReport {
	one, oneCA := embedded(t, "")
	other, otherCA := embedded(t, "")
	var roots []byte
	for _, file := range []string{oneCA, otherCA} {
		pem, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		roots = append(roots, pem...)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, roots, 0o644); err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	front := testserve.Each(t, func(c *net.TCPConn) {
		to := one.Endpoint().Address
		switch i := n.Add(1); {
		case i%3 == 0:
			c.SetLinger(0)
			return
		case i%5 == 0:
			to = other.Endpoint().Address
		}
		pass(c, to)
	})
	p := reportOf(t, compare.Passed, "run", "https://"+front, "--cacert", ca, "-n", "240", "--warmup", "0", "--rounds", "6")
	p.texts = []string{"failed", "fell back", "reset"}
	if r := armOf(t, p.result, "resumed"); r.Failed() == 0 || r.Kinds[bench.Full] == 0 || r.Kinds[bench.PSK] == 0 {
		t.Fatalf("kinds %v, errors %v", r.Kinds, r.Errors)
	}
	return p
}

// partial is a run whose target dies in the middle.
func partial(t *testing.T) htmlReport {
	s, ca := embedded(t, "")
	var n atomic.Int64
	relay := relay(t, s, func() bool { return n.Add(1) < 500 })
	p := reportOf(t, compare.NotRun, "run", "https://"+relay, "--cacert", ca, "-n", "600", "--warmup", "0", "--rounds", "6")
	p.texts = []string{"not carried out", "failed"}
	if !p.result.Partial || p.result.Completed() == 0 {
		t.Fatalf("partial %v with %d completed", p.result.Partial, p.result.Completed())
	}
	return p
}
