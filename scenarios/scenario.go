// Package scenarios holds the description of an experiment: read from a file,
// changed by the environment and by flags, and turned into a plan whose arms
// differ in nothing but what is compared.
//
// That fairness is made here, in one place: an arm that reads its tickets while
// the other does not, or that advertises less, compares two things at once.
package scenarios

import (
	"time"

	"tlsbench/bench"
	"tlsbench/bench/arrival"
	"tlsbench/bench/session"
)

// Scenario is one experiment as somebody describes it. What its fields mean,
// what they are called in a file and on a command line, and which values they
// take stands in one table: see [Options].
//
// Whoever changes a field says so with [Scenario.Set] or [Scenario.Take], which
// keep where its value came from.
type Scenario struct {
	Description string
	Target      string
	Targets     []Named // of the dimension target, instead of Target
	Vs          string
	Arms        []string // the values of the dimension session
	Load        Workload
	Sessions    Sessions
	TLS         TLS
	HTTP        HTTP
	Net         Net
	Server      Server
	CPUs        string
	Compare     Compare
	Matrix      []Dimension
	Exclude     []Exclusion

	Checks       []string
	Baseline     string
	SaveBaseline string
	MaxRegress   []string
	Noise        string
	Strict       bool
	Force        bool
	Capacity     string
	Samples      string
	Outputs      []string

	origins  map[string]Origin
	replaced []string // dimensions that a later layer put one value in the place of
	settings []bench.Coord
	proxies  inherited
	doc      *document
}

// Named is one target of several.
type Named struct{ Name, URL string }

// Workload is how much is done, and how much at a time.
type Workload struct {
	Workers                   int
	Rate, Arrivals            string
	MaxInFlight, Storm        int
	Mix                       []string
	Ramp, FindMax             string
	Count                     int64
	Duration, Warmup, Timeout time.Duration
	Rounds                    int
	Seed                      uint64
}

// Sessions is which sessions connections offer.
type Sessions struct {
	Policy, Scope, Dry string
	Pool               int
	In, Out            string
	Force              bool
}

// TLS is what a connection negotiates and trusts.
type TLS struct {
	Versions              string
	Groups, Ciphers, ALPN []string
	SNI, CACert, KeyLog   string
	Cert, Key             []string
	CertPasswordFile      string
	ClientCert            string // on or off
	ECH                   string
	Insecure              bool

	// CertPassword opens client certificates. It is secret and so no option: it
	// comes from the environment alone.
	CertPassword string
}

// HTTP is what is requested on each connection.
type HTTP struct {
	HandshakeOnly bool
	Proto, Method string   // Proto is empty for the target's own
	Headers       []string // "Name: value"; values may be secret
}

// Net is how a server is reached.
type Net struct {
	Connect, Family, DNS, Close, Tokens string
	Source                              []string
	Proxy, ProxyCACert                  string
	ProxyInsecure                       bool
	ProxyProtocol                       string
}

// Server is where the server's CPU time is read.
type Server struct {
	PID                int
	Cgroup, CPUCommand string
}

// Compare is the dimension along which arms are compared, and its value that
// the others are held against; empty for the defaults.
type Compare struct{ Dimension, Baseline string }

// Dimension is one axis of the matrix.
type Dimension struct {
	Name   string
	Values []string

	origin Origin
	at     []position // of the values, where they are from a file
}

// Exclusion leaves out the arms that have one of the values in each of its
// dimensions.
type Exclusion struct {
	Of []Dimension
	at position
}

// Default is what a bare "tlsbench run" does.
func Default() *Scenario {
	return &Scenario{
		Target: bench.SchemeEmbedded + ":",
		Arms:   []string{string(bench.WantFull), string(bench.WantResumed)},
		Load: Workload{
			Workers: 1, Duration: 5 * time.Second, Rounds: 10, Arrivals: string(arrival.Constant), MaxInFlight: 1000,
			Warmup: 300 * time.Millisecond, Timeout: 10 * time.Second,
		},
		Sessions: Sessions{Scope: string(session.PerWorker), Dry: string(bench.DryStop)},
		TLS:      TLS{Versions: "1.2-1.3", ClientCert: "on"},
		HTTP:     HTTP{Method: "GET"},
		Net:      Net{Family: "any", DNS: "once", Close: string(bench.CloseReset), Tokens: string(bench.KeepTokens), ProxyProtocol: none},
		origins:  map[string]Origin{},
	}
}
