package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/hist"
	"tlsbench/bench/saved"
)

// pageOf is a document as a page, as a browser takes it apart.
func pageOf(t *testing.T, d *Document) (text string, root *html.Node) {
	t.Helper()
	text = output(t, "html", d)
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return text, root
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// elements are those of that name, in the page's order.
func elements(root *html.Node, name string) []*html.Node {
	var all []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			all = append(all, n)
		}
	}
	return all
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// foreign is what a page holds beside its own style and script, or that is
// fetched or called.
func foreign(t *testing.T, root *html.Node) (found []string) {
	t.Helper()
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for kind, file := range map[string]string{"style": "page/style.css", "script": "page/script.js"} {
		own, err := pageFiles.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if all := elements(root, kind); len(all) != 1 || textOf(all[0]) != string(own) {
			say("%d times <%s>, or not ours", len(all), kind)
		}
	}
	for _, kind := range []string{"img", "iframe", "object", "embed", "link", "base", "form", "image", "animate", "foreignobject"} {
		if len(elements(root, kind)) > 0 {
			say("a <%s>", kind)
		}
	}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			switch key, v := a.Key, a.Val; {
			case strings.HasPrefix(key, "on"), key == "src", key == "style", key == "srcset":
				say("<%s %s=%q>", n.Data, key, v)
			case key == "href" && !strings.HasPrefix(v, "#") && !strings.HasPrefix(v, "data:application/gzip;base64,"):
				say("<%s href=%q>", n.Data, v)
			}
		}
	}
	return found
}

// No page, whatever it is of, holds more than its own.
func TestPagesHoldNothingForeign(t *testing.T) {
	for name, d := range documents(t) {
		text, root := pageOf(t, d)
		for _, what := range foreign(t, root) {
			t.Errorf("%s: %s", name, what)
		}
		text = regexp.MustCompile(`base64,[^"]*`).ReplaceAllString(text, "")
		for _, broken := range []string{"NaN", "+Inf", "&lt;nil&gt;", "ZgotmplZ", "%!"} {
			if strings.Contains(text, broken) {
				t.Errorf("%s: the page says %q", name, broken)
			}
		}
	}
}

// Whatever a server or a file says, it stays text.
func FuzzPage(f *testing.F) {
	for _, text := range []string{
		evil, `</script><script>document.title="owned"</script>`, `"><img src=x onerror=alert(1)>`, `' onfocus=alert(1) autofocus='`,
		"{{.}}", "javascript:alert(1)", "</title><svg onload=alert(1)>", "<!--", "]]>", "</style><style>*{display:none}</style>", "&#x3c;script&#x3e;",
		strings.Repeat("wide ", 2000), "",
	} {
		f.Add(text)
	}
	small := loadResult(f)
	small.Rounds = small.Rounds[:2]
	for _, round := range small.Rounds {
		for i := range round.Blocks {
			round.Blocks[i].Histograms = nil
		}
	}
	for i := range small.Arms {
		small.Arms[i].Histograms = map[bench.Phase]string{bench.TLSPhase: small.Arms[i].Histograms[bench.TLSPhase]}
	}
	saved, err := json.Marshal(small)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := &bench.Result{}
		if err := json.Unmarshal(saved, r); err != nil {
			t.Fatal(err)
		}
		soil(r, text)
		d := &Document{Result: r, Outcome: compare.Gate(r)}
		d.Checks = []compare.Check{{Expr: text, Verdict: compare.CheckFail, Why: text}}
		d.Outcome.Reasons = append(d.Outcome.Reasons, text)
		page, root := pageOf(t, d)
		for _, what := range foreign(t, root) {
			t.Errorf("%q: %s", text, what)
		}
		if len(elements(root, "h2")) < 8 {
			t.Errorf("%q: the page ends early:\n%s", text, page[max(0, len(page)-500):])
		}
	})
}

// What a page's policy lets run is what is on it.
func TestPolicyIsOfTheOwnScript(t *testing.T) {
	_, root := pageOf(t, documents(t)["plain"])
	policy := ""
	for _, meta := range elements(root, "meta") {
		if attribute(meta, "http-equiv") == "Content-Security-Policy" {
			policy = attribute(meta, "content")
		}
	}
	for _, name := range []string{"style", "script"} {
		want := name + "-src 'sha256-" + digest([]byte(textOf(elements(root, name)[0]))) + "'"
		if !strings.Contains(policy, want) {
			t.Errorf("no %s in %s", want, policy)
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none';") {
		t.Error(policy)
	}
}

// The page has the figures of the text report, whatever there is to tell.
func TestPageHasTheTextsFigures(t *testing.T) {
	for _, name := range []string{"plain", "mechanisms", "sweep", "many", "arm-failed", "never-resumed", "nothing-succeeded"} {
		d := documents(t)[name]
		_, root := pageOf(t, d)
		page := textOf(root)
		var wanted []string
		for _, p := range d.parts(0) {
			for _, table := range p.tables {
				for _, row := range table.Rows {
					wanted = append(wanted, row...)
				}
			}
		}
		wanted = append(wanted, d.sentences()...)
		wanted = append(wanted, d.header()...)
		wanted = append(wanted, d.warningsForPeople()...)
		wanted = append(wanted, d.errors()...)
		wanted = append(wanted, joined(d.kinds())...)
		wanted = append(wanted, d.Outcome.Reasons...)
		for _, text := range wanted {
			if !strings.Contains(page, text) {
				t.Errorf("%s: no %q on the page", name, text)
			}
		}
	}
}

func TestPageOfAComparison(t *testing.T) {
	for _, name := range []string{"plain", "compared"} {
		d := documents(t)[name]
		_, root := pageOf(t, d)
		page := textOf(root)
		for _, c := range d.Against.Comparisons {
			m, _ := bench.MetricByName(c.Metric)
			if (m.Tail.Quantile == 0 || c.Allowed != nil) && !strings.Contains(page, againstChange(c)) {
				t.Errorf("%s: no %s of %s", name, againstChange(c), c.Metric)
			}
		}
		for _, want := range append([]string{"Regression: "}, d.Against.Doubts...) {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q", name, want)
			}
		}
		for _, c := range d.Checks {
			if !strings.Contains(page, c.Expr) || !strings.Contains(page, c.Why) {
				t.Errorf("%s: the check %q is not told", name, c.Expr)
			}
		}
	}
}

// Every heading below another is one step lower, every link has its target, and
// no two elements have one name.
func TestPagesAreInOrder(t *testing.T) {
	for name, d := range documents(t) {
		_, root := pageOf(t, d)
		ids := map[string]bool{}
		for n := range root.Descendants() {
			if id := attribute(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("%s: two elements are named %q", name, id)
				}
				ids[id] = true
			}
		}
		last := 0
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if href := attribute(n, "href"); strings.HasPrefix(href, "#") && !ids[href[1:]] {
				t.Errorf("%s: <%s href=%q> leads nowhere", name, n.Data, href)
			}
			if level := regexp.MustCompile(`^h([1-6])$`).FindStringSubmatch(n.Data); level != nil {
				if own := int(level[1][0] - '0'); own > last+1 {
					t.Errorf("%s: <%s> %q follows a heading of level %d", name, n.Data, textOf(n), last)
				} else {
					last = own
				}
				if strings.TrimSpace(textOf(n)) == "" {
					t.Errorf("%s: an empty heading", name)
				}
			}
		}
	}
}

// The curve of a distribution is that of its samples.
func TestCurvesAreTheHistograms(t *testing.T) {
	r := loadResult(t)
	for i := range r.Arms {
		a := &r.Arms[i]
		c := curveOf(a, bench.TLSPhase)
		s := a.Phases[bench.TLSPhase]
		if c[0].at != *s.Min || c[len(c)-1].at != *s.Max || c[0].q != 0 || c[len(c)-1].q != 1 {
			t.Errorf("%s: it goes from %v to %v, want %v to %v", a.Name, c[0], c[len(c)-1], *s.Min, *s.Max)
		}
		for j := 1; j < len(c); j++ {
			if c[j].at < c[j-1].at || c[j].q <= c[j-1].q {
				t.Errorf("%s: %v follows %v", a.Name, c[j], c[j-1])
			}
			if c[j].q == 0.6 && (float64(c[j].at) < float64(*s.P50) || c[j].at > *s.P90) {
				t.Errorf("%s: p60 is %v", a.Name, c[j].at)
			}
		}
		told := c.supported(s.Count)
		if last := told[len(told)-1].q; last < 0.99 || last > 0.996 {
			t.Errorf("%s: of %d samples the curve is told up to %v", a.Name, s.Count, last)
		}
	}
	if c := curveOf(&bench.ArmResult{}, bench.TLSPhase); c != nil {
		t.Errorf("without samples: %v", c)
	}
}

// manyNoisy is a result of 20 arms and 100 rounds in which no figure is like
// another, as in real ones.
func manyNoisy(t *testing.T) *bench.Result {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	near := func(d time.Duration) time.Duration {
		return time.Duration(float64(d) * math.Exp(0.2*random.NormFloat64()))
	}
	shaken := func(of bench.Stats) bench.Stats {
		s := of
		s.Phases, s.Medians, s.Histograms = map[bench.Phase]hist.Summary{}, map[bench.Phase]time.Duration{}, nil
		for p, sum := range of.Phases {
			for _, stat := range []**time.Duration{&sum.Min, &sum.Mean, &sum.P50, &sum.P90, &sum.P95, &sum.P99, &sum.Max} {
				if *stat != nil {
					v := near(**stat)
					*stat = &v
				}
			}
			s.Phases[p], s.Medians[p] = sum, near(of.Medians[p])
		}
		for _, v := range []**float64{&s.Rate, &s.ClientCPU, &s.ServerCPU, &s.BytesIn, &s.BytesOut} {
			shaken := **v * (1 + 0.1*random.Float64())
			*v = &shaken
		}
		s.Took = near(of.Took)
		return s
	}
	of := loadResult(t)
	r := *of
	r.Plan.Arms, r.Arms, r.Rounds = cross("key=a,b,c,d,e", "tls=1.2,1.3", "session=full,resumed"), nil, nil
	for i, arm := range r.Plan.Arms {
		a := bench.ArmResult{Name: arm.Name, Stats: shaken(of.Arms[i%2].Stats), Facts: of.Arms[i%2].Facts}
		a.Histograms = map[bench.Phase]string{}
		for p := range a.Phases {
			h := hist.New()
			for range 3000 {
				h.Record(near(a.Medians[p]))
			}
			var err error
			if a.Histograms[p], err = h.Encode(); err != nil {
				t.Fatal(err)
			}
			a.Phases[p] = h.Summary()
		}
		r.Arms = append(r.Arms, a)
	}
	var start time.Duration
	for range 100 {
		var round bench.Round
		for i, arm := range r.Plan.Arms {
			b := of.Rounds[random.IntN(len(of.Rounds))].Blocks[i%2]
			b.Arm, b.Stats, b.Start = arm.Name, shaken(b.Stats), start
			start += near(250 * time.Millisecond)
			round.Blocks = append(round.Blocks, b)
		}
		r.Rounds = append(r.Rounds, round)
	}
	return &r
}

// A page of 20 arms and 100 rounds still goes into a mail.
func TestPageOfManyIsSmall(t *testing.T) {
	text, root := pageOf(t, NewDocument(manyNoisy(t)))
	if n := len(text); n >= 1e6 {
		t.Errorf("the page has %d bytes, want less than 1 000 000", n)
	}
	if n := strings.Count(text, `class="plot"`); n < 150 {
		t.Errorf("it has %d charts only", n)
	}
	if len(elements(root, "section")) < 8 {
		t.Error("it lacks sections")
	}
}

// What is saved from the page is the result.
func TestDownloadIsTheResult(t *testing.T) {
	d := documents(t)["plain"]
	_, root := pageOf(t, d)
	var link string
	for _, a := range elements(root, "a") {
		if attribute(a, "download") != "" {
			link = attribute(a, "href")
		}
	}
	_, packed, _ := strings.Cut(link, ",")
	raw, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	r, err := saved.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if r.Completed() != d.Result.Completed() || len(r.Rounds) != len(d.Result.Rounds) {
		t.Errorf("%d handshakes in %d rounds, want %d in %d", r.Completed(), len(r.Rounds), d.Result.Completed(), len(d.Result.Rounds))
	}
}
