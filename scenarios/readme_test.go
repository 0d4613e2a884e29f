package scenarios

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The format's description names every option, every dimension and every
// built-in scenario, and its examples are scenarios.
func TestReadmeIsComplete(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(text)
	for _, o := range Options() {
		if !strings.Contains(readme, "`"+o.Path+"`") {
			t.Errorf("%s is not there", o.Path)
		}
		if o.Flag != "" && !strings.Contains(readme, "`--"+o.Flag+"`") {
			t.Errorf("--%s is not there", o.Flag)
		}
	}
	for _, d := range dimensions() {
		if !strings.Contains(readme, "| `"+d.name+"` |") {
			t.Errorf("the dimension %s is not there", d.name)
		}
	}
	for _, name := range Names() {
		if !strings.Contains(readme, "`"+name+"`") {
			t.Errorf("the scenario %s is not there", name)
		}
	}
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(readme, -1)
	if len(examples) == 0 {
		t.Error("no example")
	}
	for _, e := range examples {
		s, err := Load("example", []byte(e[1]))
		if err == nil {
			_, _, err = s.Plan(nil)
		}
		if err != nil {
			t.Errorf("%v in\n%s", err, e[1])
		}
	}
}
