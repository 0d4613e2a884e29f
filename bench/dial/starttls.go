package dial

import (
	"time"

	"tlsbench/bench"
	"tlsbench/bench/starttls"
)

// startTLS is the hop over what the arm's target wants to hear before TLS, ok
// false for nothing.
func startTLS(arm bench.Arm) (h hop, ok bool, err error) {
	protocol, ok := arm.Target.StartTLS()
	if !ok {
		return hop{}, false, nil
	}
	name := arm.TLS.ServerName
	if name == "" {
		name = arm.Target.Host
	}
	preamble, err := starttls.New(protocol, name)
	if err != nil {
		return hop{}, false, err
	}
	cross := func(s Socket, _ time.Time) (Socket, error) { return s, preamble.Run(s) }
	return hop{bench.StartTLS, "after the server agreed to begin TLS", cross}, true, nil
}
