package probe

import (
	"context"
	"slices"
	"time"

	"tlsbench/bench/session"
)

const (
	// insist is how many more offers are made where those made so far are
	// open to doubt: behind a load balancer with many nodes, the node that
	// granted a session may be long in coming round again.
	insist = 16
	// spreading is how long a server with doubtful answers is given, that
	// others may hear of its sessions.
	spreading = 500 * time.Millisecond
	// spare is how many more sessions are minted to tell single use from
	// chance.
	spare = 2
)

// trial is several sessions of one place, and what became of their offers.
type trial struct {
	*run
	at       route
	m        *MechanismResult
	sessions []session.Session
	all      []series
}

// testUses offers each of several sessions several times, one after the other.
func (r *run) testUses(ctx context.Context, at route, m *MechanismResult) error {
	t := &trial{run: r, at: at, m: m}
	for range r.plan.Repeats {
		if err := t.mint(ctx); err != nil {
			return err
		}
	}
	for i := range t.sessions {
		if err := t.offer(ctx, i, r.plan.Offers); err != nil {
			return err
		}
	}
	if err := t.insist(ctx); err != nil {
		return err
	}
	for range spare {
		if !onceSoFar(t.all) {
			break
		}
		had := len(t.all)
		if err := t.mint(ctx); err != nil {
			return err
		}
		if len(t.all) > had {
			if err := t.offer(ctx, had, max(r.plan.Offers, 1+onceRefusals)); err != nil {
				return err
			}
		}
	}
	m.Uses = usesOf(t.all)
	m.FirstUse, m.Reuse = firstUse(t.all, m.Uses), reuse(t.all, m.Uses)
	return nil
}

// mint gets one more session.
func (t *trial) mint(ctx context.Context) error {
	sessions, err := t.granted(ctx, t.at, t.m, true)
	if len(sessions) > 0 {
		t.sessions, t.all = append(t.sessions, sessions[0]), append(t.all, nil)
	}
	return err
}

// offer offers the session with that index.
func (t *trial) offer(ctx context.Context, i, times int) error {
	for range times {
		o, err := t.use(ctx, t.at, t.m, t.sessions[i], len(t.all[i]) == 0)
		if err != nil {
			return err
		}
		t.all[i] = append(t.all[i], o)
	}
	return nil
}

// insist makes more offers of a session that was refused, until it is clear
// what that means, or has been tried often enough.
func (t *trial) insist(ctx context.Context) error {
	uses := usesOf(t.all)
	if doubtful(uses) && !sleep(ctx, spreading) {
		return errStopped
	}
	for left := insist; left > 0 && doubtful(uses); left-- {
		i := lastRefused(t.all)
		if i < 0 {
			return nil
		}
		if err := t.offer(ctx, i, 1); err != nil {
			return err
		}
		if now := usesOf(t.all); now != uses {
			uses, left = now, insist
		}
	}
	return nil
}

func doubtful(u Uses) bool { return u == NeverUsed || u == StoredLate || u == Unsteady }

// lastRefused is the index of the last session that was ever refused, or -1.
func lastRefused(all []series) int {
	for i, s := range slices.Backward(all) {
		if slices.Contains(s, refused) {
			return i
		}
	}
	return -1
}
