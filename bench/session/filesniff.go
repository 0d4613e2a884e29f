package session

import (
	"bytes"
	"encoding/json"
)

// sniff says what a file is that is no session file, where it is something
// that stands beside one.
func sniff(data []byte) string {
	trimmed := bytes.TrimSpace(data)
	has := func(part string) bool { return bytes.Contains(trimmed, []byte(part)) }
	switch {
	case len(trimmed) == 0:
		return "empty"
	case has("-----BEGIN SSL SESSION PARAMETERS-----"):
		return "a session of openssl s_client -sess_out"
	case has("-----BEGIN "):
		return "a PEM file of certificates or keys"
	case has("CLIENT_RANDOM ") || has("CLIENT_HANDSHAKE_TRAFFIC_SECRET "):
		return "a key log"
	}
	var result struct{ Schema, Tool, Plan json.RawMessage }
	switch err := json.Unmarshal(data, &result); {
	case err == nil && result.Schema != nil && result.Plan != nil:
		return "a result of tlsbench run"
	case json.Valid(data):
		return "other JSON"
	}
	return "something else"
}
