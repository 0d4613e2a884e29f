package bench

import "fmt"

// Warning is a doubt about the result. It is part of the result and stands in
// every output.
type Warning struct {
	Code WarningCode `json:"code"`
	// Arm is the arm that it is about, or "".
	Arm  string `json:"arm,omitempty"`
	Text string `json:"text"`
}

// WarningCode names a kind of doubt, for programs.
type WarningCode string

// The codes.
const (
	WarnShortBlocks   WarningCode = "short-blocks"
	WarnFewerRounds   WarningCode = "fewer-rounds"
	WarnFewerWorkers  WarningCode = "fewer-workers"
	WarnFewRounds     WarningCode = "few-rounds"
	WarnFewSamples    WarningCode = "few-samples"
	WarnNotResumed    WarningCode = "not-resumed"
	WarnFallback      WarningCode = "fallback"
	WarnMixed         WarningCode = "mixed"
	WarnPoolDry       WarningCode = "pool-dry"
	WarnStarved       WarningCode = "starved"
	WarnWithheld      WarningCode = "withheld"
	WarnPriming       WarningCode = "priming"
	WarnErrors        WarningCode = "errors"
	WarnStatus        WarningCode = "http-status"
	WarnHelloRetry    WarningCode = "hello-retry-request"
	WarnEarlyData     WarningCode = "early-data-rejected"
	WarnRetry         WarningCode = "quic-retry"
	WarnQUICVersion   WarningCode = "quic-version"
	WarnUnconfirmed   WarningCode = "unconfirmed"
	WarnECH           WarningCode = "ech"
	WarnArmsDiffer    WarningCode = "arms-differ"
	WarnNotHonoured   WarningCode = "not-honoured"
	WarnClientBound   WarningCode = "client-bound"
	WarnSharedCores   WarningCode = "shared-cores"
	WarnSimulated     WarningCode = "simulated-rtt"
	WarnUnfinished    WarningCode = "unfinished"
	WarnLoopback      WarningCode = "loopback"
	WarnPorts         WarningCode = "ports"
	WarnClientExhaust WarningCode = "client-exhausted"
	WarnKeyLog        WarningCode = "key-log"
	WarnInsecure      WarningCode = "insecure"
	WarnNoisy         WarningCode = "noisy"
	WarnServerCPU     WarningCode = "server-cpu"
	WarnClientCPU     WarningCode = "client-cpu"
	WarnClamped       WarningCode = "clamped"
	WarnPartial       WarningCode = "partial"
	WarnDropped       WarningCode = "dropped"
	WarnRateMissed    WarningCode = "rate-missed"
	WarnMix           WarningCode = "mix"

	// WarnProxy is of connections that go through a proxy: part of what they take
	// is not the target's.
	WarnProxy WarningCode = "proxy"

	// WarnDirect is of connections that do not go through the proxy that the
	// environment names.
	WarnDirect WarningCode = "direct"

	// WarnLimits is of what this machine has hardly enough of for the load.
	WarnLimits WarningCode = "limits"

	// WarnCPUs is of CPUs that client and server share although they were asked
	// not to.
	WarnCPUs WarningCode = "cpus"

	// WarnLeftOut is of arms that a matrix made and that cannot be.
	WarnLeftOut WarningCode = "left-out"

	// WarnMerged is of several runs in one result, WarnRunsDiffer of what
	// tells these apart.
	WarnMerged     WarningCode = "merged"
	WarnRunsDiffer WarningCode = "runs-differ"

	// WarnExport, WarnServerClock, WarnStalled and WarnSamples tell what befell
	// the run itself.
	WarnExport      WarningCode = "sessions-out"
	WarnServerClock WarningCode = "server-clock"
	WarnStalled     WarningCode = "stalled"
	WarnSamples     WarningCode = "samples-dropped"
)

// Diagnosed reports whether it is Diagnose that gives the code, so that it can be
// found again in a saved result. Every other is of something that only the run
// itself saw, or whoever merged several, and must be kept.
func (c WarningCode) Diagnosed() bool {
	switch c {
	case WarnArmsDiffer, WarnClamped, WarnClientBound, WarnClientExhaust, WarnErrors,
		WarnEarlyData, WarnRetry, WarnQUICVersion,
		WarnFallback, WarnFewRounds, WarnFewSamples, WarnHelloRetry, WarnInsecure,
		WarnKeyLog, WarnLoopback, WarnMerged, WarnMixed, WarnNoisy, WarnNotHonoured,
		WarnNotResumed, WarnPartial, WarnPoolDry, WarnPorts, WarnPriming,
		WarnDropped, WarnMix, WarnRateMissed, WarnServerCPU, WarnSharedCores, WarnSimulated, WarnStarved, WarnStatus,
		WarnUnconfirmed, WarnECH, WarnUnfinished, WarnWithheld, WarnProxy:
		return true
	}
	return false
}

func warn(code WarningCode, format string, args ...any) Warning {
	return Warning{Code: code, Text: fmt.Sprintf(format, args...)}
}

func warnArm(code WarningCode, arm, format string, args ...any) Warning {
	w := warn(code, format, args...)
	w.Arm = arm
	return w
}
