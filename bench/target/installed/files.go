package installed

import "tlsbench/bench/limits"

const (
	fewConnections  = 8192    // of one process, where the limit is not known
	mostConnections = 1 << 16 // more than a client address has ports
	otherFiles      = 64      // of a server: listeners, logs, pipes
)

// allowedFiles is how many a server may open that raises its limit as far as it
// is allowed to, 0 where that is not known. Go raises the limit for itself only:
// a server inherits the one that the user set.
func allowedFiles() uint64 { return min(limits.Read().HardFiles, mostConnections+otherFiles) }

// connections is how many a process with so many files can have.
func connections(files uint64) uint64 {
	switch {
	case files == 0:
		return fewConnections
	case files < 2*otherFiles:
		return max(files/2, 1)
	}
	return files - otherFiles
}
