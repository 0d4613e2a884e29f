package saved

import (
	"fmt"
	"math"

	"tlsbench/bench"
)

// checkCounts says which counts of a stretch cannot be, or contradict others.
func checkCounts(s *bench.Stats) error {
	c := s.Sessions
	for _, n := range []struct {
		field string
		value int64
	}{
		{"attempts", s.Attempts}, {"hello_retry_requests", s.HelloRetry}, {"clamped", s.Clamped},
		{"early_data_rejected", s.EarlyDataRejected}, {"retries", s.Retries}, {"version_negotiated", s.VersionNegotiated},
		{"unconfirmed", s.Unconfirmed}, {"ech", s.ECH},
		{"sessions.imported", c.Imported}, {"sessions.primed", c.Primed}, {"sessions.received", c.Received},
		{"sessions.offered", c.Offered}, {"sessions.accepted", c.Accepted}, {"sessions.refused", c.Refused},
		{"sessions.expired", c.Expired}, {"sessions.withheld", c.Withheld}, {"sessions.starved", c.Starved},
	} {
		if n.value < 0 || n.value > bench.MaxCount {
			return fmt.Errorf("%s: %d is no count", n.field, n.value)
		}
	}
	if err := checkArrivals(s.Arrivals, s.Attempts); err != nil {
		return err
	}
	kinds, err := addCounts("kinds", s.Kinds)
	if err != nil {
		return err
	}
	failed, err := addCounts("errors", s.Errors)
	if err != nil {
		return err
	}
	bad, err := addCounts("bad_status", s.BadStatus)
	if err != nil {
		return err
	}
	asked, err := addCounts("client_certs", s.ClientCerts)
	if err != nil {
		return err
	}
	for class := range s.Errors {
		if !class.Known() {
			return fmt.Errorf("errors: unknown class %q", class)
		}
	}
	for status := range s.BadStatus {
		if status < 400 || status > 999 {
			return fmt.Errorf("bad_status: %d is not within 400 to 999", status)
		}
	}
	switch {
	case s.Attempts != kinds+failed:
		return fmt.Errorf("attempts: %d, and kinds and errors make %d", s.Attempts, kinds+failed)
	case s.HelloRetry > kinds:
		return fmt.Errorf("hello_retry_requests: %d, of %d handshakes", s.HelloRetry, kinds)
	case max(s.EarlyDataRejected, s.Retries, s.VersionNegotiated) > kinds:
		return fmt.Errorf("early_data_rejected, retries, version_negotiated: %d, %d and %d, of %d handshakes",
			s.EarlyDataRejected, s.Retries, s.VersionNegotiated, kinds)
	case asked > kinds:
		return fmt.Errorf("client_certs: %d, of %d handshakes", asked, kinds)
	case s.Unconfirmed > asked:
		return fmt.Errorf("unconfirmed: %d, of %d that were asked for a certificate", s.Unconfirmed, asked)
	case s.ECH > kinds:
		return fmt.Errorf("ech: %d, of %d handshakes", s.ECH, kinds)
	case bad > kinds:
		return fmt.Errorf("bad_status: %d, of %d handshakes", bad, kinds)
	case s.Clamped > kinds*int64(bench.PhaseCount):
		return fmt.Errorf("clamped: %d, of %d handshakes", s.Clamped, kinds)
	case c.Offered != c.Accepted+c.Refused:
		return fmt.Errorf("sessions.offered: %d, and accepted and refused make %d", c.Offered, c.Accepted+c.Refused)
	case c.Offered > kinds-c.Withheld:
		return fmt.Errorf("sessions.offered: %d, and %d withheld, of %d handshakes", c.Offered, c.Withheld, kinds)
	case s.Took < 0 || s.Took > bench.MaxSpan:
		return fmt.Errorf("took_ns: %d is no time that can be measured", s.Took)
	}
	return nil
}

// addCounts adds up counts that may each be anything.
func addCounts[K comparable](field string, counts map[K]int64) (sum int64, err error) {
	for key, n := range counts {
		if n < 0 || n > bench.MaxCount-sum {
			return 0, fmt.Errorf("%s.%v: %d is no count", field, key, n)
		}
		sum += n
	}
	return sum, nil
}

// checkMeans looks at figures that are means per handshake.
func checkMeans(s *bench.Stats, want bench.Want) error {
	completed, wanted := s.Completed(), s.Wanted(want)
	for _, m := range []struct {
		field string
		value *float64
		of    int64
	}{
		{"client_cpu_ns", s.ClientCPU, completed}, {"server_cpu_ns", s.ServerCPU, completed},
		{"bytes_in", s.BytesIn, wanted}, {"bytes_out", s.BytesOut, wanted}, {"ticket_bytes", s.TicketBytes, wanted},
		{"round_trips", s.RoundTrips, wanted},
		{"datagrams_in", s.DatagramsIn, wanted}, {"datagrams_out", s.DatagramsOut, wanted},
	} {
		switch {
		case m.value == nil:
		case m.of == 0:
			return fmt.Errorf("%s: there is one, of no handshake", m.field)
		case *m.value < 0 || *m.value*float64(m.of) > maxTotal:
			return fmt.Errorf("%s: %v of %d handshakes is no figure that can be measured", m.field, *m.value, m.of)
		}
	}
	return nil
}

// checkArrivals says what cannot be, of that many attempts.
func checkArrivals(a *bench.Arrivals, attempts int64) error {
	if a == nil {
		return nil
	}
	for _, n := range []struct {
		field string
		value int64
	}{{"due", a.Due}, {"dropped", a.Dropped}, {"late", a.Late}, {"peak_in_flight", a.Peak}, {"storms", a.Storms}} {
		if n.value < 0 || n.value > bench.MaxCount {
			return fmt.Errorf("arrivals.%s: %d is no count", n.field, n.value)
		}
	}
	switch {
	case !(a.Rate >= 0 && a.Rate <= bench.MaxRate):
		return fmt.Errorf("arrivals.rate: %v is none", a.Rate)
	case a.Window < 0 || a.Window > bench.MaxSpan:
		return fmt.Errorf("arrivals.window_ns: %d is no time that can be measured", a.Window)
	case (a.Storms > 0) != (a.Rate == 0):
		return fmt.Errorf("arrivals.storms: %d, at a rate of %v", a.Storms, a.Rate)
	case a.Due != attempts+a.Dropped:
		return fmt.Errorf("arrivals.due: %d, and %d were made and %d dropped", a.Due, attempts, a.Dropped)
	case a.Late > attempts:
		return fmt.Errorf("arrivals.late: %d, of %d attempts", a.Late, attempts)
	case !(a.Share >= 0 && a.Share <= 1):
		return fmt.Errorf("arrivals.share: %v is none", a.Share)
	case a.ServerPeak != nil && !(*a.ServerPeak >= 0 && *a.ServerPeak <= math.MaxUint16):
		return fmt.Errorf("arrivals.server_peak_cores: %v is no number of cores", *a.ServerPeak)
	}
	return nil
}

// checkSamples holds what a result says of its samples against the attempts: each
// was written or dropped.
func checkSamples(r *bench.Result) error {
	l := r.Samples
	if l == nil {
		return nil
	}
	var attempts int64
	for i := range r.Arms {
		attempts += r.Arms[i].Attempts
	}
	if l.Written < 0 || l.Dropped < 0 || l.Written > attempts || l.Dropped != attempts-l.Written {
		return fmt.Errorf("samples: %d written and %d dropped are not the %d attempts", l.Written, l.Dropped, attempts)
	}
	return nil
}
