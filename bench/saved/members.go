package saved

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tlsbench/bench"
)

func (p *parts) plan() (bench.Plan, error) {
	if p.Plan == nil {
		return bench.Plan{}, errors.New("plan is missing")
	}
	var saved struct {
		bench.Plan
		Arms json.RawMessage `json:"arms"` // in front of the plan's own
	}
	if err := decode("plan", p.Plan, &saved); err != nil {
		return bench.Plan{}, err
	}
	plan := saved.Plan
	err := elements("plan.arms", saved.Arms, func(path string, raw json.RawMessage) error {
		if len(plan.Arms) == maxArms || len(raw) > maxArm {
			return fmt.Errorf("%s: more than %d arms, or one of more than %d KiB", path, maxArms, maxArm>>10)
		}
		var arm bench.Arm
		if err := decode(path, raw, &arm); err != nil {
			return err
		}
		plan.Arms = append(plan.Arms, arm)
		return checkArm(arm, path)
	})
	if err != nil {
		return bench.Plan{}, err
	}
	if err := plan.Validate(); err != nil {
		return bench.Plan{}, fmt.Errorf("plan: %w", err)
	}
	return plan, nil
}

func (p *parts) warnings() ([]bench.Warning, error) {
	if p.Warnings == nil {
		return nil, nil
	}
	var warnings []bench.Warning
	err := elements("warnings", p.Warnings, func(path string, raw json.RawMessage) error {
		var w bench.Warning
		if err := decode(path, raw, &w); err != nil {
			return err
		}
		if w.Code == "" || len(warnings) == maxWarnings {
			return fmt.Errorf("%s: it has no code, or is one too many", path)
		}
		warnings = append(warnings, w)
		return nil
	})
	return warnings, err
}

func (p *parts) merged() ([]bench.Origin, error) {
	if p.Merged == nil {
		return nil, nil
	}
	var runs []bench.Origin
	err := elements("merged", p.Merged, func(path string, raw json.RawMessage) error {
		var o bench.Origin
		if err := decode(path, raw, &o); err != nil {
			return err
		}
		if len(runs) == maxMerged {
			return fmt.Errorf("%s: more than %d runs", path, maxMerged)
		}
		runs = append(runs, o)
		return nil
	})
	return runs, err
}

// arms are those of the plan, all of them and in its order: the first arm of a
// group is the baseline of the others.
func (p *parts) arms(plan bench.Plan) ([]bench.ArmResult, error) {
	arms := []bench.ArmResult{}
	err := elements("arms", p.Arms, func(path string, raw json.RawMessage) error {
		var a bench.ArmResult
		if err := decode(path, raw, &a); err != nil {
			return err
		}
		for _, other := range arms {
			if other.Name == a.Name {
				return fmt.Errorf("%s.name: %q is there twice", path, a.Name)
			}
		}
		if _, ok := plan.Arm(a.Name); !ok {
			return fmt.Errorf("%s.name: %q is no arm of the plan", path, a.Name)
		}
		// Within the list, since all before are others of the plan.
		if next := plan.Arms[len(arms)].Name; a.Name != next {
			return fmt.Errorf("%s.name: %q, where the plan has %q", path, a.Name, next)
		}
		arms = append(arms, a)
		return nil
	})
	if err == nil && len(arms) < len(plan.Arms) {
		err = fmt.Errorf("arms: %q of the plan is missing", plan.Arms[len(arms)].Name)
	}
	return arms, err
}

func (p *parts) rounds(plan bench.Plan) ([]bench.Round, error) {
	rounds := []bench.Round{}
	blocks := 0
	err := elements("rounds", p.Rounds, func(path string, raw json.RawMessage) error {
		if len(rounds) == plan.Rounds && plan.FindMax == "" {
			return fmt.Errorf("%s: the plan has %s", path, plural(plan.Rounds, "round"))
		}
		var list json.RawMessage
		err := members(path, raw, func(name string, value json.RawMessage) {
			if strings.EqualFold(name, "blocks") {
				list = value
			}
		})
		if err != nil {
			return err
		}
		var round bench.Round
		err = elements(path+".blocks", list, func(path string, raw json.RawMessage) error {
			if blocks++; blocks > maxBlocks {
				return fmt.Errorf("%s: more than %d blocks", path, maxBlocks)
			}
			var b bench.Block
			if err := decode(path, raw, &b); err != nil {
				return err
			}
			if _, ok := plan.Arm(b.Arm); !ok {
				return fmt.Errorf("%s.arm: %q is no arm of the plan", path, b.Arm)
			}
			if _, twice := round.Block(b.Arm); twice {
				return fmt.Errorf("%s.arm: %q is there twice in the round", path, b.Arm)
			}
			round.Blocks = append(round.Blocks, b)
			return nil
		})
		if err == nil && len(round.Blocks) == 0 {
			err = fmt.Errorf("%s.blocks: there is none", path)
		}
		rounds = append(rounds, round)
		return err
	})
	return rounds, err
}
