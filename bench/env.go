package bench

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"tlsbench/bench/limits"
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
	// ReservedPorts is how many of these are kept for others, TimeWaitReuse the
	// kernel's tcp_tw_reuse.
	ReservedPorts int `json:"reserved_ports,omitempty"`
	TimeWaitReuse int `json:"tcp_tw_reuse,omitempty"`
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
	l := limits.Read()
	e.OpenFiles, e.FirstPort, e.LastPort = l.Files, l.FirstPort, l.LastPort
	e.ReservedPorts, e.TimeWaitReuse = l.Reserved, l.TimeWaitReuse
	e.fill()
	return e
}

// limits are those that the fingerprint holds.
func (e Env) limits() limits.Limits {
	return limits.Limits{
		Files: e.OpenFiles, FirstPort: e.FirstPort, LastPort: e.LastPort,
		Reserved: e.ReservedPorts, TimeWaitReuse: e.TimeWaitReuse,
	}
}
