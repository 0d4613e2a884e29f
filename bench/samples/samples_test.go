package samples

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tlsbench/bench"
)

var errFull = errors.New("no space left")

func plan(names ...string) bench.Plan {
	p := bench.Plan{Seed: 7}
	for _, name := range names {
		p.Arms = append(p.Arms, bench.Arm{Name: name})
	}
	return p
}

// some are attempts of each sort.
func some(began time.Time) []bench.Sample {
	all := make([]bench.Sample, 3)
	for i := range all {
		all[i].Reset()
		all[i].Began = began.Add(time.Duration(i) * time.Microsecond)
		all[i].Phases[bench.Connect] = 0
	}
	all[0].Kind, all[0].Phases[bench.TLSPhase], all[0].Phases[bench.Total] = bench.Full, 700, 900
	all[0].BytesIn, all[0].BytesOut, all[0].TicketBytes, all[0].RoundTrips, all[0].Status = 1, 2, 3, 1, 200
	all[1].Kind, all[1].Offered, all[1].HelloRetry = bench.PSK, true, true
	all[2].Failure = &bench.Failure{Class: bench.Alert("handshake_failure"), Phase: bench.TLSPhase, Err: errors.New("secret=hunter2")}
	return all
}

// The shape of the lines is a contract.
func TestLines(t *testing.T) {
	var b bytes.Buffer
	w := New(&b)
	started := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	w.Begin(started, plan("session=full", "session=resumed"))
	w.Take(1, 3, some(started.Add(time.Millisecond)))
	if log := w.End(); log != (bench.SampleLog{Written: 3}) {
		t.Errorf("%+v", log)
	}
	first, rest, _ := strings.Cut(b.String(), "\n")
	var h struct {
		Schema  int
		Tool    bench.Tool
		Started time.Time
		Seed    uint64
		Arms    []string
	}
	if err := json.Unmarshal([]byte(first), &h); err != nil {
		t.Fatal(err)
	}
	if h.Schema != Schema || h.Tool != bench.ThisTool() || !h.Started.Equal(started) || h.Seed != 7 || fmt.Sprint(h.Arms) != "[session=full session=resumed]" {
		t.Errorf("header %s", first)
	}
	const want = `{"t_ns":1000000,"arm":"session=resumed","round":3,"kind":"full","phases":{"connect_ns":0,"tls_ns":700,"total_ns":900},"offered":false,"hello_retry":false,"bytes_in":1,"bytes_out":2,"ticket_bytes":3,"round_trips":1,"status":200}
{"t_ns":1001000,"arm":"session=resumed","round":3,"kind":"psk","phases":{"connect_ns":0},"offered":true,"hello_retry":true,"bytes_in":0,"bytes_out":0,"ticket_bytes":0}
{"t_ns":1002000,"arm":"session=resumed","round":3,"error":{"class":"tls-alert:handshake_failure","phase":"tls"},"phases":{"connect_ns":0}}
{"written":3,"dropped":0}
`
	if rest != want {
		t.Errorf("got\n%swant\n%s", rest, want)
	}
}

// attempts counts the attempts of a file, and insists on whole lines of JSON.
func attempts(t *testing.T, text string) (n int64, last string) {
	t.Helper()
	if text != "" && !strings.HasSuffix(text, "\n") {
		t.Errorf("it ends with part of a line: %q", text[max(0, len(text)-100):])
	}
	for line := range strings.Lines(text) {
		if !json.Valid([]byte(line)) {
			t.Fatalf("no JSON: %q", line)
		}
		if strings.HasPrefix(line, `{"t_ns":`) {
			n++
		}
		last = line
	}
	return n, last
}

// blocked takes nothing before it is released.
type blocked struct {
	bytes.Buffer
	release chan struct{}
}

func (b *blocked) Write(p []byte) (int, error) {
	<-b.release
	return b.Buffer.Write(p)
}

// While the disk takes nothing, what does not fit in the queue is dropped and
// counted, and nobody waits.
func TestDropsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &blocked{release: make(chan struct{})}
		w := New(to)
		started := time.Now()
		w.Begin(started, plan("a"))
		synctest.Wait() // the writer has its first line to write
		const extra = 10
		all := some(started)
		for range depth + extra {
			w.Take(0, 1, all)
		}
		close(to.release)
		log := w.End()
		const n = int64(depth+extra) * 3
		if log.Err != nil || log.Dropped != extra*3 || log.Written != n-log.Dropped {
			t.Errorf("%+v of %d", log, n)
		}
		wrote, last := attempts(t, to.String())
		if want := fmt.Sprintf("{\"written\":%d,\"dropped\":%d}\n", log.Written, log.Dropped); wrote != log.Written || last != want {
			t.Errorf("%d attempts are in the file, and %q at the end, want %q", wrote, last, want)
		}
	})
}

// A disk that never answers again does not keep the run.
func TestEndWaitsNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &blocked{release: make(chan struct{})}
		w := New(to)
		w.Begin(time.Now(), plan("a"))
		w.Take(0, 1, some(time.Now()))
		if log := w.End(); !errors.Is(log.Err, errLate) || log.Written != 0 || log.Dropped != 3 {
			t.Errorf("%+v", log)
		}
		close(to.release)
		<-w.done
	})
}

// An attempt is in the file soon, not only at the end.
func TestFileCanBeFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &blocked{release: make(chan struct{})}
		close(to.release)
		w := New(to)
		w.Begin(time.Now(), plan("a"))
		w.Take(0, 1, some(time.Now()))
		time.Sleep(often + 1)
		synctest.Wait()
		if n, _ := attempts(t, to.String()); n != 3 {
			t.Errorf("%d attempts are there, want 3", n)
		}
		w.End()
	})
}

// small is a disk with room for so many bytes.
type small struct {
	bytes.Buffer
	room int
}

func (s *small) Write(p []byte) (int, error) {
	n, _ := s.Buffer.Write(p[:min(len(p), s.room-s.Len())])
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func (s *small) Truncate(size int64) error {
	s.Buffer.Truncate(int(size))
	return nil
}

// A full disk, wherever in a line it becomes full, leaves whole lines, and what
// is missing is counted.
func TestFullDisk(t *testing.T) {
	var whole bytes.Buffer
	run := func(to io.Writer) bench.SampleLog {
		w := New(to)
		w.Begin(time.Unix(0, 0), plan("a"))
		for range 4 {
			w.Take(0, 1, some(time.Unix(0, 5)))
		}
		return w.End()
	}
	run(&whole)
	for room := range whole.Len() {
		to := &small{room: room}
		log := run(to)
		wrote, _ := attempts(t, to.String())
		if !errors.Is(log.Err, errFull) && room < strings.LastIndex(strings.TrimSpace(whole.String()), "\n") {
			t.Fatalf("room for %d bytes: no error", room)
		}
		if wrote != log.Written || log.Written+log.Dropped != 12 {
			t.Fatalf("room for %d bytes: %+v, %d attempts are in the file", room, log, wrote)
		}
	}
}

// Workers hand over at the same time; each attempt is there once.
func TestManyWorkers(t *testing.T) {
	var b bytes.Buffer
	w := New(&b)
	w.Begin(time.Unix(0, 0), plan("a", "b"))
	const workers, batches = 8, 200
	var wg sync.WaitGroup
	for id := range workers {
		wg.Go(func() {
			for i := range batches {
				w.Take(id%2, i, some(time.Unix(0, int64(id*batches+i)*1e9)))
			}
		})
	}
	wg.Wait()
	log := w.End()
	if log.Written+log.Dropped != workers*batches*3 {
		t.Errorf("%+v", log)
	}
	seen := map[int64]int{}
	for line := range strings.Lines(b.String()) {
		var s struct {
			T *int64 `json:"t_ns"`
		}
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		if s.T != nil {
			seen[*s.T]++
		}
	}
	for at, n := range seen {
		if n != 1 {
			t.Fatalf("the attempt at %d is there %d times", at, n)
		}
	}
	if int64(len(seen)) != log.Written {
		t.Errorf("%d attempts are there of %d", len(seen), log.Written)
	}
}

// Whatever an arm is called and an error's class is, a line is JSON that says
// the same.
func FuzzLine(f *testing.F) {
	f.Add("session=full", "reset", uint8(2), int64(5), int64(-1), 3)
	f.Add("target=\"\\\x00é\xff", "tls-alert:\n\x7f", uint8(200), int64(-1), int64(1<<62), -1)
	f.Fuzz(func(t *testing.T, arm, class string, phase uint8, tls, total int64, round int) {
		var e encoder
		if h := e.begin(time.Unix(0, 0), plan(arm)); !json.Valid(h) {
			t.Fatalf("header %q", h)
		}
		for _, failure := range []*bench.Failure{nil, {Class: bench.ErrorClass(class), Phase: bench.Phase(phase), Err: errFull}} {
			s := bench.Sample{Began: time.Unix(0, tls), Failure: failure, Kind: bench.Kind(int(phase) % bench.KindCount)}
			s.Phases[bench.TLSPhase], s.Phases[bench.Total] = time.Duration(tls), time.Duration(total)
			line := e.sample(nil, 0, round, &s)
			var got struct {
				T      int64 `json:"t_ns"`
				Arm    string
				Round  int
				Kind   string
				Phases map[string]int64
				Error  *struct{ Class, Phase string }
			}
			if err := json.Unmarshal(line, &got); err != nil || bytes.Count(line, []byte("\n")) != 1 {
				t.Fatalf("%q: %v", line, err)
			}
			_, there := got.Phases["tls_ns"]
			if got.Round != round || got.T != tls || got.Arm != strings.ToValidUTF8(got.Arm, "") || there != (tls != -1) {
				t.Errorf("%q", line)
			}
			if failure != nil && (got.Error == nil || got.Kind != "" || got.Error.Class != asJSON(class)) {
				t.Errorf("%q: want the class %q", line, class)
			}
		}
	})
}

// asJSON is a text as it comes back.
func asJSON(s string) (back string) {
	text, _ := json.Marshal(s)
	_ = json.Unmarshal(text, &back)
	return back
}

func TestLineAllocatesNothing(t *testing.T) {
	var e encoder
	e.begin(time.Unix(0, 0), plan("a"))
	all := some(time.Unix(0, 5))
	room := make([]byte, 0, 1<<10)
	if n := testing.AllocsPerRun(100, func() {
		for i := range all {
			e.sample(room, 0, 1, &all[i])
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkTake is what a worker spends on an attempt, while the writer keeps up.
func BenchmarkTake(b *testing.B) {
	w := New(io.Discard)
	w.Begin(time.Now(), plan("session=full"))
	all := make([]bench.Sample, 8)
	for i := range all {
		all[i] = some(time.Now())[0]
	}
	b.ReportAllocs()
	var spent time.Duration
	for i := 0; i < b.N; i += len(all) {
		began := time.Now()
		w.Take(0, 1, all)
		spent += time.Since(began)
		for len(w.full) > depth/2 {
			runtime.Gosched()
		}
	}
	b.ReportMetric(float64(spent)/float64(b.N), "taking-ns/op")
	if log := w.End(); log.Dropped > 0 {
		b.Fatalf("%+v", log)
	}
}

// BenchmarkLine is what the writer spends on an attempt.
func BenchmarkLine(b *testing.B) {
	var e encoder
	e.begin(time.Unix(0, 0), plan("session=full"))
	s := some(time.Unix(0, 5))[0]
	for p := range s.Phases {
		s.Phases[p] = 123456
	}
	room := make([]byte, 0, 1<<10)
	b.ReportAllocs()
	for range b.N {
		e.sample(room, 0, 1, &s)
	}
}
