package target

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// errNoAnswer is a child of another version, or one that is not ours.
var errNoAnswer = errors.New("embedded server: the answer lacks what was asked for")

// call sends one request and waits for its answer, the end of the child, or
// the end of ctx.
func (c *Child) call(ctx context.Context, r request) (response, error) {
	fail := func(err error) (response, error) {
		if r.Op == opLaunch {
			return response{}, fmt.Errorf("starting %s: %w", r.Server, err)
		}
		return response{}, fmt.Errorf("embedded server: %s: %w", r.Op, err)
	}
	if err := ctx.Err(); err != nil {
		return fail(err)
	}
	answered := make(chan response, 1)
	c.mu.Lock()
	c.lastID++
	r.ID = c.lastID
	c.waiting[r.ID] = answered
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.waiting, r.ID)
		c.mu.Unlock()
	}()
	line, err := json.Marshal(r)
	if err != nil {
		return fail(err)
	}
	c.write(append(line, '\n')) // where it fails the child has ended or is about to, and why comes with done
	select {
	case answer := <-answered:
		if answer.Error != "" {
			return response{}, errors.New(answer.Error)
		}
		return answer, nil
	case <-c.done:
		return fail(c.failure)
	case <-ctx.Done():
		return fail(context.Cause(ctx))
	}
}

// write does not block for long: a pipe holds more than the few requests that
// are ever open at a time.
func (c *Child) write(line []byte) {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.stdin.Write(line)
}

// watch hands out the child's answers and, once there are no more, sees to its
// end. A child that says anything else is killed.
func (c *Child) watch(stdout io.Reader) {
	defer close(c.done)
	alien := c.readAnswers(stdout)
	if alien != nil {
		c.cmd.Process.Kill() // an error means that it has ended by now
	}
	c.ended = c.cmd.Wait()
	c.failure = c.epitaph(alien)
	if c.ended != nil || alien != nil {
		c.ended = c.failure
	}
}

func (c *Child) readAnswers(stdout io.Reader) error {
	scanner := bufio.NewScanner(stdout)
	scanner.Buffer(nil, maxLine)
	for scanner.Scan() {
		answer, err := decodeResponse(scanner.Bytes())
		if err != nil {
			return notAnAnswer(scanner.Bytes(), err)
		}
		c.mu.Lock()
		if waiting, ok := c.waiting[answer.ID]; ok {
			delete(c.waiting, answer.ID)
			waiting <- answer
		}
		c.mu.Unlock()
	}
	return scanner.Err()
}

// notAnAnswer quotes only what cannot be a damaged answer: those hold keys.
func notAnAnswer(line []byte, err error) error {
	if len(line) > 0 && line[0] != '{' {
		return fmt.Errorf("it printed %s, which is no answer", printable(string(line)))
	}
	return fmt.Errorf("its answer cannot be read: %w", err)
}

// epitaph says that, how and why the child ended.
func (c *Child) epitaph(alien error) error {
	text := fmt.Sprintf("the child process (pid %d) has ended: %v", c.PID(), c.cmd.ProcessState)
	if alien != nil {
		text += "; " + alien.Error()
	}
	if reason := c.stderr.reason(); reason != "" {
		text += "; its stderr: " + reason
	}
	return errors.New(text)
}
