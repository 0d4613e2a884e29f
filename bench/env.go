package bench

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// Tool says which build of the tool made a result.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Go      string `json:"go"`
}

// version is the tool's own version, where the build does not tell a better
// one.
const version = "0.1.0"

// ThisTool describes the running binary.
func ThisTool() Tool {
	t := Tool{Name: "tlsbench", Version: version, Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return t
	}
	if v := info.Main.Version; strings.HasPrefix(v, "v") {
		t.Version = strings.TrimPrefix(v, "v")
	}
	return t
}

// Env is a fingerprint of the machine that a result was measured on. Two
// results compare only as far as their machines do. What a platform does not
// tell is zero or empty.
type Env struct {
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	Kernel     string `json:"kernel,omitempty"`
	Host       string `json:"host,omitempty"`
	CPU        string `json:"cpu,omitempty"`
	CPUs       int    `json:"cpus"`
	GOMAXPROCS int    `json:"gomaxprocs"`
	OpenFiles  uint64 `json:"open_files_limit,omitempty"`
	FirstPort  int    `json:"first_ephemeral_port,omitempty"`
	LastPort   int    `json:"last_ephemeral_port,omitempty"`
}

// ThisEnv describes this machine.
func ThisEnv() Env {
	e := Env{
		OS:         runtime.GOOS,
		Arch:       runtime.GOARCH,
		CPUs:       runtime.NumCPU(),
		GOMAXPROCS: runtime.GOMAXPROCS(0),
	}
	if host, err := os.Hostname(); err == nil {
		e.Host = host
	}
	e.fill()
	return e
}

// ports is how many ephemeral ports there are for one pair of addresses, 0
// where that is not known.
func (e Env) ports() int {
	if e.LastPort == 0 {
		return 0
	}
	return e.LastPort - e.FirstPort + 1
}
