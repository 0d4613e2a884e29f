package limits

import (
	"strings"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	usual := Limits{Files: 20000, HardFiles: 20000, FirstPort: 32768, LastPort: 60999, Backlog: 4096, Memory: 8 << 30, TimeWaitReuse: 0}
	with := func(edit func(*Limits)) Limits {
		l := usual
		edit(&l)
		return l
	}
	wide := with(func(l *Limits) { l.Files, l.HardFiles, l.Backlog = 1<<20, 1<<20, 1<<20 })
	for _, c := range []struct {
		name   string
		demand Demand
		limits Limits
		want   []string // "short files", "tight ports"
		texts  []string // what the first finding says
	}{
		{"nothing is asked", Demand{Flag: "-c"}, usual, nil, nil},
		{"ten thousand", Demand{InFlight: 10000, Flag: "-c", PerConnection: 100 << 10}, usual, nil, nil},
		{"nothing is known", Demand{InFlight: 1 << 16, Flag: "-c", PerConnection: 1 << 40, Local: true}, Limits{}, nil, nil},
		{"no limit", Demand{InFlight: 1000, Flag: "-c", PerConnection: 1 << 40}, Limits{Files: Unlimited, HardFiles: Unlimited, Memory: Unlimited}, nil, nil},

		{"a file too few", Demand{InFlight: 20000 - OtherFiles + 1, Flag: "-c"}, usual, []string{"short files"}, []string{"-c 19937", "20001 open files", "1 more than the limit of 20000", "ulimit -Hn 20001", "lower -c"}},
		{"just enough files", Demand{InFlight: 20000 - OtherFiles, Flag: "-c"}, usual, []string{"tight files"}, []string{"20000 open files of the 20000"}},
		{"a soft limit", Demand{InFlight: 2000, Flag: "-c"}, with(func(l *Limits) { l.Files = 1024 }), []string{"short files"}, []string{"ulimit -n 2064", "1040 more"}},

		{"more than the ports", Demand{InFlight: 28233, Flag: "-c"}, wide, []string{"short ports"}, []string{"28233 ports", "28232", "1 too few", "ip_local_port_range", "--source", "lower -c"}},
		{"all ports", Demand{InFlight: 28232, Flag: "-c"}, wide, []string{"tight ports"}, []string{"28232 ports"}},
		{"reserved ones", Demand{InFlight: 27000, Flag: "-c"}, with(func(l *Limits) { l.Files, l.HardFiles, l.Reserved = 1<<20, 1<<20, 2000 }), []string{"short ports"}, []string{"26232", "768 too few"}},
		{"several sources", Demand{InFlight: 50000, Flag: "-c", Sources: 2}, wide, nil, nil},
		{"too few sources", Demand{InFlight: 60000, Flag: "-c", Sources: 2}, wide, []string{"short ports"}, []string{"2 pairs of addresses there are 56464", "more addresses than the 2 of --source"}},
		{"several destinations", Demand{InFlight: 57000, Flag: "-c", Destinations: 2}, wide, []string{"short ports"}, []string{"2 pairs of addresses there are 56464"}},
		{"graceful closes", Demand{InFlight: 10, PerSecond: 500, Graceful: true, Flag: "--max-inflight"}, wide, []string{"short ports"}, []string{"30000 of them in TIME_WAIT", "--close reset"}},
		{"graceful closes of a short run", Demand{InFlight: 10, PerSecond: 500, Graceful: true, Lasting: 10 * time.Second}, wide, nil, nil},
		{"resets", Demand{InFlight: 10, PerSecond: 5000}, wide, nil, nil},
		{"ports that are reused", Demand{InFlight: 10, PerSecond: 5000, Graceful: true, Loopback: true}, with(func(l *Limits) { l.TimeWaitReuse = 2 }), nil, nil},
		{"not reused beyond loopback", Demand{InFlight: 10, PerSecond: 5000, Graceful: true}, with(func(l *Limits) { l.TimeWaitReuse = 2 }), []string{"short ports"}, nil},
		{"reused anywhere", Demand{InFlight: 10, PerSecond: 5000, Graceful: true}, with(func(l *Limits) { l.TimeWaitReuse = 1 }), nil, nil},
		{"few sockets in TIME_WAIT", Demand{InFlight: 10, PerSecond: 5000, Graceful: true}, with(func(l *Limits) { l.TimeWaitBuckets = 4096 }), nil, nil},

		{"memory", Demand{InFlight: 10000, Flag: "-c", PerConnection: 1 << 20}, usual, []string{"short memory"}, []string{"9.77 GiB", "8 GiB", "1.77 GiB too little", "lower -c"}},
		{"memory of both", Demand{InFlight: 4000, Flag: "-c", PerConnection: 1 << 20, PerServed: 1 << 20, Local: true}, usual, []string{"tight memory"}, []string{"client and server", "7.81 GiB"}},
		{"memory of the client", Demand{InFlight: 4000, Flag: "-c", PerConnection: 1 << 20, PerServed: 1 << 20}, usual, nil, nil},
		{"memory that is held", Demand{InFlight: 1, Flag: "-c", Idle: 9 << 30}, usual, []string{"short memory"}, nil},

		{"handshakes that wait for each other", Demand{InFlight: 10000, Flag: "-c", Handshake: 2 * time.Millisecond, Cores: 2, Timeout: 10 * time.Second}, usual, []string{"tight cpu"}, []string{"after at least 10s here", "each may take 10s", "raise --timeout"}},
		{"and have the time to", Demand{InFlight: 10000, Flag: "-c", Handshake: 2 * time.Millisecond, Cores: 2, Timeout: 20 * time.Second}, usual, nil, nil},
		{"and have a quota", Demand{InFlight: 10000, Flag: "-c", Handshake: 2 * time.Millisecond, Cores: 2, Timeout: 20 * time.Second}, with(func(l *Limits) { l.CPUQuota = 0.5 }), []string{"tight cpu"}, []string{"after at least 40s"}},

		{"a listener's queue", Demand{InFlight: 5000, Flag: "-c", Local: true}, usual, []string{"tight backlog"}, []string{"4096", "somaxconn=5000"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := Check(c.demand, c.limits)
			var got []string
			for _, f := range found {
				word := "tight "
				if f.Short {
					word = "short "
				}
				got = append(got, word+string(f.Of))
			}
			if strings.Join(got, ", ") != strings.Join(c.want, ", ") {
				t.Fatalf("found %q, want %q: %+v", got, c.want, found)
			}
			for _, text := range c.texts {
				if said := found[0].String(); !strings.Contains(said, text) {
					t.Errorf("%q lacks %q", said, text)
				}
			}
		})
	}
}

// As many as there is room for is not even tight, and a few more are.
func TestRoom(t *testing.T) {
	for _, files := range []uint64{100, 256, 1024, 65536} {
		l := Limits{Files: files, HardFiles: files}
		n := l.Room()
		if found := Check(Demand{InFlight: n, Flag: "-c"}, l); n < 1 || len(found) > 0 {
			t.Errorf("of %d files: room for %d, but %v", files, n, found)
		}
		if found := Check(Demand{InFlight: n + 2, Flag: "-c"}, l); len(found) == 0 {
			t.Errorf("of %d files: room for more than %d", files, n)
		}
	}
	for _, files := range []uint64{0, 5, 64, Unlimited} {
		if n := (Limits{Files: files}).Room(); n != 0 {
			t.Errorf("of %d files: room for %d", files, n)
		}
	}
}
