package report

import (
	"fmt"
	"strconv"
	"strings"
)

// exposition collects samples by family: the format wants each family's
// together.
type exposition struct {
	families []*family
}

type family struct {
	name, unit, help string
	samples          []string
	seen             map[string]bool
}

// add adds a sample to the family of that name, without prefix and unit. A
// second one with the same labels is dropped: it would be a second value of one
// series.
func (x *exposition) add(name, unit, help string, at labelSet, v float64) {
	f := x.family("tlsbench_"+name, unit, help)
	labels := at.String()
	if f.seen[labels] {
		return
	}
	f.seen[labels] = true
	f.samples = append(f.samples, labels+" "+strconv.FormatFloat(v, 'g', -1, 64))
}

func (x *exposition) family(name, unit, help string) *family {
	if unit != "" {
		name += "_" + unit // as the format demands
	}
	for _, f := range x.families {
		if f.name == name {
			return f
		}
	}
	f := &family{name: name, unit: unit, help: help, seen: map[string]bool{}}
	x.families = append(x.families, f)
	return f
}

func (x *exposition) String() string {
	var b strings.Builder
	for _, f := range x.families {
		fmt.Fprintf(&b, "# TYPE %s gauge\n", f.name)
		if f.unit != "" {
			fmt.Fprintf(&b, "# UNIT %s %s\n", f.name, f.unit)
		}
		fmt.Fprintf(&b, "# HELP %s %s\n", f.name, f.help)
		for _, sample := range f.samples {
			b.WriteString(f.name + sample + "\n")
		}
	}
	b.WriteString("# EOF\n")
	return b.String()
}
