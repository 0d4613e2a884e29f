//go:build !race

package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserPatience is a limit that only a browser which hangs reaches.
const browserPatience = 2 * time.Minute

//go:embed testdata/browser/audit.js
var audit string

// chrome is one Chromium that a test's pages share.
type chrome struct {
	ctx   context.Context
	shots string // the folder for pictures
}

// look is how a page is looked at.
type look struct {
	width    int64
	dark     bool
	noScript bool
}

func (l look) theme() string {
	if l.dark {
		return "dark"
	}
	return "light"
}

func (l look) String() string { return fmt.Sprintf("%d-%s", l.width, l.theme()) }

// chromium finds the browser, or skips the test, or fails it where other
// programs are required.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if file, err := exec.LookPath(name); err == nil {
			return file
		}
	}
	const why = "Chromium is not installed (Debian package chromium)"
	if os.Getenv("TLSBENCH_REQUIRE_SERVERS") == "1" {
		t.Fatal(why)
	}
	t.Skip(why)
	return ""
}

// startBrowser starts a browser with a profile of its own, which reaches no
// other machine and ends with the test.
func startBrowser(t *testing.T) *chrome {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"),
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	// Not the test's own context: that one ends before the browser is asked to.
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeBrowser := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		closeBrowser()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	b := &chrome{ctx: ctx, shots: os.Getenv("TLSBENCH_SCREENSHOTS")}
	if b.shots == "" {
		b.shots = t.ArtifactDir()
	}
	if err := os.MkdirAll(b.shots, 0o755); err != nil {
		t.Fatal(err)
	}
	return b
}

// tab is a page in the browser, and what it said for itself.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string

	mu   sync.Mutex
	said []string
}

// open shows a file in a tab of its own.
func (b *chrome) open(t *testing.T, file string, l look) *tab {
	t.Helper()
	file, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	ctx, closeTab := chromedp.NewContext(b.ctx)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	ctx, cancel := context.WithTimeout(ctx, browserPatience)
	t.Cleanup(cancel)
	tab := &tab{t: t, ctx: ctx, url: "file://" + filepath.ToSlash(file)}
	if err := chromedp.Listen(ctx, tab.listen); err != nil {
		t.Fatal(err)
	}
	call(tab, log.Enable, cdp.Empty{})
	call(tab, network.Enable, network.EnableParams{})
	call(tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	tab.resize(l)
	tab.media("", l.theme())
	call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.noScript})
	if err := chromedp.Do(ctx, chromedp.Navigate(tab.url)); err != nil {
		t.Fatalf("open the page: %v", err)
	}
	return tab
}

// resize gives the window the width of a look.
func (tab *tab) resize(l look) {
	tab.t.Helper()
	call(tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: l.width, Height: 900, DeviceScaleFactor: 1, Mobile: l.width < 600,
	})
}

// media sets the kind of medium, the screen where it is empty, and the theme
// that is preferred.
func (tab *tab) media(kind, theme string) {
	tab.t.Helper()
	call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: kind, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
	})
}

// listen notes whatever a page should not do.
func (tab *tab) listen(event any) {
	note := ""
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		note = "console: " + e.Type.String() + ":"
		for _, a := range e.Args {
			var text any = a.Description
			if len(a.Value) > 0 {
				json.Unmarshal(a.Value, &text)
			}
			note += fmt.Sprint(" ", text)
		}
	case *runtime.EventExceptionThrown:
		note = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			note += " " + e.ExceptionDetails.Exception.Description
		}
	case *log.EventEntryAdded:
		note = "log: " + e.Entry.Source.String() + ": " + e.Entry.Text
	case *network.EventRequestWillBeSent:
		url := e.Request.URL
		if url != tab.url && !strings.HasPrefix(url, "data:") && !strings.HasPrefix(url, "blob:") {
			note = "request: " + url
		}
	}
	if note != "" {
		tab.mu.Lock()
		defer tab.mu.Unlock()
		tab.said = append(tab.said, note)
	}
}

func (tab *tab) heard() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	said := tab.said
	tab.said = nil
	return said
}

// quiet is an error for all that was heard since the last time.
func (tab *tab) quiet() {
	tab.t.Helper()
	for _, said := range tab.heard() {
		tab.t.Error(said)
	}
}

// call sends a command to the tab.
func call[P, R any](tab *tab, command cdp.Command[P, R], params P) R {
	tab.t.Helper()
	result, err := chromedp.Call(tab.ctx, command, params)
	if err != nil {
		tab.t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}

// value evaluates an expression in the page.
func value[T any](tab *tab, expression string) T {
	tab.t.Helper()
	v, err := chromedp.Run(tab.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		tab.t.Fatalf("%.200s: %v", expression, err)
	}
	return v
}

// do evaluates an expression for what it does.
func (tab *tab) do(expression string) {
	tab.t.Helper()
	value[bool](tab, "("+expression+", true)")
}

// shoot keeps a picture of the whole page.
func (tab *tab) shoot(folder, name string) {
	tab.t.Helper()
	yes := true
	picture := call(tab, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &yes, OptimizeForSpeed: &yes}).Data
	if err := os.WriteFile(filepath.Join(folder, name), picture, 0o644); err != nil {
		tab.t.Fatal(err)
	}
}

// audit examines the page, and gives what each check has against it, or only
// those that are named.
func (tab *tab) audit(l look, sections map[string]string, only ...string) map[string][]string {
	tab.t.Helper()
	options, err := json.Marshal(map[string]any{"width": l.width, "sections": sections, "only": only})
	if err != nil {
		tab.t.Fatal(err)
	}
	return value[map[string][]string](tab, "("+strings.TrimSpace(audit)+"\n)("+string(options)+")")
}

// sound is an error for all that an audit finds.
func (tab *tab) sound(l look, sections map[string]string, only ...string) {
	tab.t.Helper()
	found := tab.audit(l, sections, only...)
	for _, name := range slices.Sorted(maps.Keys(found)) {
		for _, said := range found[name] {
			tab.t.Errorf("%s: %s", name, said)
		}
	}
}

// unnamed are the roles of what has the focus at times and no name for those
// who hear it.
func (tab *tab) unnamed() []string {
	tab.t.Helper()
	tree := call(tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	text := func(v *accessibility.Value) string {
		var s string
		if v != nil {
			json.Unmarshal(v.Value, &s)
		}
		return s
	}
	var all []string
	for _, node := range tree.Nodes {
		if node.Ignored || text(node.Role) == "RootWebArea" || strings.TrimSpace(text(node.Name)) != "" {
			continue
		}
		for _, p := range node.Properties {
			if p.Name == accessibility.PropertyNameFocusable && string(p.Value.Value) == "true" {
				all = append(all, text(node.Role))
			}
		}
	}
	return all
}

// point moves the mouse.
func (tab *tab) point(x, y float64) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y)); err != nil {
		tab.t.Fatal(err)
	}
}

// press hits a key.
func (tab *tab) press(key string) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, chromedp.KeyEvent(key)); err != nil {
		tab.t.Fatal(err)
	}
}

// click clicks on what is there once.
func (tab *tab) click(selector string) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		tab.t.Fatalf("click on %s: %v", selector, err)
	}
}

// print prints the page into a PDF.
func (tab *tab) print() []byte {
	tab.t.Helper()
	return call(tab, page.PrintToPDF, page.PrintToPDFParams{}).Data
}
