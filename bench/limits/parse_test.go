package limits

import (
	"math"
	"testing"
)

func TestPortRange(t *testing.T) {
	for text, want := range map[string][2]int{
		"32768\t60999\n": {32768, 60999},
		"1024 65535":     {1024, 65535},
		"5 5":            {5, 5},
	} {
		if first, last, err := portRange(text); err != nil || first != want[0] || last != want[1] {
			t.Errorf("%q: %d to %d, %v", text, first, last, err)
		}
	}
	for _, text := range []string{"", "1", "1 2 3", "9 8", "0 5", "1 65536", "-1 5", "a b", "1e3 2e3"} {
		if first, last, err := portRange(text); err == nil {
			t.Errorf("%q was read as %d to %d", text, first, last)
		}
	}
}

func TestReserved(t *testing.T) {
	for text, want := range map[string]int{
		"":                       0,
		"\n":                     0,
		"8080":                   0, // outside
		"150":                    1,
		"100-109":                10,
		"90-104,196-300":         10, // half outside
		"100-109,105-119,100":    20, // counted once
		"1-65535":                101,
		"150,100-109,149-151\n":  13,
		"200,100":                2,
		"100-100,101-101,99-100": 2,
	} {
		if n, err := reserved(text, 100, 200); err != nil || n != want {
			t.Errorf("%q: %d, %v, want %d", text, n, err, want)
		}
	}
	for _, text := range []string{"a", "1,,2", "5-4", "1-", "-1", "0", "65536", "1-2-3"} {
		if n, err := reserved(text, 100, 200); err == nil {
			t.Errorf("%q was read as %d", text, n)
		}
	}
}

func TestMemAvailable(t *testing.T) {
	if n, ok := memAvailable("MemTotal:  10 kB\nMemAvailable:   22334455 kB\nBuffers: 1 kB\n"); !ok || n != 22334455<<10 {
		t.Errorf("%d, %v", n, ok)
	}
	for _, text := range []string{"", "MemAvailable:", "MemAvailable: x kB", "MemAvailable: 5 MB", "MemAvailable: -5 kB", "MemAvailable: 18446744073709551615 kB", "XMemAvailable: 5 kB"} {
		if n, ok := memAvailable(text); ok {
			t.Errorf("%q was read as %d", text, n)
		}
	}
}

func TestWaiting(t *testing.T) {
	for text, want := range map[string]int{
		"sockets: used 9\nTCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1\nUDP: inuse 1 mem 0\n": 12,
		"TCP: inuse 5 tw\n": 0, "UDP: tw 3\n": 0, "": 0, "TCP: tw many\n": 0, "TCP: tw -1\n": 0,
	} {
		if got := waiting(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// Whatever a kernel, or what poses as one, says: no panic, and nothing absurd.
func FuzzParsers(f *testing.F) {
	for _, text := range []string{"32768 60999", "1-5,7", "MemAvailable: 5 kB", "TCP: tw 5"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, a string) {
		if first, last, err := portRange(a); err == nil && (first < 1 || last < first || last > math.MaxUint16) {
			t.Errorf("ports %d to %d", first, last)
		}
		if n, err := reserved(a, 100, 200); err == nil && (n < 0 || n > 101) {
			t.Errorf("%d reserved of 101", n)
		}
		if n := waiting(a); n < 0 {
			t.Errorf("%d in TIME_WAIT", n)
		}
		_, _ = memAvailable(a)
	})
}
