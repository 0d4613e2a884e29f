// Package tlsconf turns an arm's TLS options into a crypto/tls configuration,
// and what was negotiated back into the field's own names.
//
// It reads every file that the options name, so that a wrong option is found
// before anything is dialed. Of an arm's client certificates it also decides which
// one a connection presents.
package tlsconf

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"tlsbench/bench"
)

// Config is the configuration of an arm's connections, and what has to be
// closed after the last of them.
type Config struct {
	*tls.Config
	*common
}

// common is what all workers of an arm share.
type common struct {
	keyLog *os.File
	turn   atomic.Uint64 // of the certificates: how many were presented
	bare   atomic.Int64  // see OfferedInECH
}

// ForWorker is a Config of a worker's own, since cloning a tls.Config takes its
// lock. What it shares is what counts in an arm as a whole.
func (c *Config) ForWorker() *Config { return &Config{c.Config.Clone(), c.common} }

// Close ends the key log.
func (c *Config) Close() error {
	if c.keyLog == nil {
		return nil
	}
	return c.keyLog.Close()
}

// Client builds the configuration that all connections of an arm share. It has
// no session cache: each connection gets one of its own.
func Client(arm bench.Arm) (*Config, error) {
	o := arm.TLS
	config := &tls.Config{
		MinVersion:         uint16(o.MinVersion),
		MaxVersion:         uint16(o.MaxVersion),
		ServerName:         o.ServerName,
		NextProtos:         o.ALPN,
		InsecureSkipVerify: o.Insecure, // the user's explicit choice; the result warns of it
		RootCAs:            arm.Target.Roots,
	}
	if config.ServerName == "" {
		config.ServerName = arm.Target.Host
	}
	for _, name := range o.ALPN {
		if len(name) == 0 || len(name) > 255 { // RFC 7301 section 3.1
			return nil, fmt.Errorf("--alpn: a protocol's name has 1 to 255 bytes, and one has %d", len(name))
		}
	}
	var err error
	if config.CurvePreferences, err = groups(o.Groups); err != nil {
		return nil, err
	}
	if config.CipherSuites, err = suites(o.Ciphers, o.MinVersion); err != nil {
		return nil, err
	}
	if o.CAFile != "" {
		if config.RootCAs, err = roots(o.CAFile); err != nil {
			return nil, err
		}
	}
	c := &Config{config, &common{}}
	if err := c.identify(arm); err != nil {
		return nil, err
	}
	if err := c.encrypt(arm); err != nil {
		return nil, err
	}
	if o.KeyLog != "" {
		if c.keyLog, err = openKeyLog(o.KeyLog); err != nil {
			return nil, err
		}
		config.KeyLogWriter = c.keyLog
	}
	return c, nil
}

// Check reports what Client would fail on, without side effects: that the key
// log can be written shows only by opening it, so one that was not there is
// removed again.
func Check(arm bench.Arm) error {
	_, err := os.Lstat(arm.TLS.KeyLog)
	made := arm.TLS.KeyLog != "" && errors.Is(err, os.ErrNotExist)
	c, err := Client(arm)
	if err != nil {
		return err
	}
	err = c.Close()
	if made {
		err = errors.Join(err, os.Remove(arm.TLS.KeyLog))
	}
	return err
}

func roots(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--cacert: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("--cacert %s: there is no PEM certificate in it", file)
	}
	return pool, nil
}

// openKeyLog appends to a file that nobody else can read: who holds it can
// decrypt the connections.
func openKeyLog(file string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Clean(file), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("key log: %w", err)
	}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 && onUnix() {
		err = fmt.Errorf("key log %s: others can read it (mode %04o): chmod 600 it, or name another file with --keylog", file, info.Mode().Perm())
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func onUnix() bool { return os.PathSeparator == '/' }
