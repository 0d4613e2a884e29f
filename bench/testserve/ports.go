package testserve

import (
	"math/rand/v2"
	"net"
	"strconv"
)

// FreePorts returns n distinct ports of host that are free at the moment, below
// those that systems give to connections and to listeners that want any: there no
// client of another test's calls a server that is gone, nor takes its port.
func FreePorts(host string, n int) (ports []int, err error) {
	const from, to, tries = 16384, 32768, 100
	for try := 0; len(ports) < n; try++ {
		if try == tries {
			return nil, err
		}
		l, taken := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(from+rand.IntN(to-from))))
		if taken != nil {
			err = taken
			continue
		}
		defer l.Close() // held until all are found, so that they differ
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
