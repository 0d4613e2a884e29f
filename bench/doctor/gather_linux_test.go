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

func TestTimeWait(t *testing.T) {
	for text, want := range map[string]int{
		"sockets: used 9\nTCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1\nUDP: inuse 1 mem 0\n": 12,
		"TCP: inuse 5 tw\n": -1, "UDP: tw 3\n": -1, "": -1, "TCP: tw many\n": -1,
	} {
		if got := timeWait(text); (got != nil) != (want >= 0) || got != nil && *got != want {
			t.Errorf("%q: %v, want %d", text, got, want)
		}
	}
}

func TestAvailable(t *testing.T) {
	for text, want := range map[string]int64{
		"MemTotal: 9 kB\nMemAvailable:   100 kB\n": 100 << 10,
		"MemAvailable: 5\n":                        -1, "": -1, "MemAvailable: -1 kB": -1, "MemAvailable: x kB": -1, "MemAvailable: 9223372036854775807 kB": -1,
	} {
		if got := available(text); (got != nil) != (want >= 0) || got != nil && *got != want {
			t.Errorf("%q: %v, want %d", text, got, want)
		}
	}
}
