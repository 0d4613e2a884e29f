package target

import (
	"crypto/tls"
	"net/http"
	"slices"
	"strconv"

	"github.com/quic-go/quic-go/http3"
)

// body is what every request gets.
const body = "ok\n"

func answer(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write([]byte(body)) // an error means that the client is gone
}

// serverConfig leaves groups and cipher suites at crypto/tls's defaults: the
// client pins them.
func serverConfig(s Settings, keys *pki) *tls.Config {
	config := &tls.Config{
		Certificates:             []tls.Certificate{keys.server},
		MinVersion:               s.MinVersion,
		MaxVersion:               s.MaxVersion,
		NextProtos:               alpn(s.Proto),
		SessionTicketsDisabled:   !s.Tickets,
		ClientAuth:               clientAuthType(s.ClientAuth),
		ClientCAs:                keys.clientRoots,
		EncryptedClientHelloKeys: keys.echKeys,
	}
	if s.MinVersion < tls.VersionTLS12 {
		config.GetConfigForClient = withoutHTTP2(config)
	}
	return config
}

func alpn(p Proto) []string {
	switch p {
	case ProtoH1:
		return []string{"http/1.1"}
	case ProtoH3:
		return []string{http3.NextProtoH3}
	default:
		return []string{"h2", "http/1.1"}
	}
}

// withoutHTTP2 keeps ALPN from choosing h2 for a client below TLS 1.2, with
// which HTTP/2 refuses to work (RFC 9113, section 9.2).
func withoutHTTP2(config *tls.Config) func(*tls.ClientHelloInfo) (*tls.Config, error) {
	old := config.Clone()
	old.NextProtos = []string{"http/1.1"}
	modern := func(v uint16) bool { return v >= tls.VersionTLS12 && v <= config.MaxVersion }
	return func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if slices.ContainsFunc(hello.SupportedVersions, modern) {
			return nil, nil // config itself
		}
		return old, nil
	}
}

func clientAuthType(a ClientAuth) tls.ClientAuthType {
	switch a {
	case ClientAuthRequest:
		return tls.VerifyClientCertIfGiven
	case ClientAuthRequire:
		return tls.RequireAndVerifyClientCert
	default:
		return tls.NoClientCert
	}
}
