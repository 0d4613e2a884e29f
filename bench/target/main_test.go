package target

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// The test binary plays other processes where this variable says so.
const roleVariable = "TLSBENCH_TARGET_TEST_ROLE"

const (
	roleChild  = "child"  // what the hidden command does
	roleParent = "parent" // starts a child, prints its pid, waits to be killed
	roleCrash  = "crash"  // panics at the first request
	roleAlien  = "alien"  // speaks no protocol, and stays
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case roleChild:
		if err := ChildMain(context.Background(), os.Stdin, os.Stdout, nil); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case roleParent:
		child, err := StartChild(context.Background(), command(roleChild))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if _, err := child.Listen(context.Background(), DefaultSettings(), "127.0.0.1:0"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(child.PID())
		io.Copy(io.Discard, os.Stdin)
	case roleCrash:
		bufio.NewReader(os.Stdin).ReadString('\n')
		panic("out of cheese")
	case roleAlien:
		fmt.Println("Usage: not what you meant")
		io.Copy(io.Discard, os.Stdin)
	default:
		goleak.VerifyTestMain(m)
	}
}

func command(role string) Command {
	return Command{Path: os.Args[0], Args: []string{"tlsbench-test-child"}, Env: []string{roleVariable + "=" + role}}
}
