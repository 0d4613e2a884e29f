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

// Launcher starts another program's server with the settings of a query and
// returns once that answers; ctx bounds only the start.
type Launcher func(ctx context.Context, query string) (Running, error)

// Running is a server that has been started.
type Running interface {
	Endpoint() Endpoint
	Close() error // returns once nothing of it is left
}

// ChildMain is the whole of the child process that [StartChild] starts: a
// hidden command of the same binary calls it with its stdin and stdout and
// then exits. It serves requests until stdin ends, which it does however the
// parent ends, killed included. (Linux's Pdeathsig would not do: it fires when
// the thread that started the child ends.) The launchers, by scheme, are for
// the servers of other programs: so these, too, end however the parent does.
//
// It makes the process leave alone SIGINT and SIGHUP, which a terminal sends to
// parent and child alike, and SIGTERM, which service managers and timeout(1)
// do: the parent decides when its child ends.
//
// It returns nil at the end of stdin, and an error if ctx ends before that or
// stdin cannot be read or stdout written. Where ctx ends it, a goroutine stays
// blocked reading stdin.
func ChildMain(ctx context.Context, stdin io.Reader, stdout io.Writer, launchers map[string]Launcher) error {
	signal.Ignore(os.Interrupt, syscall.SIGHUP)
	// Caught, not ignored: what is ignored here is ignored by the programs that
	// are started, too, and SIGTERM is what ends them.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM)
	return serveRequests(ctx, stdin, stdout, &host{listen: Listen, launchers: launchers})
}

// host is the child's side: servers by their address.
type host struct {
	listen    func(Settings, string) (*Server, error)
	launchers map[string]Launcher
	servers   map[string]Running
}

// serveRequests answers one request after the other.
func serveRequests(ctx context.Context, stdin io.Reader, stdout io.Writer, h *host) (err error) {
	h.servers = map[string]Running{}
	defer func() { err = errors.Join(err, h.close()) }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	starting, abandon := context.WithCancel(ctx)
	defer abandon()
	lines, readError := readLines(ctx, stdin, abandon)
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
				answer, err = h.serve(starting, r)
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

// readLines closes lines at the end of stdin, and sends why that was. It calls
// ended at once, while the last line may still be worked on.
func readLines(ctx context.Context, stdin io.Reader, ended func()) (lines <-chan []byte, readError <-chan error) {
	found, failed := make(chan []byte), make(chan error, 1)
	go func() {
		defer close(found)
		defer ended()
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

func (h *host) serve(starting context.Context, r request) (response, error) {
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
		answer.Endpoint = h.keep(server)
	case opLaunch:
		launch, ok := h.launchers[r.Server]
		if !ok {
			return answer, fmt.Errorf("there is no server %s to launch", printable(r.Server))
		}
		server, err := launch(starting, r.Query)
		if err != nil {
			return answer, err
		}
		answer.Endpoint = h.keep(server)
		answer.Endpoint.Settings = Settings{} // the parent has them, and their stack
	case opCounts:
		server, ok := h.servers[r.Address].(*Server)
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

func (h *host) keep(server Running) *Endpoint {
	endpoint := server.Endpoint()
	h.servers[endpoint.Address] = server
	return &endpoint
}

func (h *host) close() error {
	var errs []error
	for _, server := range h.servers {
		errs = append(errs, server.Close())
	}
	return errors.Join(errs...)
}
