package cpu

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"testing"
	"time"
)

const roleVar = "TLSBENCH_CPU_TEST_ROLE"

// TestMain also plays the processes that the tests measure. Each ends when its
// standard input does, so that none survives the test.
func TestMain(m *testing.M) {
	switch os.Getenv(roleVar) {
	case "busy":
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(0)
		}()
		fmt.Println("ready")
		for {
			work(time.Millisecond)
		}
	case "parent": // idle itself; a line of input ends its busy child
		child, err := start("busy")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("ready")
		in := bufio.NewReader(os.Stdin)
		_, err = in.ReadString('\n')
		child.end()
		if err != nil {
			return
		}
		fmt.Println("ended")
		_, _ = io.Copy(io.Discard, in)
	default:
		os.Exit(m.Run())
	}
}

// player is this test binary playing a role.
type player struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(role string) (*player, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &player{cmd: exec.Command(path)}
	p.cmd.Env = append(os.Environ(), roleVar+"="+role, "GOMAXPROCS=1", "GORACE=atexit_sleep_ms=0")
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if _, err := p.out.ReadString('\n'); err != nil {
		p.end()
		return nil, fmt.Errorf("%s does not get ready: %w", role, err)
	}
	return p, nil
}

func (p *player) pid() int { return p.cmd.Process.Pid }

func (p *player) end() {
	_ = p.in.Close()
	_ = p.cmd.Wait()
}

func play(t testing.TB, role string) *player {
	t.Helper()
	p, err := start(role)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.end)
	return p
}
