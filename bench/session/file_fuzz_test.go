package session

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// FuzzDecode feeds files as they are, and contents under a checksum that fits,
// which mutation would never find. What decodes encodes again to an equal file.
func FuzzDecode(f *testing.F) {
	s := realSessions(f)
	over := s.psk
	over.Granted, over.Lifetime = time.Now().Add(-time.Hour), time.Minute
	old, err := os.ReadFile(filepath.Join("testdata", "v1.sessions"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range []File{mustDecode(f, old), fileOf(s.ticket), fileOf(s.psk), fileOf(s.id), fileOf(s.ticket, over, s.id)} {
		data := encoded(f, file)
		f.Add(data)
		text, err := unseal(data)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"format":"tlsbench-sessions","version":2,"sha256":"","content":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		roundTrip(t, data)
		var c content
		if json.Unmarshal(data, &c) != nil {
			return
		}
		if text, err := c.marshal(); err == nil {
			roundTrip(t, seal(text))
		}
	})
}

func roundTrip(t *testing.T, data []byte) {
	file, err := Decode(bytes.NewReader(data))
	if err != nil {
		return
	}
	wantEqual(t, mustDecode(t, encoded(t, file)), file)
}
