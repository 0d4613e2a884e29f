package servertest

import (
	"fmt"
	"net"
	"time"
)

// greets asks whether a server speaks first on all of these addresses.
func greets(addresses ...string) func() error {
	return eachAnswers(addresses, func(c net.Conn) error {
		_, err := c.Read(make([]byte, 1))
		return err
	})
}

// listens asks whether a server takes connections on all of these addresses.
func listens(addresses ...string) func() error {
	return eachAnswers(addresses, func(net.Conn) error { return nil })
}

// all asks several questions, each once those before are answered.
func all(questions ...func() error) func() error {
	return func() error {
		for _, ask := range questions {
			if err := ask(); err != nil {
				return err
			}
		}
		return nil
	}
}

func eachAnswers(addresses []string, ask func(net.Conn) error) func() error {
	return func() error {
		for _, address := range addresses {
			c, err := net.Dial("tcp", address)
			if err != nil {
				return err
			}
			_ = c.SetDeadline(time.Now().Add(settleWithin))
			err = ask(c)
			c.Close()
			if err != nil {
				return fmt.Errorf("%s: %w", address, err)
			}
		}
		return nil
	}
}
