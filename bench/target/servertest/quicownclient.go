package servertest

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/quic-go/quic-go/http3"
)

// askWithin bounds a request of our own over QUIC, where nobody refuses for a
// server that does not listen yet.
const askWithin = 2 * time.Second

// quicOwnClient is for a server's requests to itself. It never resumes.
type quicOwnClient struct{ config *tls.Config }

func newQUICOwnClient(t testing.TB, id *Identity) quicOwnClient {
	t.Helper()
	roots, err := readRoots(id.CAFile)
	if err != nil {
		t.Fatalf("certificates: %v", err)
	}
	return quicOwnClient{&tls.Config{RootCAs: roots, ServerName: "localhost"}}
}

// ask makes a connection with one request.
func (c quicOwnClient) ask(address string) error {
	transport := &http3.Transport{TLSClientConfig: c.config}
	defer transport.Close()
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+address+"/", nil)
	if err != nil {
		return err
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", response.Status)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
