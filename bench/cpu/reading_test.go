package cpu

import (
	"testing"
	"time"
)

func TestSince(t *testing.T) {
	type members = map[member]spent
	a, b, again := member{pid: 10, start: 1}, member{pid: 11, start: 2}, member{pid: 10, start: 3}
	of := func(m members) Reading {
		r := Reading{members: m}
		for _, s := range m {
			r.total += s.cpu
		}
		return r
	}
	for _, c := range []struct {
		name           string
		earlier, later Reading
		want           time.Duration
		ok             bool
	}{
		{"one clock", Reading{total: 5}, Reading{total: 12}, 7, true},
		{"no work", Reading{total: 5}, Reading{total: 5}, 0, true},
		{"backwards", Reading{total: 12}, Reading{total: 5}, 0, false},
		{"tree", of(members{a: {cpu: 5}, b: {cpu: 1}}), of(members{a: {cpu: 6}, b: {cpu: 9}}), 9, true},
		{"born counts whole", of(members{a: {cpu: 5}}), of(members{a: {cpu: 6}, b: {cpu: 9}}), 10, true},
		{"ended", of(members{a: {cpu: 5}, b: {cpu: 1}}), of(members{a: {cpu: 60}}), 0, false},
		{"ended, ID used again", of(members{b: {cpu: 1}, a: {cpu: 5}}), of(members{b: {cpu: 1}, again: {cpu: 9}}), 0, false},
		{"one backwards", of(members{a: {cpu: 5}, b: {cpu: 5}}), of(members{a: {cpu: 50}, b: {cpu: 1}}), 0, false},
		{"came and went", of(members{a: {cpu: 5, reaped: 1}}), of(members{a: {cpu: 6, reaped: 3}}), 0, false},
		{"came and went below a newborn", of(members{a: {cpu: 5}}), of(members{a: {cpu: 6}, b: {cpu: 1, reaped: 2}}), 0, false},
		{"ended long before", of(members{a: {cpu: 5, reaped: 7}}), of(members{a: {cpu: 6, reaped: 7}}), 1, true},
	} {
		got, ok := c.later.Since(c.earlier)
		if got != c.want || ok != c.ok {
			t.Errorf("%s: %v, %v; want %v, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}
