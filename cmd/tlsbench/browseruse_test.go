//go:build !race

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/hist"
)

// The plots that tests use: tailPlot is the first with percentiles, timePlot
// the first over the time of the run.
const (
	tailPlot = `document.querySelector('#distributions .plot[data-x^="nines"]')`
	timePlot = `document.querySelector("#time .plot")`
)

// contrasts are the checks of an audit that look at colours.
func contrasts() []string {
	return []string{"contrast of text", "contrast of lines", "contrast of shared axes"}
}

// readPage goes through any page, and prints it.
func readPage(t *testing.T, b *chrome, p htmlReport) {
	t.Run("keyboard", func(t *testing.T) { reachAll(t, b, p) })
	t.Run("print", func(t *testing.T) { printPage(t, b, p) })
}

// usePage does with a page of two arms what its readers do.
func usePage(t *testing.T, b *chrome, p htmlReport) {
	readPage(t, b, p)
	t.Run("hover", func(t *testing.T) { hover(t, b, p) })
	t.Run("keys on a plot", func(t *testing.T) { keysOnPlot(t, b, p) })
	t.Run("legend", func(t *testing.T) { switchSeries(t, b, p) })
	t.Run("theme", func(t *testing.T) { switchTheme(t, b, p) })
	t.Run("download", func(t *testing.T) { download(t, b, p) })
}

// readout is what a page shows beside the pointer, line by line.
func (tab *tab) readout() []string {
	tab.t.Helper()
	return value[[]string](tab, `[...document.querySelectorAll(".readout p")].map(p => p.textContent)`)
}

// centre scrolls a plot into view and gives the place of an expression, which
// knows it as svg, and its plot's middle.
func (tab *tab) centre(plot, x string) (float64, float64) {
	tab.t.Helper()
	at := value[[]float64](tab, `(() => {
		const svg = `+plot+`;
		svg.scrollIntoView({block: "center", behavior: "instant"});
		const r = svg.getBoundingClientRect();
		return [`+x+`, r.top + r.height / 2];
	})()`)
	return at[0], at[1]
}

// hover points at places whose values the result knows.
func hover(t *testing.T, b *chrome, p htmlReport) {
	tab := b.open(t, p.file, look{width: 1600})
	for _, at := range []struct {
		percentile string
		low, high  float64 // quantiles between which a line between points may lie
	}{{"50", 0.48, 0.52}, {"90", 0.88, 0.92}} {
		x, y := tab.centre(tailPlot, `(t => t.left + t.width / 2)([...svg.querySelectorAll(".xtick")].find(t => t.textContent === "`+at.percentile+`").getBoundingClientRect())`)
		tab.point(x, y)
		lines := tab.readout()
		if len(lines) != 3 || !strings.HasPrefix(lines[0], "p") {
			t.Fatalf("at p%s the page shows %q, want the percentile and two arms", at.percentile, lines)
		}
		want, _ := strconv.ParseFloat(at.percentile, 64)
		if got, err := strconv.ParseFloat(lines[0][1:], 64); err != nil || got < want-0.5 || got > want+0.5 {
			t.Errorf("at p%s the page says %s", at.percentile, lines[0])
		}
		for _, arm := range []string{"full", "resumed"} {
			a := armOf(t, p.result, arm)
			exact, ok := a.Phases[bench.TLSPhase].Stat("p" + at.percentile)
			if !ok {
				t.Fatalf("%s has no p%s", arm, at.percentile)
			}
			var d hist.Decoder
			h, err := d.Decode(a.Histograms[bench.TLSPhase])
			if err != nil {
				t.Fatal(err)
			}
			low, high := min(exact, h.Quantile(at.low)), max(exact, h.Quantile(at.high))
			if got := shownDuration(t, lines, arm); got < 0.98*float64(low) || got > 1.02*float64(high) {
				t.Errorf("p%s of %s: the page shows %v, want about %v", at.percentile, arm, time.Duration(got), exact)
			}
		}
	}

	block, _ := p.result.Rounds[0].Block("session=full")
	tab.centre(timePlot, `0`)
	dot := value[[]float64](tab, `(() => {
		const svg = `+timePlot+`, path = svg.querySelector(".series[data-name=full] .dots");
		const [x, y] = path.getAttribute("d").match(/M(\d+) (\d+)/).slice(1).map(Number);
		const at = new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
		return [at.x, at.y];
	})()`)
	tab.point(dot[0], dot[1])
	lines := tab.readout()
	if got, want := shownDuration(t, lines, "full"), float64(block.Medians[bench.TLSPhase]); got < 0.98*want || got > 1.02*want {
		t.Errorf("the first block: the page shows %q, want %v", lines, block.Medians[bench.TLSPhase])
	}
	tab.point(1, 1)
	if left := tab.readout(); len(left) > 0 {
		t.Errorf("with the pointer elsewhere the page still shows %q", left)
	}
	tab.quiet()
}

// shownDuration reads the line of a name, as in "full 1.23 ms", in nanoseconds.
func shownDuration(t *testing.T, lines []string, name string) float64 {
	t.Helper()
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) != 3 || words[0] != name {
			continue
		}
		d, err := time.ParseDuration(words[1] + words[2])
		if err != nil {
			t.Fatal(err)
		}
		return float64(d)
	}
	t.Fatalf("%q has no line of %s", lines, name)
	return 0
}

// keysOnPlot reads a plot with the arrows, and hears what it shows.
func keysOnPlot(t *testing.T, b *chrome, p htmlReport) {
	tab := b.open(t, p.file, look{width: 1600})
	tab.do(tailPlot + `.focus()`)
	tab.press(kb.ArrowRight)
	first := tab.readout()
	said := value[string](tab, `document.querySelector("[aria-live]").textContent`)
	if len(first) != 3 || said != strings.Join(first, "; ") {
		t.Errorf("the page shows %q and says %q", first, said)
	}
	tab.press(kb.ArrowRight)
	if second := tab.readout(); slices.Equal(first, second) || len(second) != 3 {
		t.Errorf("another step shows %q after %q", second, first)
	}
	tab.press(kb.Escape)
	if left := tab.readout(); len(left) > 0 {
		t.Errorf("Escape leaves %q", left)
	}
	tab.quiet()
}

// switchSeries takes an arm off its plots and puts it back.
func switchSeries(t *testing.T, b *chrome, p htmlReport) {
	tab := b.open(t, p.file, look{width: 1600})
	const part = tailPlot + `.closest(".part")`
	seen := func() int {
		return value[int](tab, `[...`+part+`.querySelectorAll('.series[data-name="full"]')].filter(s => s.getClientRects().length > 0).length`)
	}
	all := seen()
	if all < 2 {
		t.Fatalf("full is in %d plots of the part", all)
	}
	for _, want := range []int{0, all} {
		tab.do(`[...` + part + `.querySelectorAll(".legend button")].find(b => b.textContent.trim() === "full").focus()`)
		tab.press(" ")
		if got := seen(); got != want {
			t.Errorf("full is seen in %d plots, want %d", got, want)
		}
		pressed := value[string](tab, `document.activeElement.getAttribute("aria-pressed")`)
		if pressed != fmt.Sprint(want > 0) {
			t.Errorf("the switch says %s with %d plots", pressed, want)
		}
		tab.do(tailPlot + `.focus()`)
		tab.press(kb.ArrowRight)
		if got := strings.Contains(strings.Join(tab.readout(), "\n"), "full"); got != (want > 0) {
			t.Errorf("the readout is %q with %d plots", tab.readout(), want)
		}
	}
	tab.quiet()
}

// switchTheme turns to the theme that was not preferred, and back.
func switchTheme(t *testing.T, b *chrome, p htmlReport) {
	const ground = `getComputedStyle(document.documentElement).backgroundColor`
	grounds := map[bool]string{}
	tabs := map[bool]*tab{}
	for _, dark := range []bool{false, true} {
		tabs[dark] = b.open(t, p.file, look{width: 360, dark: dark})
		grounds[dark] = value[string](tabs[dark], ground)
	}
	if grounds[false] == grounds[true] {
		t.Fatalf("both themes are on %s", grounds[false])
	}
	for _, dark := range []bool{false, true} {
		l, tab := look{width: 360, dark: dark}, tabs[dark]
		tab.click(".theme")
		if got := value[string](tab, ground); got != grounds[!dark] {
			t.Errorf("from %s the button leads to %s, want %s", l.theme(), got, grounds[!dark])
		}
		tab.sound(l, nil, contrasts()...)
		tab.click(".theme")
		if got := value[string](tab, ground); got != grounds[dark] {
			t.Errorf("the button does not lead back to %s", l.theme())
		}
		tab.quiet()
	}
}

// download saves the result from the page: as JSON, or packed where a page may
// run no script. The tool reads it.
func download(t *testing.T, b *chrome, p htmlReport) {
	tab := b.open(t, p.file, look{width: 1600})
	dir := t.TempDir()
	on := true
	if _, err := chromedp.CallBrowser(tab.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, DownloadPath: dir, EventsEnabled: &on,
	}); err != nil {
		t.Fatal(err)
	}
	begun := chromedp.BrowserEvents(tab.ctx, browser.DownloadWillBegin)
	ended := chromedp.BrowserEvents(tab.ctx, browser.DownloadProgress)
	tab.click(".download")
	for e, err := range begun {
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(e.SuggestedFilename, ".json") {
			t.Errorf("the file is to be named %s", e.SuggestedFilename)
		}
		break
	}
	file := ""
	for e, err := range ended {
		if err != nil {
			t.Fatal(err)
		}
		if e.State == browser.DownloadProgressStateCompleted {
			file = filepath.Join(dir, e.GUID)
			break
		}
		if e.State == browser.DownloadProgressStateCanceled {
			t.Fatal("the download was given up")
		}
	}
	saved, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}

	packed, ok := strings.CutPrefix(value[string](tab, `document.querySelector(".download").href`), "data:application/gzip;base64,")
	if !ok {
		t.Fatal("the link holds no data")
	}
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed)))
	if err != nil {
		t.Fatal(err)
	}
	linked, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(linked, saved) {
		t.Errorf("the link holds %d bytes, and %d others are saved", len(linked), len(saved))
	}

	o := run(t, "render", file)
	if o.exit != compare.Passed || !strings.Contains(o.stdout, "660 of 660 psk") {
		t.Errorf("render: exit %d: %s%s", o.exit, o.stdout, o.stderr)
	}
	again := load(t, file)
	for i := range p.result.Arms {
		if got, want := again.Arms[i].Phases[bench.TLSPhase], p.result.Arms[i].Phases[bench.TLSPhase]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: saved %+v, want %+v", again.Arms[i].Name, got, want)
		}
	}
	tab.quiet()
}

// reachAll goes through the page with the Tab key.
func reachAll(t *testing.T, b *chrome, p htmlReport) {
	tab := b.open(t, p.file, look{width: 1600})
	const stops = `[...document.querySelectorAll("a[href], button, summary, [tabindex]")].filter(e => e.checkVisibility())`
	want := value[int](tab, stops+`.length`)
	tab.do(`window.reached = new Set()`)
	for range want {
		tab.press(kb.Tab)
		seen := `(s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1)(getComputedStyle(document.activeElement))`
		if !value[bool](tab, `(reached.add(document.activeElement), `+seen+`)`) {
			t.Errorf("the focus is not seen on %s", value[string](tab, `document.activeElement.outerHTML.slice(0, 100)`))
		}
	}
	for _, missed := range value[[]string](tab, stops+`.filter(e => !reached.has(e)).map(e => e.outerHTML.slice(0, 100))`) {
		t.Errorf("the keyboard does not reach %s", missed)
	}
	tab.quiet()
}

// readWithoutScript reads a page whose script does not run.
func readWithoutScript(t *testing.T, b *chrome, p htmlReport) {
	const parts = `["section", "table", ".plot", ".bar", "details", "li"].map(s => [...document.querySelectorAll(s)].filter(e => e.getClientRects().length > 0).length)`
	want := value[[]int](b.open(t, p.file, look{width: 360}), parts)
	l := look{width: 360, noScript: true}
	tab := b.open(t, p.file, l)
	if got := value[[]int](tab, parts); !slices.Equal(got, want) {
		t.Errorf("without a script %v parts of the page are seen, with it %v", got, want)
	}
	if value[bool](tab, `document.documentElement.classList.contains("js") || document.querySelector(".theme")?.checkVisibility() === true`) {
		t.Error("the script ran, or the page offers what takes one")
	}
	tab.sound(l, p.sections, "sections", "overflow", "clipped", "overlap")
	tab.quiet()
}

// printPage prints from the dark theme, on white paper.
func printPage(t *testing.T, b *chrome, p htmlReport) {
	tab := b.open(t, p.file, look{width: 1600, dark: true})
	tab.do(`document.documentElement.dataset.theme = "dark"`)
	pdf := tab.print()
	const few, many = 1, 60
	if pages := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)); pages < few || pages > many {
		t.Errorf("%d pages of %d bytes", pages, len(pdf))
	}
	if value[bool](tab, `[...document.querySelectorAll("details")].some(d => !d.open)`) {
		t.Error("what is folded is not printed")
	}
	l := look{width: 794} // A4
	tab.resize(l)
	tab.media("print", "dark")
	tab.sound(l, nil, contrasts()...)
	tab.quiet()
}

// stayInert looks whether what a name holds became more than text.
func stayInert(t *testing.T, b *chrome, p htmlReport) {
	tab := b.open(t, p.file, look{width: 1600})
	if title := value[string](tab, `document.title`); !strings.HasPrefix(title, "tlsbench: ") {
		t.Errorf("the title is %q", title)
	}
	if body := value[string](tab, `document.body.innerText`); !strings.Contains(body, wicked[:40]) {
		t.Errorf("the page does not show %q", wicked[:40])
	}
	tab.do(timePlot + `.focus()`)
	tab.press(kb.ArrowRight)
	if shown := strings.Join(tab.readout(), "\n"); !strings.Contains(shown, "<script>") {
		t.Errorf("the readout shows %q", shown)
	}
	for _, button := range []string{".theme", ".legend button"} {
		tab.do(`document.querySelector("` + button + `").click()`)
	}
	if n := value[int](tab, `document.querySelectorAll("img, script").length`); n != 1 {
		t.Errorf("%d images and scripts, want the page's one script", n)
	}
	tab.quiet()
}
