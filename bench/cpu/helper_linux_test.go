package cpu

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"
	"testing"
	"time"
	"tlsbench/bench/testchild"
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
type player struct{ *testchild.Process }

func start(role string) (player, error) {
	p, err := testchild.Start(roleVar+"="+role, "GOMAXPROCS=1", "GORACE=atexit_sleep_ms=0")
	if err != nil {
		return player{}, err
	}
	if _, err := p.Out.ReadString('\n'); err != nil {
		_ = p.End()
		return player{}, fmt.Errorf("%s does not get ready: %w", role, err)
	}
	return player{p}, nil
}

func (p player) end() { _ = p.End() }

func play(t testing.TB, role string) player {
	t.Helper()
	p, err := start(role)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.end)
	return p
}
