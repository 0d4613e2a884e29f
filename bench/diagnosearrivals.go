package bench

// missed is the share of a rate from which on a stretch is of another one.
const missed = 0.01

// diagnoseArrivals finds doubts about an open loop: what was asked for and not
// done.
func diagnoseArrivals(arm Arm, a *ArmResult) []Warning {
	arrivals := a.Arrivals
	if arrivals == nil {
		return nil
	}
	var all []Warning
	if arrivals.Dropped > 0 {
		all = append(all, warnArm(WarnDropped, arm.Name,
			"%d of %d attempts that fell due were dropped, since %d were under way: the server does not keep up with the rate, or --max-inflight is too low; percentiles lack what these would have waited",
			arrivals.Dropped, arrivals.Due, arm.Load.MaxInFlight))
	}
	begun, ok := arrivals.Begun()
	due := float64(arrivals.Due-arrivals.Dropped) / arrivals.Window.Seconds()
	if ok && begun < (1-missed)*due {
		all = append(all, warnArm(WarnRateMissed, arm.Name,
			"%.0f attempts a second began in time, of %.0f that fell due: this machine does not make the rate; see lag",
			begun, due))
	}
	return all
}
