// Package neterr shortens errors of package net for people.
package neterr

import (
	"errors"
	"net"
)

// Bare drops what package net wraps around errors: operation and addresses,
// which name a new local port each time. A TLS alert of the other side stays as it
// is: crypto/tls gives it as a "remote error", by which it is known.
func Bare(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op != "remote error" && op.Err != nil {
		return op.Err
	}
	return err
}
