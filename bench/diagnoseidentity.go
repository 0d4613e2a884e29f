package bench

// diagnoseIdentity finds doubts about client certificates and about Encrypted
// Client Hello.
func diagnoseIdentity(arm Arm, a *ArmResult) []Warning {
	var all []Warning
	add := func(code WarningCode, format string, args ...any) {
		all = append(all, warnArm(code, arm.Name, format, args...))
	}
	given := len(arm.TLS.CertFiles) > 0 || arm.Coord("client-cert") == "on"
	full := a.Kinds[Full]
	if given && !arm.TLS.NoClientCert && full > 0 && len(a.ClientCerts) == 0 {
		add(WarnNotHonoured, "a client certificate was to be presented, and in %d full handshakes the server asked for none", full)
	}
	if a.Unconfirmed > 0 {
		add(WarnUnconfirmed, "%d handshakes count as completed although the server, which asked for a client certificate, never showed whether it took it: it granted no ticket, refused nothing and did not close", a.Unconfirmed)
	}
	if n := a.Errors[ClassECH]; n > 0 {
		add(WarnECH, "the server did not accept Encrypted Client Hello in %d of %d attempts%s: these count as failed, since crypto/tls ends them", n, a.Attempts, inBrackets(a.FirstErrors[ClassECH]))
	} else if completed := a.Completed(); arm.TLS.ECH != "" && a.ECH < completed {
		add(WarnECH, "Encrypted Client Hello was asked for, and %d of %d handshakes went without", completed-a.ECH, completed)
	}
	return all
}
