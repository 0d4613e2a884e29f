package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tlsbench/bench"
	"tlsbench/bench/target"
	"tlsbench/report"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	settings string
	listen   string
	caOut    string
	certOut  string
}

func newServe(main func(*cobra.Command, *serveOptions) error) *cobra.Command {
	o := &serveOptions{}
	c := &cobra.Command{
		Use:   "serve [embedded:?SETTINGS]",
		Short: "Run the embedded server in the foreground, for other tools",
		Long: `serve runs the server of embedded: targets in the foreground until it is
interrupted, and then prints how many handshakes of each kind it saw. Settings
are those of run's embedded: target. It listens on loopback only, with proto=h3
on UDP.`,
		Example: `  tlsbench serve "embedded:?key=rsa-2048&tls=1.2" --listen 127.0.0.1:8443 --write-ca ca.pem
  curl --cacert ca.pem https://localhost:8443/
  tlsbench serve "embedded:?proto=h3&retry=on"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				query, ok := strings.CutPrefix(args[0], bench.SchemeEmbedded+":")
				if !ok {
					return usage(fmt.Errorf("serve %q: want embedded:?SETTINGS", args[0]))
				}
				o.settings = strings.TrimPrefix(query, "?")
			}
			return main(c, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "loopback address and port, port 0 for a free one")
	f.StringVar(&o.caOut, "write-ca", "", "write the certificate to trust to this file")
	f.StringVar(&o.certOut, "write-client-cert", "", "with client-auth: write the client certificate and its key to this file")
	return c
}

func serveMain(c *cobra.Command, o *serveOptions) error {
	settings, err := parseSettings(target.Embedded(), o.settings)
	if err != nil {
		return usage(err)
	}
	if o.certOut != "" && settings.ClientAuth == target.ClientAuthNone {
		return usage(fmt.Errorf("--write-client-cert: the server asks for none: add client-auth=request or require"))
	}
	ctx, stop := interruptible(c.Context(), c.ErrOrStderr(), "closing")
	defer stop()
	if o.caOut != "" {
		if err := report.Writable(o.caOut); err != nil {
			return usage(fmt.Errorf("--write-ca: %w", err))
		}
	}
	server, err := target.Listen(settings, o.listen)
	var system *net.OpError
	if err != nil && !errors.As(err, &system) {
		return usage(fmt.Errorf("--listen %s: %w", o.listen, err))
	}
	if err != nil {
		return notRun(fmt.Errorf("--listen %s: %w", o.listen, err))
	}
	e := server.Endpoint()
	if err := o.writeFiles(e); err != nil {
		_ = server.Close()
		return notRun(err)
	}
	scheme := "https"
	if settings.Proto == target.ProtoH3 {
		scheme = "h3"
	}
	fmt.Fprintf(c.OutOrStdout(), "%s://%s/   (%s)\n", scheme, e.Address, e.Settings)
	<-ctx.Done()
	counts := server.Counts()
	if err := server.Close(); err != nil {
		return notRun(err)
	}
	fmt.Fprintf(c.OutOrStdout(), "handshakes: %d full, %d ticket, %d psk, %d 0rtt, %d failed\n",
		counts.Full, counts.Ticket, counts.PSK, counts.EarlyData, counts.Failed)
	return nil
}

// writeFiles writes what clients need; a private key for its owner only.
func (o *serveOptions) writeFiles(e target.Endpoint) error {
	if o.caOut != "" {
		if err := os.WriteFile(o.caOut, e.RootsPEM, 0o644); err != nil {
			return fmt.Errorf("--write-ca: %w", err)
		}
	}
	if o.certOut != "" {
		both := append(append([]byte{}, e.ClientCertPEM...), e.ClientKeyPEM...)
		f, err := os.OpenFile(o.certOut, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("--write-client-cert: %w", err)
		}
		if _, err := f.Write(both); err != nil {
			_ = f.Close()
			return fmt.Errorf("--write-client-cert: %w", err)
		}
		if err := f.Close(); err != nil {
			return fmt.Errorf("--write-client-cert: %w", err)
		}
	}
	return nil
}
