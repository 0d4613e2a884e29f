package scenarios

import (
	"crypto/tls"
	"net/http"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// Default is the experiment that "tlsbench run" makes of a target when nothing
// else is asked for: full against resumed, alike in everything else, with
// connections by that engine. A target of scheme tls makes no request. The
// seed, which orders the arms, is 1.
//
// Change what should be otherwise before the arms are run, and change it in all
// arms alike.
func Default(t bench.Target, e bench.Engine) bench.Plan {
	arm := bench.Arm{
		Target:  t,
		Engine:  e.Name(),
		Load:    bench.Load{Workers: 1},
		Timeout: 10 * time.Second,
		TLS:     bench.TLS{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS13},
		Net:     bench.Net{Close: bench.CloseReset},
	}
	if t.Scheme != bench.SchemeTLS {
		arm.TLS.ALPN = []string{"http/1.1"}
		arm.HTTP = bench.HTTP{Method: http.MethodGet, Headers: http.Header{}}
	}
	policy := bench.SessionPolicy{Policy: DefaultPolicy(arm), Scope: session.PerWorker}
	return bench.Plan{
		Arms:    group(arm, nil, []bench.Want{bench.WantFull, bench.WantResumed}, policy),
		Compare: Session, Rounds: 10, Duration: 5 * time.Second, Warmup: 300 * time.Millisecond,
		Seed: 1, Confidence: 0.95,
	}
}
