package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// noiseFormat tells a file of noise from the other files of tlsbench.
const noiseFormat = "tlsbench-noise"

// noiseSchema is the number of its shape.
const noiseSchema = 1

// maxNoiseFile is far above what the floors of any plan take.
const maxNoiseFile = 16 << 20

// ErrNoNoise means that a file does not hold noise that can be used.
var ErrNoNoise = errors.New("no file that tlsbench noise wrote")

type noiseFile struct {
	Format string     `json:"format"`
	Schema int        `json:"schema"`
	Tool   bench.Tool `json:"tool"`
	Noise
}

// WriteNoise writes what ReadNoise reads: JSON, spreads as they are in Floor.
func WriteNoise(w io.Writer, n *Noise) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(noiseFile{Format: noiseFormat, Schema: noiseSchema, Tool: bench.ThisTool(), Noise: *n})
}

// ReadNoise reads what WriteNoise wrote. Its errors wrap ErrNoNoise, but for
// those of r.
func ReadNoise(r io.Reader) (*Noise, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxNoiseFile+1))
	if err != nil {
		return nil, err
	}
	refuse := func(why string, args ...any) (*Noise, error) {
		return nil, fmt.Errorf("%w: %s: measure it anew with tlsbench noise -o json=FILE", ErrNoNoise, fmt.Sprintf(why, args...))
	}
	var f noiseFile
	err = json.Unmarshal(text, &f)
	var syntax *json.SyntaxError
	switch {
	case len(text) > maxNoiseFile:
		return refuse("it is larger than %d MiB", maxNoiseFile>>20)
	case len(bytes.TrimSpace(text)) == 0:
		return refuse("it is empty")
	case errors.As(err, &syntax) && begins(text):
		return refuse("it is damaged at byte %d (%v)", syntax.Offset, err)
	case f.Format != noiseFormat && isResult(text):
		return refuse("it is a saved result")
	case f.Format != noiseFormat:
		return refuse("it is something else")
	case f.Schema > noiseSchema:
		return nil, fmt.Errorf("%w: schema %d, and this tlsbench reads up to %d: update it", ErrNoNoise, f.Schema, noiseSchema)
	case err != nil:
		return refuse("%v", err)
	case f.Schema < 1:
		return refuse("schema %d", f.Schema)
	}
	n := f.Noise
	if err := n.check(); err != nil {
		return refuse("%v", err)
	}
	return &n, nil
}

// begins reports whether text begins as WriteNoise begins it.
func begins(text []byte) bool {
	return bytes.Contains(text[:min(len(text), 64)], []byte(`"`+noiseFormat+`"`))
}

// isResult reports whether JSON has the marks of a saved result.
func isResult(text []byte) bool {
	var marks struct{ Rounds, Arms []json.RawMessage }
	return json.Unmarshal(text, &marks) == nil && marks.Rounds != nil && marks.Arms != nil
}

// LoadNoise is ReadNoise of a file, which its errors name.
func LoadNoise(path string) (*Noise, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	n, err := ReadNoise(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return n, nil
}

// check refuses what MeasureNoise cannot have returned.
func (n *Noise) check() error {
	if err := n.Plan.Validate(); err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if n.Runs < MinNoiseRuns || len(n.Floors) == 0 {
		return fmt.Errorf("%d floors of %d runs", len(n.Floors), n.Runs)
	}
	seen := map[[2]string]bool{}
	for i, f := range n.Floors {
		key := [2]string{f.Arm, f.Metric}
		if err := n.checkFloor(f); err != nil {
			return fmt.Errorf("floors[%d]: %w", i, err)
		}
		if seen[key] {
			return fmt.Errorf("floors[%d]: %s of %s is there twice", i, f.Metric, f.Arm)
		}
		seen[key] = true
	}
	return nil
}

func (n *Noise) checkFloor(f Floor) error {
	if _, ok := n.Plan.Arm(f.Arm); !ok {
		return fmt.Errorf("%q is no arm of the plan", f.Arm)
	}
	if err := knownMetric(f.Metric); err != nil {
		return err
	}
	if f.Unit != unitOf(f.Metric) {
		return fmt.Errorf("%s is not counted in %q", f.Metric, f.Unit)
	}
	if f.Round == nil && f.Pair == nil && f.Run == nil {
		return fmt.Errorf("%s of %s has no spread", f.Metric, f.Arm)
	}
	for _, s := range []*stats.Spread{f.Round, f.Pair, f.Run} {
		if s == nil {
			continue
		}
		if err := s.Check(); err != nil {
			return err
		}
	}
	return nil
}

// unitOf is that of a metric, or of the gain in one.
func unitOf(metric string) bench.Unit {
	if m, ok := bench.MetricByName(metric); ok {
		return m.Unit
	}
	return bench.Fraction
}
