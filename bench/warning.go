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
)

func warn(code WarningCode, format string, args ...any) Warning {
	return Warning{Code: code, Text: fmt.Sprintf(format, args...)}
}

func warnArm(code WarningCode, arm, format string, args ...any) Warning {
	w := warn(code, format, args...)
	w.Arm = arm
	return w
}
