package session

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"time"
	"unicode"
)

// The form of a session file is JSON in exactly one spelling:
//
//	{"format":"tlsbench-sessions","version":1,"sha256":"…","content":{…}}
//
// The checksum is over the bytes of the content. What is read must be what
// would be written for it, so that nothing is unknown, twice or left over.
const (
	formatName    = "tlsbench-sessions"
	formatVersion = 1
	// maxFile bounds what a reader takes into memory.
	maxFile = 64 << 20
)

// The ways in which a file cannot be read.
var (
	ErrForeign = errors.New("no session file of tlsbench")
	ErrDamaged = errors.New("a damaged session file")
	ErrNewer   = errors.New("a session file of a newer tlsbench")
)

// damaged never says what stands in the file: that may be secret.
func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s: write it anew with --sessions-out", ErrDamaged, fmt.Sprintf(format, args...))
}

func foreign(what string) error {
	return fmt.Errorf("%w but %s: want one that --sessions-out wrote", ErrForeign, what)
}

// content is the checked part of a file.
type content struct {
	Address    string    `json:"address"`
	ServerName string    `json:"server_name"`
	Go         string    `json:"go"`
	Created    time.Time `json:"created"`
	Verified   bool      `json:"verified"`
	Sessions   []entry   `json:"sessions"`
}

func (f File) encode() ([]byte, error) {
	if len(f.Sessions) == 0 {
		return nil, errors.New("there is no session to write")
	}
	c := content{
		Address: f.Target.Address, ServerName: f.Target.ServerName,
		Go: f.Go, Created: f.Created.UTC(), Verified: f.Verified,
	}
	for i, s := range f.Sessions {
		e, err := newEntry(s)
		if err != nil {
			return nil, fmt.Errorf("session %d: %w", i+1, err)
		}
		c.Sessions = append(c.Sessions, e)
	}
	text, err := c.marshal()
	if err != nil {
		return nil, err
	}
	data := seal(text)
	if len(data) > maxFile {
		return nil, fmt.Errorf("%d sessions make %d MiB, and a session file may have %d MiB: write fewer, with --session-pool or -c",
			len(f.Sessions), len(data)>>20, maxFile>>20)
	}
	// A file that could not be read would be found out too late.
	if _, err := Decode(bytes.NewReader(data)); err != nil {
		return nil, fmt.Errorf("the sessions make %w", err)
	}
	return data, nil
}

func (c content) marshal() ([]byte, error) { return json.MarshalIndent(c, "", " ") }

// seal puts the content's bytes into their envelope.
func seal(content []byte) []byte {
	return fmt.Appendf(nil, "{\"format\":%q,\"version\":%d,\"sha256\":%q,\"content\":%s}\n",
		formatName, formatVersion, checksum(content), content)
}

func checksum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Decode reads what Encode wrote. It does not ask whether the sessions can be
// used here: see For.
func Decode(r io.Reader) (File, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return File{}, err
	}
	if len(data) > maxFile {
		return File{}, foreign(fmt.Sprintf("larger than the %d MiB that one may have", maxFile>>20))
	}
	text, err := unseal(data)
	if err != nil {
		return File{}, err
	}
	var c content
	if err := json.Unmarshal(text, &c); err != nil {
		return File{}, damaged("a field is not of its type")
	}
	if again, err := c.marshal(); err != nil || !bytes.Equal(again, text) {
		return File{}, damaged("it has fields that are unknown, twice there or not spelt as tlsbench does")
	}
	return c.file()
}

// unseal checks the envelope and returns the content's bytes.
func unseal(data []byte) ([]byte, error) {
	var envelope struct {
		Format  string
		Version int
		SHA256  string
		Content json.RawMessage
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	err := decoder.Decode(&envelope)
	switch {
	case err != nil && !bytes.HasPrefix(data, []byte(`{"format":"`+formatName+`"`)), err == nil && envelope.Format != formatName:
		return nil, foreign(sniff(data))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, damaged("it is cut short")
	case err != nil:
		return nil, damaged("it is broken at byte %d", decoder.InputOffset())
	case envelope.Version > formatVersion:
		return nil, fmt.Errorf("%w: its format is version %d, and this one reads %d: use that tlsbench, or write the file anew with this one",
			ErrNewer, envelope.Version, formatVersion)
	case len(bytes.TrimSpace(data[decoder.InputOffset():])) > 0:
		return nil, damaged("something follows its end")
	case envelope.SHA256 != checksum(envelope.Content):
		return nil, damaged("its checksum does not fit what it holds")
	case !bytes.Equal(seal(envelope.Content), data):
		return nil, damaged("its envelope is not as tlsbench writes it")
	}
	return envelope.Content, nil
}

func (c content) file() (File, error) {
	f := File{
		Target: Target{Address: c.Address, ServerName: c.ServerName},
		Go:     c.Go, Created: c.Created.UTC(), Verified: c.Verified,
	}
	if _, _, err := net.SplitHostPort(c.Address); err != nil || !printable(c.Address) {
		return File{}, damaged("its target is not of the form host:port")
	}
	if !printable(c.ServerName) || !printable(c.Go) {
		return File{}, damaged("the server name or the Go release is no printable text")
	}
	if !sensible(c.Created) {
		return File{}, damaged("it was written at no possible time")
	}
	if len(c.Sessions) == 0 {
		return File{}, damaged("it holds no session")
	}
	seen := map[identity]int{}
	for i, e := range c.Sessions {
		s, err := e.session()
		if errors.Is(err, ErrEncoding) && f.CheckGo() != nil {
			return File{}, fmt.Errorf("%w: %s wrote them, and crypto/tls of %s does not understand session %d: write the file anew with this tlsbench",
				ErrGoVersion, f.Go, runtime.Version(), i+1)
		}
		if err != nil {
			return File{}, damaged("session %d: %v", i+1, err)
		}
		if first, twice := seen[e.identity()]; twice {
			return File{}, damaged("session %d is session %d again", i+1, first)
		}
		seen[e.identity()] = i + 1
		f.Sessions = append(f.Sessions, s)
	}
	return f, nil
}

// printable keeps control codes from reaching a terminal.
func printable(s string) bool {
	return s != "" && len(s) <= 1024 && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// sensible bounds times to those that JSON and arithmetic can take.
func sensible(t time.Time) bool {
	year := t.UTC().Year()
	return 1970 <= year && year < 9999
}
