//go:build !linux

package cpu

// Tree always fails here: the error wraps [ErrUnavailable].
func Tree(pid int) (Clock, error) {
	if err := checkPID(pid); err != nil {
		return nil, err
	}
	return nil, unavailable("a tree of processes")
}
