package bench_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"tlsbench/bench"
	"tlsbench/bench/compare"
	"tlsbench/bench/engine/nethttp"
	"tlsbench/bench/saved"
	"tlsbench/report"
	"tlsbench/scenarios"
)

// A Go test can hold a server to conditions and to an earlier result. In a test
// of your own, log.Fatal is t.Fatal.
func Example() {
	// The server under test.
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "hello")
	}))
	defer server.Close()

	first := measure(server)
	folder, err := os.MkdirTemp("", "baseline")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	baseline := filepath.Join(folder, "baseline.json")
	if err := report.WriteFile(baseline, report.JSON{}, report.NewDocument(first)); err != nil {
		log.Fatal(err)
	}

	// What is cheap to keep steady: bytes and ratios. Times of two runs need
	// an allowance above the machine's noise, which tlsbench noise finds.
	if err := gate(measure(server), baseline, "bytes_in=5%,resumed_ratio=1%"); err != nil {
		fmt.Println("failed:", err)
	} else {
		fmt.Println("passed")
	}

	// Output:
	// errors == 0: pass
	// resumed_ratio(resumed) >= 99%: pass
	// saving(bytes_in) >= 10%: pass
	// passed
}

// measure runs full against resumed handshakes, briefly.
func measure(server *httptest.Server) *bench.Result {
	experiment := scenarios.Default() // full against resumed, as "tlsbench run" does
	for path, value := range map[string]string{"target": server.URL, "load.count": "120", "load.warmup": "0s"} {
		if err := experiment.Set(path, value, scenarios.Origin{Layer: scenarios.BySet}); err != nil {
			log.Fatal(err)
		}
	}
	plan, _, err := experiment.Plan(nil)
	if err != nil {
		log.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	for i := range plan.Arms {
		plan.Arms[i].Target.Roots = roots
	}
	driver := bench.Driver{Plan: plan, Engines: []bench.Engine{nethttp.Engine{}}}
	result, err := driver.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	return result
}

// gate is nil where the result meets the conditions, and no metric got worse
// than in the baseline by more than is allowed.
func gate(result *bench.Result, baseline, allowed string) error {
	outcome := compare.Gate(result) // it succeeded, and resumed what it should
	checks, err := compare.CheckAll(result, "errors == 0", "resumed_ratio(resumed) >= 99%", "saving(bytes_in) >= 10%")
	if err != nil {
		return err
	}
	for _, c := range checks {
		fmt.Printf("%s: %s\n", c.Expr, c.Verdict)
	}

	base, err := saved.Load(baseline)
	if err != nil {
		return err
	}
	against, err := compare.Between([]*bench.Result{base}, []*bench.Result{result}, nil, 0.95)
	if err != nil {
		return err
	}
	allowance, err := compare.ParseAllowance(allowed)
	if err != nil {
		return err
	}
	compare.Judge(against.Comparisons, allowance, 0.95)

	outcome.Judge(compare.Findings{Checks: checks, Judged: against.Comparisons, Strict: true})
	return outcome.Err()
}
