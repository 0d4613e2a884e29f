package process

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
)

// serverFolders are searched after the PATH: servers live in sbin, which users
// may lack.
func serverFolders() []string { return []string{"/usr/sbin", "/usr/local/sbin"} }

// Find looks for a program on the PATH and where servers live.
func Find(name string) (file string, ok bool) {
	return find(name, append(filepath.SplitList(os.Getenv("PATH")), serverFolders()...))
}

func find(name string, folders []string) (file string, ok bool) {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	for _, dir := range folders {
		if !filepath.IsAbs(dir) {
			continue // what is run must not depend on the folder that we are in
		}
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && executable(info) {
			return file, true
		}
	}
	return "", false
}

func executable(info os.FileInfo) bool {
	return runtime.GOOS == "windows" || info.Mode()&0o111 != 0
}

// FreePorts returns n distinct ports of host that are free at the moment.
func FreePorts(host string, n int) ([]int, error) {
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			return nil, err
		}
		defer l.Close() // held until all are found, so that they differ
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}
