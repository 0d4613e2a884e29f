// Package request makes the HTTP requests of arms and reads the responses to
// them, alike in every version of HTTP.
package request

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"tlsbench/bench"
)

// Of makes the request of an arm. Its errors name the option that is wrong.
func Of(arm bench.Arm) (*http.Request, error) {
	u, err := url.Parse("https://" + authority(arm.Target) + arm.Target.Path)
	if err != nil {
		return nil, fmt.Errorf("target %s: %w", arm.Target.URL, err)
	}
	req, err := http.NewRequest(arm.HTTP.Method, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("--method %s: %w", arm.HTTP.Method, err)
	}
	req.Header = arm.HTTP.Headers.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	for name, values := range req.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return nil, fmt.Errorf("-H: %q is no name of a header", name)
		}
		invalid := func(value string) bool { return !httpguts.ValidHeaderFieldValue(value) }
		if slices.ContainsFunc(values, invalid) {
			return nil, fmt.Errorf("-H %s: its value holds a line break or another control character", name)
		}
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
		req.Header.Del("Host")
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "tlsbench")
	}
	return req, nil
}

// authority leaves the default port out, as clients do.
func authority(t bench.Target) string {
	if t.Port != "443" {
		return t.Address()
	}
	return strings.TrimSuffix(t.Address(), ":443")
}

// drainLimit is how much of a response is read before the connection is
// closed.
const drainLimit = 64 << 10

// Drain reads a response, up to 64 KiB of it, and closes it.
func Drain(resp *http.Response) error {
	var err error
	// What follows "switching protocols" is a conversation, not a body.
	if resp.StatusCode != http.StatusSwitchingProtocols {
		_, err = io.CopyN(io.Discard, resp.Body, drainLimit)
	}
	_ = resp.Body.Close()
	if err == io.EOF {
		return nil
	}
	return err
}
