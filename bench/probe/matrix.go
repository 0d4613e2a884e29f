package probe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/session"
)

// matrices offers the sessions of every place at every place.
func (r *run) matrices(ctx context.Context) error {
	for _, m := range r.plan.mechanisms() {
		if r.anyGrants(m) {
			if err := r.matrix(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) anyGrants(m session.Mechanism) bool {
	for _, p := range r.result.Places {
		if got, ok := p.Mechanism(m); ok && got.AnyGranted() {
			return true
		}
	}
	return false
}

// matrix offers each session once, since servers may accept it once only, and
// goes through the cells in a random order, so that no load balancer's turns
// fall in with it.
func (r *run) matrix(ctx context.Context, mechanism session.Mechanism) error {
	n := len(r.result.Places)
	mx := Matrix{Mechanism: mechanism, Cells: make([][]Cell, n), Groups: [][]int{}, Doubts: []string{}}
	var order []int
	for i := range n {
		mx.Cells[i] = make([]Cell, n)
		for j := range n {
			cell := &mx.Cells[i][j]
			if cell.Note = r.untestable(mechanism, i, j); cell.Note == "" {
				for range r.plan.Repeats {
					order = append(order, i*n+j)
				}
			}
		}
	}
	random := rand.New(rand.NewPCG(r.plan.Seed, uint64(len(mechanism))))
	random.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
	defer func() {
		mx.group(r.result.Places, r.plan.Repeats)
		r.result.Matrices = append(r.result.Matrices, mx)
	}()
	done := 0
	for batch := range slices.Chunk(order, batch) {
		r.say("%s: where it is accepted, offer %d of %d", mechanism, done+1, len(order))
		if err := r.fill(ctx, &mx, batch, random); err != nil {
			return err
		}
		done += len(batch)
	}
	return nil
}

// batch is how many sessions are minted before they are offered, so that they
// settle together.
const batch = 24

// minted is a session of place i that is to be offered at place j.
type minted struct {
	i, j    int
	session session.Session
}

// fill mints a session for each of some cells, and then offers them in another
// order.
func (r *run) fill(ctx context.Context, mx *Matrix, cells []int, random *rand.Rand) error {
	n := len(mx.Cells)
	var all []minted
	for _, at := range cells {
		i, j := at/n, at%n
		s, err := r.mintFor(ctx, mx.Mechanism, i, j, &mx.Cells[i][j])
		if err != nil {
			return err
		}
		if !s.IsZero() {
			all = append(all, minted{i, j, s})
		}
	}
	random.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
	for _, m := range all {
		if err := r.offerAt(ctx, mx, m); err != nil {
			return err
		}
		if err := r.offerDue(ctx); err != nil {
			return err
		}
	}
	return nil
}

// untestable says why sessions of place i cannot be offered at place j.
func (r *run) untestable(mechanism session.Mechanism, i, j int) string {
	from, to := &r.result.Places[i], &r.result.Places[j]
	m, ok := from.Mechanism(mechanism)
	switch {
	case !from.Up():
		return from.Name + " " + from.trouble()
	case !to.Up():
		return to.Name + " " + to.trouble()
	case !ok || m.Version == 0:
		return from.Name + " speaks no TLS version that has it"
	case !m.AnyGranted():
		return from.Name + " grants none"
	case to.supports(m.Version) != Yes:
		return fmt.Sprintf("%s does not speak TLS %s", to.Name, m.Version)
	}
	return ""
}

// mintFor gets a session at place i to be offered at place j, none where the
// cell's note says why.
func (r *run) mintFor(ctx context.Context, mechanism session.Mechanism, i, j int, cell *Cell) (none session.Session, err error) {
	if r.gone(i) || r.gone(j) {
		cell.Note = "a place stopped answering"
		return none, nil
	}
	sessions, f, err := r.mint(ctx, r.from(mechanism, i), false)
	switch {
	case err != nil:
		return none, err
	case f != nil:
		cell.Note = "no session could be got: " + f.Note().String()
		return none, nil
	case len(sessions) == 0:
		cell.Note = "not every full handshake granted a session"
		return none, nil
	}
	return sessions[0], nil
}

// from is the route on which place i grants sessions.
func (r *run) from(mechanism session.Mechanism, i int) route {
	m, _ := r.result.Places[i].Mechanism(mechanism)
	return route{place: i, want: bench.Want(mechanism), version: m.Version}
}

func (r *run) offerAt(ctx context.Context, mx *Matrix, m minted) error {
	to := r.from(mx.Mechanism, m.i)
	to.place = m.j
	// crypto/tls compares the certificate in a session with the name, and its
	// issuer with those trusted, and would withhold it.
	to.insecure = r.plan.serverName(m.i) != r.plan.serverName(m.j)
	o, f, err := r.offer(ctx, to, m.session)
	if err != nil {
		return err
	}
	mx.Cells[m.i][m.j].count(o, f)
	return nil
}

func (c *Cell) count(o outcome, f *bench.Failure) {
	switch o {
	case accepted:
		c.Accepted++
		c.Of++
	case refused:
		c.Of++
	case withheld:
		c.Withheld++
		c.Note = "not always offered by the client"
	case failed:
		c.Failed++
		c.Note = f.Note().String()
	default:
		c.Note = "a place stopped answering"
	}
}
