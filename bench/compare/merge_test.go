package compare

import (
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/saved"
)

// runsOf are saved runs of one plan, an hour apart.
func runsOf(t *testing.T, n int) []*bench.Result {
	t.Helper()
	all := make([]*bench.Result, n)
	for i := range all {
		r, err := saved.Load(filepath.Join("..", "..", "report", "testdata", "result.json"))
		if err != nil {
			t.Fatal(err)
		}
		r.Started = r.Started.Add(time.Duration(i) * time.Hour)
		r.Plan.Seed = uint64(i + 1)
		all[i] = r
	}
	return all
}

func TestMergeStandsInTheOrderOfTime(t *testing.T) {
	all := runsOf(t, 3)
	given := []*bench.Result{all[2], all[0], all[1]}
	m, err := Merge(given)
	if err != nil {
		t.Fatal(err)
	}
	if given[0] != all[2] {
		t.Error("the list was put in another order")
	}
	var seeds []uint64
	for _, o := range m.Merged {
		seeds = append(seeds, o.Seed)
	}
	if !slices.Equal(seeds, []uint64{1, 2, 3}) || m.Plan.Seed != 1 || !m.Started.Equal(all[0].Started) {
		t.Errorf("seeds %v of a plan with %d, started %v", seeds, m.Plan.Seed, m.Started)
	}
	for _, w := range m.Warnings {
		if w.Code == bench.WarnRunsDiffer {
			t.Errorf("a doubt where nothing differs: %s", w.Text)
		}
	}
	// Three times the same rounds are a change as large, and surer.
	one, three := Within(all[0]), Within(m)
	a, _ := Find(one, "session=resumed", "tls.p50")
	b, _ := Find(three, "session=resumed", "tls.p50")
	if b.Rounds != 3*a.Rounds || b.CI[1]-b.CI[0] >= a.CI[1]-a.CI[0] {
		t.Errorf("of %d rounds %v, and of %d %v", a.Rounds, *a.CI, b.Rounds, *b.CI)
	}
}

func TestMergeRefusesARunThatIsThereTwice(t *testing.T) {
	all := runsOf(t, 3)
	two, err := Merge(all[:2])
	if err != nil {
		t.Fatal(err)
	}
	for name, twice := range map[string][]*bench.Result{
		"plain":           {all[0], all[1], all[0]},
		"in a merged one": {two, all[1]},
		"in two of these": {two, two},
		"before":          {all[0], two, all[2]},
	} {
		if _, err := Merge(twice); err == nil || !strings.Contains(err.Error(), "hold the same run") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Merge([]*bench.Result{two, all[2]}); err != nil {
		t.Error(err)
	}
	if _, err := Merge(all[:1]); err == nil || !strings.Contains(err.Error(), "at least two") {
		t.Error(err)
	}
	if got := doubts([]*bench.Result{two}, all[1:2], true); !slices.ContainsFunc(got, func(d string) bool { return strings.Contains(d, "have a run in common") }) ||
		!slices.ContainsFunc(got, func(d string) bool { return strings.Contains(d, "merged from 2 runs") }) {
		t.Errorf("compared with a part: %q", got)
	}
}

// Whatever an arm is, runs of two such arms are not one experiment. Only what
// says the same twice, or lies elsewhere on each machine, may differ.
func TestMergeRefusesPlansThatDiffer(t *testing.T) {
	may := []string{
		"Name", "Coords", // of the list of arms
		"Target.Scheme", "Target.Host", "Target.Port", "Target.Path", "Target.Settings", "Target.RTT", // in its URL
		"Target.Roots", "Target.ClientCert", "Target.ECH", "TLS.CertPassword", "HTTP.Headers", // not saved
		"TLS.CAFile", "TLS.CertPasswordFile", "Net.ProxyCAFile",
		"Net.ProxyUser", "Net.ProxyPassword", // not saved
		"Net.ProxyFrom", // who chose it
	}
	var each func(path string, v reflect.Value)
	all := runsOf(t, 2)
	next := &all[1].Plan.Arms[1]
	each = func(path string, v reflect.Value) {
		if slices.Contains(may, path) {
			return
		}
		was := reflect.New(v.Type()).Elem()
		was.Set(v)
		switch v.Kind() {
		case reflect.Struct:
			for f, value := range v.Fields() {
				each(strings.TrimPrefix(path+"."+f.Name, "."), value)
			}
			return
		case reflect.String:
			v.SetString(v.String() + "x")
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.Int, reflect.Int64:
			v.SetInt(v.Int() + 2)
		case reflect.Float64:
			v.SetFloat(v.Float() + 0.5)
		case reflect.Uint16:
			v.SetUint(v.Uint() ^ 1)
		case reflect.Slice:
			v.Set(reflect.ValueOf([]string{"x"}))
		default:
			t.Fatalf("%s is a %s", path, v.Kind())
		}
		if _, err := Merge(all); err == nil || !strings.Contains(err.Error(), "results of different plans: ") {
			t.Errorf("%s: %v", path, err)
		}
		v.Set(was)
	}
	each("", reflect.ValueOf(next).Elem())
	if _, err := Merge(all); err != nil {
		t.Fatalf("as it was: %v", err)
	}
	for want, change := range map[string]func(*bench.Plan){
		"arms: session=full session=resumed, and session=full: only": func(p *bench.Plan) { p.Arms = p.Arms[:1] },
		"compared dimension: session, and tls":                       func(p *bench.Plan) { p.Compare = "tls" },
		"confidence: 0.95, and 0.9":                                  func(p *bench.Plan) { p.Confidence = 0.9 },
		"-c 1, and 2 (session=full)":                                 func(p *bench.Plan) { p.Arms[0].Load.Workers = 2 },
		"length: by -d, and by -n": func(p *bench.Plan) {
			if p.Count > 0 {
				p.Count, p.Duration = 0, time.Second
			} else {
				p.Count = 9
			}
		},
	} {
		all := runsOf(t, 2)
		change(&all[1].Plan)
		if all[0].Plan.Count > 0 {
			want = strings.Replace(want, "by -d, and by -n", "by -n, and by -d", 1)
		}
		if _, err := Merge(all); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	all = runsOf(t, 2)
	all[1].Ended, all[1].Partial = bench.Interrupted, true
	if m, err := Merge(all); err != nil || m.Ended != bench.Interrupted {
		t.Errorf("an early end makes another plan: %v", err)
	}
}

// A round counts as one whatever its length, so the lengths have to be alike.
func TestMergeWantsBlocksAlike(t *testing.T) {
	of := func(d time.Duration, rounds int) bench.Plan { return bench.Plan{Duration: d, Rounds: rounds} }
	counted := func(n int64, rounds int) bench.Plan { return bench.Plan{Count: n, Rounds: rounds} }
	for name, tt := range map[string]struct {
		a, b bench.Plan
		code bench.WarningCode // of b
		want string            // of an error, or of a doubt behind "doubt "
	}{
		"the same":                     {of(5e9, 10), of(5e9, 10), "", ""},
		"a shorter shard":              {of(5e9, 10), of(2e9, 4), "", ""},
		"about as long":                {of(5e9, 10), of(5e9, 8), "", ""},
		"half as long again":           {of(1e9, 6), of(15e8, 6), "", ""},
		"more than that":               {of(1e9, 6), of(16e8, 6), "", "--rounds in proportion"},
		"the longer one first":         {of(5e9, 10), of(1e9, 6), "", "result 2 against result 1: a block of 167ms (-d 1s in 6 rounds), and of 500ms (-d 5s in 10 rounds), which"},
		"the shorter one was lowered":  {of(5e9, 10), of(1e9, 6), bench.WarnShortBlocks, "keep -d and"},
		"other rounds asked for":       {of(5e9, 10), of(5e9, 5), "", "a block of 500ms (-d 5s in 10 rounds), and of 1s (-d 5s in 5 rounds)"},
		"rounds lowered by the pace":   {of(5e9, 10), of(5e9, 6), bench.WarnFewerRounds, "doubt the runs differ in a block of 500ms (-d 5s in 10 rounds), and of 833ms (-d 5s in 6 rounds), where"},
		"lowered as far as they go":    {of(2e9, 10), of(2e9, 6), bench.WarnShortBlocks, "doubt the runs differ in a block of 200ms"},
		"lowered, and asked for more":  {of(5e9, 10), of(9e9, 6), bench.WarnFewerRounds, "keep -d and"},
		"counted, alike":               {counted(150, 7), counted(120, 6), "", ""},
		"counted, other rounds, alike": {counted(400, 10), counted(1200, 30), "", ""},
		"counted":                      {counted(150, 7), counted(60, 6), bench.WarnShortBlocks, "result 2 against result 1: a block of 10 attempts (-n 60 in 6 rounds), and of 21.4 attempts (-n 150 in 7 rounds), which would each count as one round: keep -n and"},
		"counted, fast machine":        {counted(1000, 10), counted(1000, 6), bench.WarnFewerRounds, "doubt the runs differ in a block of 100 attempts"},
	} {
		all := runsOf(t, 2)
		for i, p := range []bench.Plan{tt.a, tt.b} {
			all[i].Plan.Duration, all[i].Plan.Count, all[i].Plan.Rounds = p.Duration, p.Count, p.Rounds
			all[i].Ended, all[i].Partial = bench.Interrupted, true // with other rounds than planned
		}
		if tt.code != "" {
			all[1].Warnings = append(all[1].Warnings, bench.Warning{Code: tt.code, Text: "as said then"})
		}
		m, err := Merge(all)
		if want, doubt := strings.CutPrefix(tt.want, "doubt "); err == nil && (doubt || want == "") {
			var got []string
			for _, w := range m.Warnings {
				if w.Code == bench.WarnRunsDiffer {
					got = append(got, w.Text)
				}
			}
			if len(got) > 1 || len(got) == 1 != doubt || !strings.HasPrefix(strings.Join(got, ""), want) {
				t.Errorf("%s: doubts %q, want %q", name, got, tt.want)
			}
			// What was merged with a doubt can be merged further.
			third := runsOf(t, 3)[2]
			third.Plan = all[1].Plan
			third.Plan.Seed, third.Warnings = 3, all[1].Warnings
			third.Ended, third.Partial = bench.Interrupted, true
			if _, err := Merge([]*bench.Result{m, third}); err != nil {
				t.Errorf("%s, and another such run: %v", name, err)
			}
			continue
		}
		if err == nil || tt.want == "" || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	all := runsOf(t, 2)
	all[1].Plan.Warmup += time.Second
	if _, err := Merge(all); err == nil || !strings.Contains(err.Error(), "--warmup ") {
		t.Errorf("another warm-up: %v", err)
	}
}

// Whoever gave the results knows them by names.
func TestClashesNameResults(t *testing.T) {
	all := runsOf(t, 8)
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	named := func(all []*bench.Result) string {
		_, err := Merge(all)
		clash, ok := errors.AsType[*Clash](err)
		if !ok {
			t.Fatalf("no clash: %v", err)
		}
		return clash.Named(names).Error()
	}
	if got := named([]*bench.Result{all[0], all[1], all[2], all[1]}); !strings.HasPrefix(got, "b and d hold the same run, that of ") {
		t.Error(got)
	}
	all[1].Plan.Confidence, all[3].Plan.Confidence, all[4].Plan.Compare = 0.9, 0.9, "tls"
	if got := named(all); !strings.Contains(got, ": a against b and d: confidence: 0.95, and 0.9; a against e: compared dimension: session, and tls: only") {
		t.Error(got)
	}
	for _, r := range all[1:] {
		r.Plan.Confidence, r.Plan.Compare = 0.9, "session"
	}
	if got := named(all); !strings.Contains(got, ": a against b, c, d and 4 more: confidence: 0.95, and 0.9: only") {
		t.Error(got)
	}
	_, err := Between(all[:1], []*bench.Result{all[2], all[0]}, nil, 0.95)
	clash, ok := errors.AsType[*Clash](err)
	if !ok || !strings.HasPrefix(clash.Named(names).Error(), "a and c hold the same run") {
		t.Errorf("between: %v", err)
	}
}

func TestMergeDoubts(t *testing.T) {
	for want, change := range map[string]func(*bench.Result){
		"the runs differ in tool, Version: ":              func(r *bench.Result) { r.Tool.Version = "9" },
		"the runs differ in tool, Go: ":                   func(r *bench.Result) { r.Tool.Go = "9" },
		"the runs differ in environment, CPUs: ":          func(r *bench.Result) { r.Env.CPUs++ },
		"the runs differ in environment, Host: ":          func(r *bench.Result) { r.Env.Host = "elsewhere" },
		"the runs differ in CPU clock, Server: ":          func(r *bench.Result) { r.Clocks.Server = "a command" },
		"the runs differ in CPU clock, Client: ":          func(r *bench.Result) { r.Clocks.Client = "" },
		"the runs differ in connection, Suite: ":          func(r *bench.Result) { r.Arms[1].Facts.Suite = "TLS_X" },
		"the runs differ in connection, Remote: ":         func(r *bench.Result) { r.Arms[1].Facts.Remote = "192.0.2.1:7" },
		"the runs differ in connection, Status: 200, and": func(r *bench.Result) { r.Arms[1].Facts.Status = 503 },
	} {
		all := runsOf(t, 3)
		change(all[1])
		m, err := Merge(all)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, w := range m.Warnings {
			if w.Code == bench.WarnRunsDiffer {
				n++
				if !strings.HasPrefix(w.Text, want) {
					t.Errorf("got %q, want %q", w.Text, want)
				}
			}
		}
		if n != 1 {
			t.Errorf("%s: %d warnings", want, n)
		}
	}
	all := runsOf(t, 2)
	all[0].Clocks.Server, all[1].Clocks.Server = "process 17", "process 4711"
	for _, r := range all {
		for i := range r.Plan.Arms {
			r.Plan.Arms[i].Target.Scheme = bench.SchemeEmbedded
		}
	}
	f := *all[1].Arms[0].Facts
	f.Remote, f.CertSize = "127.0.0.1:9", f.CertSize+2
	all[0].Arms[0].Facts.Remote = "127.0.0.1:8"
	all[1].Arms[0].Facts = &f
	if got := runDoubts(all); len(got) > 0 {
		t.Errorf("a local server is another in each run: %q", got)
	}
}
