//go:build !race

package main

import (
	"fmt"
	"strings"
	"testing"
)

// Not with -race, which has nothing to watch here and takes three times as long.
//
// Reports of real runs, in a real browser: as many arms as people have, runs
// that went wrong, and names that want to break out.
func TestPagesInABrowser(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	t.Run("sees what is wrong", func(t *testing.T) { seesWhatIsWrong(t, b) })
	two := runTwice(t)
	for _, c := range []struct {
		name string
		make func(t *testing.T) htmlReport
		use  func(t *testing.T, b *chrome, p htmlReport)
	}{
		{"two-arms", two.run, usePage},
		{"compared", two.compared, readPage},
		{"hostile", two.hostile, stayInert},
		{"twenty-arms", twentyArms, readPage},
		{"errors", withErrors, nil},
		{"partial", partial, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := c.make(t)
			for _, width := range []int64{360, 1600} {
				t.Run(fmt.Sprint(width), func(t *testing.T) { b.examine(t, c.name, p, width) })
			}
			t.Run("without script", func(t *testing.T) { readWithoutScript(t, b, p) })
			if c.use != nil {
				c.use(t, b, p)
			}
		})
	}
}

// seesWhatIsWrong shows the browser a page on which each check has something to
// find: a check that sees nothing would pass every page.
func seesWhatIsWrong(t *testing.T, b *chrome) {
	tab := b.open(t, "testdata/browser/bad.html", look{width: 360})
	for name, said := range tab.audit(look{width: 360}, map[string]string{"missing": "Missing"}) {
		if len(said) == 0 {
			t.Errorf("the check of %s finds nothing wrong", name)
		}
	}
	if unnamed := tab.unnamed(); len(unnamed) == 0 {
		t.Error("a button without a name has one")
	}
	heard := strings.Join(tab.heard(), "\n")
	for _, want := range []string{"console: error: complained", "exception: ", "thrown", "log: security: ", "elsewhere.invalid", "request: http://tlsbench.invalid/asked"} {
		if !strings.Contains(heard, want) {
			t.Errorf("nothing was heard of %q:\n%s", want, heard)
		}
	}
}

// examine looks at a page in one width and both themes, keeps pictures of it,
// and says what is wrong.
func (b *chrome) examine(t *testing.T, name string, p htmlReport, width int64) {
	light, dark := look{width: width}, look{width: width, dark: true}
	tab := b.open(t, p.file, light)
	tab.quiet()
	tab.shoot(b.shots, name+"-"+light.String()+".png")
	tab.media("", dark.theme())
	tab.shoot(b.shots, name+"-"+dark.String()+".png")
	tab.do(`document.querySelectorAll("details").forEach(d => d.open = true)`)
	tab.sound(dark, nil, contrasts()...)
	tab.media("", light.theme())
	tab.sound(light, p.sections)
	for _, node := range tab.unnamed() {
		t.Errorf("what the keyboard reaches has no name: %s", node)
	}
	if plots := value[int](tab, `document.querySelectorAll(".plot").length`); plots < p.plots {
		t.Errorf("%d plots, want at least %d", plots, p.plots)
	}
	text := value[string](tab, `document.body.innerText`)
	for _, want := range p.texts {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	tab.quiet()
}
