package doctor

import "testing"

func TestCountProcessors(t *testing.T) {
	for text, want := range map[string]int{
		"cpu  1 2\ncpu0 1 2\ncpu1 1 2\nintr 5\nctxt 6\n": 2, "cpu 1\n": 0, "": 0,
	} {
		if got := countProcessors(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
