package bench

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"tlsbench/bench/limits"
	"tlsbench/bench/pin"
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
	// ClientCPUs and ServerCPUs are the processors to which this process was
	// held, and the servers that it started, as in "0-1+4"; empty where it could
	// use all.
	ClientCPUs string `json:"client_cpus,omitempty"`
	ServerCPUs string `json:"server_cpus,omitempty"`
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

// Pinned are the processors of both sides.
func (e Env) Pinned() (pin.Sides, error) {
	var s pin.Sides
	var err error
	if e.ClientCPUs != "" {
		if s.Client, err = pin.ParseSet(e.ClientCPUs); err != nil {
			return pin.Sides{}, fmt.Errorf("client_cpus: %w", err)
		}
	}
	if e.ServerCPUs != "" {
		if s.Server, err = pin.ParseSet(e.ServerCPUs); err != nil {
			return pin.Sides{}, fmt.Errorf("server_cpus: %w", err)
		}
	}
	return s, nil
}

// limits are those that the fingerprint holds.
func (e Env) limits() limits.Limits {
	return limits.Limits{
		Files: e.OpenFiles, FirstPort: e.FirstPort, LastPort: e.LastPort,
		Reserved: e.ReservedPorts, TimeWaitReuse: e.TimeWaitReuse,
	}
}
