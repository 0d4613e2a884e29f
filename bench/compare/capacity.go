package compare

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Capacity is a load on a server, and how much of it resumes.
type Capacity struct {
	// Rate is new connections a second, all of them together.
	Rate float64 `json:"rate"`
	// Resumed is the share of them that resume a session, 0 to 1.
	Resumed float64 `json:"resumed"`
}

// mostConnections is more than any one service takes in a second.
const mostConnections = 1e9

// DefaultCapacities are what is told where nobody asked for a load.
func DefaultCapacities() []Capacity { return []Capacity{{1000, 0.5}, {1000, 0.9}} }

// String writes it as ParseCapacity reads it.
func (c Capacity) String() string {
	digits := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	share, _ := strconv.ParseFloat(strconv.FormatFloat(100*c.Resumed, 'g', 15, 64), 64)
	return digits(c.Rate) + "/s," + digits(share) + "%"
}

// ParseCapacity reads new connections a second and the share of them that
// resumes, as in "5000/s,70%". Blanks may surround either.
func ParseCapacity(text string) (Capacity, error) {
	const example = "want connections a second and the share that resumes, as in 5000/s,70%"
	rate, share, both := strings.Cut(text, ",")
	rate, share = strings.TrimSpace(rate), strings.TrimSpace(share)
	switch {
	case strings.TrimSpace(text) == "":
		return Capacity{}, errors.New("it is empty: " + example)
	case strings.Count(text, ",") > 1:
		return Capacity{}, fmt.Errorf("%.60q has %d commas: %s; thousands are written together, and fractions with a point", text, strings.Count(text, ","), example)
	case strings.HasSuffix(rate, "%") && both:
		return Capacity{}, fmt.Errorf("%.60q: the connections come first: %s", text, example)
	case !both && strings.HasSuffix(rate, "%"):
		return Capacity{}, fmt.Errorf("%.60q says nothing of connections a second: %s", text, example)
	case !both:
		return Capacity{}, fmt.Errorf("%.60q says nothing of the share that resumes: %s", text, example)
	}
	var c Capacity
	var err error
	if c.Rate, err = parseRate(rate); err != nil {
		return Capacity{}, err
	}
	c.Resumed, err = parseResumed(share)
	if err != nil {
		return Capacity{}, err
	}
	return c, nil
}

func parseRate(text string) (float64, error) {
	digits, ok := strings.CutSuffix(text, "/s")
	v, err := unsigned(strings.TrimSpace(digits))
	switch {
	case ok && err == nil && v > 0 && v <= mostConnections:
		return v, nil
	case !ok && err == nil:
		return 0, fmt.Errorf("%.60q has no unit: write %.60s/s, connections a second", text, text)
	case ok && err == nil:
		return 0, fmt.Errorf("%.60q: want more than 0/s and at most %.0f/s", text, float64(mostConnections))
	default:
		return 0, fmt.Errorf("%.60q is no number of connections a second: want one such as 5000/s", text)
	}
}

func parseResumed(text string) (float64, error) {
	digits, ok := strings.CutSuffix(text, "%")
	v, err := unsigned(strings.TrimSpace(digits))
	switch {
	case ok && err == nil && v <= 100:
		return v / 100, nil
	case ok && err == nil:
		return 0, fmt.Errorf("%.60q: no more than 100%% of the connections can resume", text)
	case !ok && err == nil && v <= 1:
		return 0, fmt.Errorf("%.60q has no unit: write %s%%, the share that resumes", text, strconv.FormatFloat(100*v, 'g', 6, 64))
	case !ok && err == nil:
		return 0, fmt.Errorf("%.60q has no unit: write %.60s%%, the share that resumes", text, text)
	default:
		return 0, fmt.Errorf("%.60q is no share: want one such as 70%%", text)
	}
}

// unsigned reads digits with at most one point among them: no sign, no exponent
// and no infinity.
func unsigned(digits string) (float64, error) {
	if strings.Trim(digits, "0123456789.") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(digits, 64)
}
