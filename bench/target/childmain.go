package target

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// ChildMain is the whole of the child process that [StartChild] starts: a
// hidden command of the same binary calls it with its stdin and stdout and
// then exits. It serves requests until stdin ends, which it does however the
// parent ends, killed included. (Linux's Pdeathsig would not do: it fires when
// the thread that started the child ends.)
//
// It makes the process ignore SIGINT and SIGHUP, which a terminal sends to
// parent and child alike: the parent decides when its child ends.
//
// It returns nil at the end of stdin, and an error if ctx ends before that or
// stdin cannot be read or stdout written. Where ctx ends it, a goroutine stays
// blocked reading stdin.
func ChildMain(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	signal.Ignore(os.Interrupt, syscall.SIGHUP)
	return serveRequests(ctx, stdin, stdout, Listen)
}

// host is the child's side: servers by their address.
type host struct {
	listen  func(Settings, string) (*Server, error)
	servers map[string]*Server
}

// serveRequests answers one request after the other.
func serveRequests(ctx context.Context, stdin io.Reader, stdout io.Writer, listen func(Settings, string) (*Server, error)) (err error) {
	h := &host{listen: listen, servers: map[string]*Server{}}
	defer func() { err = errors.Join(err, h.close()) }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines, readError := readLines(ctx, stdin)
	answers := json.NewEncoder(stdout)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return <-readError
			}
			r, err := decodeRequest(line)
			answer := response{ID: r.ID}
			if err == nil {
				answer, err = h.serve(r)
			}
			if err != nil {
				answer.Error = err.Error()
			}
			if err := answers.Encode(answer); err != nil {
				return fmt.Errorf("answering the parent: %w", err)
			}
			if r.Op == opStop {
				return nil
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// readLines closes lines at the end of stdin, and sends why that was.
func readLines(ctx context.Context, stdin io.Reader) (lines <-chan []byte, readError <-chan error) {
	found, failed := make(chan []byte), make(chan error, 1)
	go func() {
		defer close(found)
		scanner := bufio.NewScanner(stdin)
		scanner.Buffer(nil, maxLine)
		for scanner.Scan() {
			select {
			case found <- append([]byte(nil), scanner.Bytes()...):
			case <-ctx.Done():
				return
			}
		}
		if err := scanner.Err(); err != nil {
			failed <- fmt.Errorf("reading from the parent: %w", err)
			return
		}
		failed <- nil
	}()
	return found, failed
}

func (h *host) serve(r request) (response, error) {
	answer := response{ID: r.ID}
	switch r.Op {
	case opHello, opStop:
	case opGC:
		runtime.GC()
	case opListen:
		server, err := h.listen(*r.Settings, r.Address)
		if err != nil {
			return answer, err
		}
		endpoint := server.Endpoint()
		h.servers[endpoint.Address] = server
		answer.Endpoint = &endpoint
	case opCounts:
		server, ok := h.servers[r.Address]
		if !ok {
			return answer, fmt.Errorf("no embedded server listens on %s", printable(r.Address))
		}
		counts := server.Counts()
		answer.Counts = &counts
	default:
		return answer, fmt.Errorf("unknown operation %s", printable(r.Op))
	}
	return answer, nil
}

func (h *host) close() error {
	var errs []error
	for _, server := range h.servers {
		errs = append(errs, server.Close())
	}
	return errors.Join(errs...)
}
