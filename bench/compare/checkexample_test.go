package compare_test

import (
	"errors"
	"fmt"

	"tlsbench/bench"
	"tlsbench/bench/caret"
	"tlsbench/bench/compare"
)

// A Go test can hold a server to a condition.
func ExampleParseCheck() {
	arm := bench.NewArm(bench.Coord{Dimension: "session", Value: "resumed"})
	arm.Want = bench.WantResumed
	share := 0.995
	result := &bench.Result{
		Plan: bench.Plan{Arms: []bench.Arm{arm}, Count: 1000},
		Arms: []bench.ArmResult{{Name: arm.Name, Stats: bench.Stats{
			Attempts:     1000,
			Kinds:        map[bench.Kind]int64{bench.PSK: 995, bench.Full: 5},
			ResumedRatio: &share,
		}}},
	}
	for _, text := range []string{"resumed_ratio(resumed) >= 99%", "fallbacks == 0", "tls.p95(resumed) < 2ms", "tls.p95(resumed) < 2"} {
		check, err := compare.ParseCheck(text)
		if err == nil {
			err = check.Bind(result.Plan)
		}
		if wrong := (*caret.Error)(nil); errors.As(err, &wrong) {
			fmt.Printf("%s\n%s\n", wrong.Caret(), wrong.What)
			continue
		}
		c := check.Check(result, compare.Within(result))
		fmt.Printf("%s: %s: %s\n", c.Expr, c.Verdict, c.Why)
	}
	// Output:
	// resumed_ratio(resumed) >= 99%: pass: 99.5 % (resumed)
	// fallbacks == 0: fail: 5 of 1000 handshakes (resumed)
	// tls.p95(resumed) < 2ms: inconclusive: tls.p95(resumed) is not known: resumed has no sample of phase tls
	// tls.p95(resumed) < 2
	//                    ^
	// tls.p95(resumed) is a time: write 2ms
}
