package bench

import (
	"tlsbench/bench/hist"
)

// Tally counts samples by observed kind and by error class. Merging tallies is
// exact and associative: it adds counts and merges histograms, never
// percentiles.
type Tally struct {
	Kinds  [KindCount]*KindTally // nil where no sample was of that kind
	Errors map[ErrorClass]*ErrorTally
	// BadStatus counts completed requests with a status of 400 and above.
	BadStatus map[int]int64
}

// KindTally holds what was seen of one kind.
type KindTally struct {
	Count       int64
	HelloRetry  int64
	Certs       map[int]int64 // by Sample.Cert, where the server asked
	Unconfirmed int64
	ECH         int64
	BytesIn     int64
	BytesOut    int64
	TicketBytes int64
	RoundTrips  int64
	// DatagramsIn and DatagramsOut are 0 over TCP.
	DatagramsIn, DatagramsOut                     int64
	EarlyDataRejected, Retries, VersionNegotiated int64
	Phases                                        [PhaseCount]*hist.Histogram // nil where no sample had that phase
}

// ErrorTally counts one class of failure and keeps the first as an example.
type ErrorTally struct {
	Count int64    `json:"count"`
	First *Failure `json:"-"`
}

// Add counts one sample. It allocates only for what it sees the first time.
func (t *Tally) Add(s *Sample) {
	if s.Failure != nil {
		t.addFailure(s.Failure)
		return
	}
	k := t.kind(s.Kind)
	k.Count++
	k.BytesIn += s.BytesIn
	k.BytesOut += s.BytesOut
	k.TicketBytes += s.TicketBytes
	k.RoundTrips += s.RoundTrips
	k.DatagramsIn += s.DatagramsIn
	k.DatagramsOut += s.DatagramsOut
	for _, flag := range []struct {
		set   bool
		count *int64
	}{
		{s.HelloRetry, &k.HelloRetry}, {s.EarlyDataRejected, &k.EarlyDataRejected},
		{s.Retry, &k.Retries}, {s.VersionNegotiation, &k.VersionNegotiated},
	} {
		if flag.set {
			*flag.count++
		}
	}
	if s.CertAsked {
		if k.Certs == nil {
			k.Certs = map[int]int64{}
		}
		k.Certs[s.Cert]++
	}
	if s.Unconfirmed {
		k.Unconfirmed++
	}
	if s.ECH {
		k.ECH++
	}
	for i, d := range s.Phases {
		if d != Absent {
			k.phase(Phase(i)).Record(d)
		}
	}
	if s.Status >= 400 {
		if t.BadStatus == nil {
			t.BadStatus = map[int]int64{}
		}
		t.BadStatus[s.Status]++
	}
}

func (t *Tally) addFailure(f *Failure) {
	if t.Errors == nil {
		t.Errors = map[ErrorClass]*ErrorTally{}
	}
	e := t.Errors[f.Class]
	if e == nil {
		e = &ErrorTally{First: f}
		t.Errors[f.Class] = e
	}
	e.Count++
}

func (t *Tally) kind(k Kind) *KindTally {
	if t.Kinds[k] == nil {
		t.Kinds[k] = &KindTally{}
	}
	return t.Kinds[k]
}

func (k *KindTally) phase(p Phase) *hist.Histogram {
	if k.Phases[p] == nil {
		k.Phases[p] = hist.New()
	}
	return k.Phases[p]
}

// Merge adds what other counted.
func (t *Tally) Merge(other *Tally) error {
	for i, from := range other.Kinds {
		if from == nil || from.Count == 0 {
			continue
		}
		if err := t.kind(Kind(i)).merge(from); err != nil {
			return err
		}
	}
	for class, from := range other.Errors {
		if from.Count == 0 {
			continue
		}
		if t.Errors == nil {
			t.Errors = map[ErrorClass]*ErrorTally{}
		}
		to := t.Errors[class]
		if to == nil {
			to = &ErrorTally{First: from.First}
			t.Errors[class] = to
		}
		to.Count += from.Count
	}
	for status, n := range other.BadStatus {
		if t.BadStatus == nil {
			t.BadStatus = map[int]int64{}
		}
		t.BadStatus[status] += n
	}
	return nil
}

func (k *KindTally) merge(from *KindTally) error {
	k.Count += from.Count
	k.HelloRetry += from.HelloRetry
	addTo(&k.Certs, from.Certs)
	k.Unconfirmed += from.Unconfirmed
	k.ECH += from.ECH
	k.BytesIn += from.BytesIn
	k.BytesOut += from.BytesOut
	k.TicketBytes += from.TicketBytes
	k.RoundTrips += from.RoundTrips
	k.DatagramsIn += from.DatagramsIn
	k.DatagramsOut += from.DatagramsOut
	k.EarlyDataRejected += from.EarlyDataRejected
	k.Retries += from.Retries
	k.VersionNegotiated += from.VersionNegotiated
	for p, h := range from.Phases {
		if h == nil || h.Count() == 0 {
			continue
		}
		if err := k.phase(Phase(p)).Merge(h); err != nil {
			return err
		}
	}
	return nil
}

// Reset empties the tally but keeps its histograms' memory.
func (t *Tally) Reset() {
	for _, k := range t.Kinds {
		if k == nil {
			continue
		}
		phases, certs := k.Phases, k.Certs
		clear(certs)
		*k = KindTally{Phases: phases, Certs: certs}
		for _, h := range phases {
			if h != nil {
				h.Reset()
			}
		}
	}
	clear(t.Errors)
	clear(t.BadStatus)
}

// Completed is how many attempts succeeded.
func (t *Tally) Completed() int64 {
	var n int64
	for _, k := range t.Kinds {
		if k != nil {
			n += k.Count
		}
	}
	return n
}

// Failed is how many attempts failed.
func (t *Tally) Failed() int64 {
	var n int64
	for _, e := range t.Errors {
		n += e.Count
	}
	return n
}

// Attempts is how many attempts there were, each counted once.
func (t *Tally) Attempts() int64 { return t.Completed() + t.Failed() }

// Of merges the samples whose kind is what was wanted. Where only one kind
// was, that kind's own tally is returned and must not be changed.
func (t *Tally) Of(want Want) (*KindTally, error) {
	var found []*KindTally
	for i, k := range t.Kinds {
		if k != nil && k.Count > 0 && want.Met(Kind(i)) {
			found = append(found, k)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	merged := &KindTally{}
	for _, k := range found {
		if err := merged.merge(k); err != nil {
			return nil, err
		}
	}
	return merged, nil
}
