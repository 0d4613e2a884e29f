package session

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"tlsbench/bench/wholefile"
)

// fileOf is a file as this process would write it, with sessions that servers
// really granted.
func fileOf(sessions ...Session) File {
	return File{
		Target: Target{Address: "server.example:8443", ServerName: "server.example"},
		Go:     runtime.Version(), Created: time.Now().UTC().Round(0), Verified: true, Sessions: sessions,
	}
}

func encoded(t testing.TB, f File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func mustDecode(t testing.TB, data []byte) File {
	t.Helper()
	f, err := Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// wantEqual compares files, and sessions by what crypto/tls would offer.
func wantEqual(t testing.TB, got, want File) {
	t.Helper()
	bare := func(f File) File { f.Sessions = nil; return f }
	if !reflect.DeepEqual(bare(got), bare(want)) || len(got.Sessions) != len(want.Sessions) {
		t.Fatalf("got %+v, want %+v", got, want)
	}
	for i := range got.Sessions {
		g, w := got.Sessions[i], want.Sessions[i]
		ge, err := newEntry(g)
		if err != nil {
			t.Fatal(err)
		}
		we, err := newEntry(w)
		if err != nil {
			t.Fatal(err)
		}
		if ge.identity() != we.identity() {
			t.Errorf("session %d: another state, ticket or ID", i)
		}
		if g.Version != w.Version || !g.Granted.Equal(w.Granted) || !g.NotAfter.Equal(w.NotAfter) || g.Lifetime != w.Lifetime || g.ID != w.ID {
			t.Errorf("session %d: another description", i)
		}
	}
}

func TestFileRoundTrip(t *testing.T) {
	s := realSessions(t)
	want := fileOf(s.ticket, s.psk, s.id)
	data := encoded(t, want)
	got := mustDecode(t, data)
	// What was not looked up before is known afterwards.
	for i, one := range []Mechanism{ByTicket, ByPSK, ByID} {
		g := got.Sessions[i]
		if g.Mechanism() != one || g.NotAfter.IsZero() || (g.Lifetime > 0) != (one == ByPSK) {
			t.Errorf("%s: %s until %v, for %v", one, g.Mechanism(), g.NotAfter, g.Lifetime)
		}
		want.Sessions[i].NotAfter, want.Sessions[i].Lifetime = g.NotAfter, g.Lifetime
	}
	wantEqual(t, got, want)
	if again := encoded(t, got); !bytes.Equal(again, data) {
		t.Error("the file that was read is written in another way")
	}
}

// Files of the first version stay readable, unless a Go release changes what
// crypto/tls reads.
func TestFileOfVersion1(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "v1.sessions"))
	if err != nil {
		t.Fatal(err)
	}
	f := mustDecode(t, data)
	if len(f.Sessions) != 3 || f.Go != "go1.26.8" || f.Target.Address != "server.example:8443" || !f.Verified {
		t.Errorf("%+v", f)
	}
	if again := encoded(t, f); !bytes.Equal(again, data) {
		t.Error("it is written in another way now: that takes another version")
	}
}

// A session that went through a file is resumed.
func TestFileSessionsResume(t *testing.T) {
	for _, version := range versions() {
		server := newServer(t, version)
		granted := server.dial(t, Session{}).granted
		f := mustDecode(t, encoded(t, fileOf(granted)))
		if again := server.dial(t, f.Sessions[0]); !again.resumed {
			t.Errorf("%s: not resumed", versionName(version))
		}
	}
}

func TestFilePrintsNoSecret(t *testing.T) {
	s := realSessions(t)
	f := fileOf(s.ticket, s.psk, s.id)
	var secrets []string
	for _, one := range f.Sessions {
		e, err := newEntry(one)
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range [][]byte{e.State, e.Ticket, e.ID} {
			if len(raw) == 0 {
				continue
			}
			raw = raw[:min(len(raw), 48)]
			secrets = append(secrets, string(raw), hex.EncodeToString(raw), base64.StdEncoding.EncodeToString(raw[:len(raw)/3*3]))
		}
	}
	printed := []string{}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		printed = append(printed, fmt.Sprintf(format, f), fmt.Sprintf(format, &f))
	}
	for _, v := range []any{f, &f, f.Sessions, f.Sessions[2], map[string]any{"x": f}} {
		text, err := json.Marshal(v)
		if err == nil {
			t.Errorf("%T became JSON", v)
		}
		printed = append(printed, string(text), err.Error())
	}
	for _, text := range printed {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Fatalf("a secret in %.80q", text)
			}
		}
	}
	// The check finds what is there.
	if !strings.Contains(string(encoded(t, f)), secrets[2]) {
		t.Error("the secrets are not those of the file")
	}
}

// resealed edits the content and makes the checksum fit again.
func resealed(t *testing.T, data []byte, edit func(*content)) []byte {
	t.Helper()
	text, err := unseal(data)
	if err != nil {
		t.Fatal(err)
	}
	var c content
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	edit(&c)
	if text, err = c.marshal(); err != nil {
		t.Fatal(err)
	}
	return seal(text)
}

func TestDecodeRefuses(t *testing.T) {
	s := realSessions(t)
	const ticket, psk, id = 0, 1, 2 // as they stand in the file
	good := encoded(t, fileOf(s.ticket, s.psk, s.id))
	replace := func(old, new string) []byte { return bytes.Replace(good, []byte(old), []byte(new), 1) }
	content1 := func(old, new string) []byte {
		text, err := unseal(good)
		if err != nil {
			t.Fatal(err)
		}
		return seal(bytes.Replace(text, []byte(old), []byte(new), 1))
	}
	entry1 := func(i int, do func(*entry)) []byte {
		return resealed(t, good, func(c *content) { do(&c.Sessions[i]) })
	}
	whole := func(do func(*content)) []byte { return resealed(t, good, do) }
	tests := []struct {
		name string
		data []byte
		is   error
		says string
	}{
		{"empty", nil, ErrForeign, "but empty"},
		{"text", []byte("hello"), ErrForeign, "something else"},
		{"a result", []byte(`{"schema":1,"tool":{},"plan":{}}`), ErrForeign, "a result of tlsbench run"},
		{"JSON", []byte(`{"a":1}`), ErrForeign, "other JSON"},
		{"JSON array", []byte(`[1]`), ErrForeign, "other JSON"},
		{"OpenSSL's", []byte("-----BEGIN SSL SESSION PARAMETERS-----\nx"), ErrForeign, "openssl s_client"},
		{"PEM", []byte("-----BEGIN PRIVATE KEY-----\nx"), ErrForeign, "PEM"},
		{"key log", []byte("CLIENT_RANDOM 00 00\n"), ErrForeign, "key log"},
		{"another format", replace(formatName, "tlsbench-session0"), ErrForeign, "other JSON"},
		{"newer", replace(`"version":1`, `"version":2`), ErrNewer, "version 2, and this one reads 1"},
		{"version 0", replace(`"version":1`, `"version":0`), ErrDamaged, "envelope"},
		{"version text", replace(`"version":1`, `"version":"x"`), ErrDamaged, "broken"},
		{"cut short", good[:len(good)/2], ErrDamaged, "cut short"},
		{"a byte lost", good[:len(good)-2], ErrDamaged, "cut short"},
		{"trailing", append(bytes.Clone(good), "{}"...), ErrDamaged, "follows its end"},
		{"twice", append(bytes.Clone(good), good...), ErrDamaged, "follows its end"},
		{"trailing space", append(bytes.Clone(good), '\n'), ErrDamaged, "envelope"},
		{"checksum", replace("server.example:8443", "server.example:8444"), ErrDamaged, "checksum"},
		{"unknown in the envelope", replace(`"version":1`, `"version":1,"x":0`), ErrDamaged, "envelope"},
		{"unknown in the content", content1(`"verified": true`, `"verified": true,"x":0`), ErrDamaged, "unknown"},
		{"unknown in a session", content1(`"tls": "1.2"`, `"tls": "1.2","x":0`), ErrDamaged, "unknown"},
		{"a key twice", content1(`"verified": true`, "\"verified\": false,\n \"verified\": true"), ErrDamaged, "twice"},
		{"another type", content1(`"verified": true`, `"verified": "yes"`), ErrDamaged, "type"},
		{"no base64", content1(`"state": "`, `"state": "!`), ErrDamaged, "type"},
		{"no port", whole(func(c *content) { c.Address = "server.example" }), ErrDamaged, "host:port"},
		{"control codes", whole(func(c *content) { c.ServerName = "\x1b[2J" }), ErrDamaged, "printable"},
		{"no Go release", whole(func(c *content) { c.Go = "" }), ErrDamaged, "printable"},
		{"no time", whole(func(c *content) { c.Created = time.Time{} }), ErrDamaged, "no possible time"},
		{"nothing", whole(func(c *content) { c.Sessions = nil }), ErrDamaged, "no session"},
		{"the same session", whole(func(c *content) { c.Sessions[1] = c.Sessions[0] }), ErrDamaged, "session 2 is session 1 again"},
		{"unknown kind", entry1(ticket, func(e *entry) { e.Kind = "cookie" }), ErrDamaged, "session 1: its kind"},
		{"unknown version", entry1(ticket, func(e *entry) { e.TLS = "1.4" }), ErrDamaged, "TLS version"},
		{"a ticket of 1.3", entry1(ticket, func(e *entry) { e.TLS = "1.3" }), ErrDamaged, "TLS 1.3 has no ticket"},
		{"a ticket of 1.1", entry1(ticket, func(e *entry) { e.TLS = "1.1" }), ErrDamaged, "another TLS version"},
		{"a psk of 1.2", entry1(psk, func(e *entry) { e.TLS = "1.2" }), ErrDamaged, "TLS 1.2 has no psk"},
		{"a psk as ticket", entry1(psk, func(e *entry) { e.TLS, e.Kind = "1.2", ByTicket }), ErrDamaged, "another TLS version"},
		{"no ticket", entry1(ticket, func(e *entry) { e.Ticket = nil }), ErrDamaged, "has a ticket"},
		{"an empty ticket", entry1(psk, func(e *entry) { e.Ticket = []byte{} }), ErrDamaged, "has a ticket"},
		{"no ID", entry1(id, func(e *entry) { e.ID = nil }), ErrDamaged, "an ID of 32 bytes"},
		{"a short ID", entry1(id, func(e *entry) { e.ID = e.ID[:31] }), ErrDamaged, "an ID of 32 bytes"},
		{"ID and ticket", entry1(id, func(e *entry) { e.Ticket = []byte{1} }), ErrDamaged, "no ticket"},
		{"ticket and ID", entry1(ticket, func(e *entry) { e.ID = make([]byte, 32) }), ErrDamaged, "no ID"},
		{"no state", entry1(ticket, func(e *entry) { e.State = nil }), ErrDamaged, "session 1"},
		{"half a state", entry1(ticket, func(e *entry) { e.State = e.State[:len(e.State)/2] }), ErrDamaged, "session 1"},
		{"a longer state", entry1(ticket, func(e *entry) { e.State = append(e.State, 0) }), ErrDamaged, "session 1"},
		{"a server's state", entry1(psk, func(e *entry) { e.State[2] = 1 }), ErrDamaged, "session 2"},
		{"another end", entry1(ticket, func(e *entry) { *e.NotAfter = e.NotAfter.Add(time.Hour) }), ErrDamaged, "ends at another time"},
		{"lifetime", entry1(psk, func(e *entry) { *e.Lifetime = -1 }), ErrDamaged, "lifetime"},
		{"granted", entry1(ticket, func(e *entry) { e.Granted = time.Time{} }), ErrDamaged, "no possible time"},
		{"another Go release's state", whole(func(c *content) {
			c.Go, c.Sessions[1].State = "go1.99.1", []byte("otherwise")
		}), ErrGoVersion, "go1.99.1 wrote them, and crypto/tls of " + runtime.Version() + " does not understand session 2"},
		{"large", make([]byte, maxFile+1), ErrForeign, "larger than the 64 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if bytes.Equal(tt.data, good) {
				t.Fatal("nothing was changed")
			}
			_, err := Decode(bytes.NewReader(tt.data))
			if !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v: want %v that says %q", err, tt.is, tt.says)
			}
			if err != nil && (len(err.Error()) > 300 || strings.Contains(err.Error(), "\n")) {
				t.Errorf("more than a line: %.400q", err)
			}
		})
	}
	if _, err := Decode(bytes.NewReader(good)); err != nil {
		t.Error(err)
	}
	broken := errors.New("broken disk")
	if _, err := Decode(io.MultiReader(bytes.NewReader(good[:10]), failing{broken})); !errors.Is(err, broken) {
		t.Errorf("a reader's error became %v", err)
	}
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// Every single byte that is lost or changed is noticed, and no error repeats
// the file.
func TestDecodeNoticesEachByte(t *testing.T) {
	good := encoded(t, fileOf(realSessions(t).psk))
	for i := range good {
		changed := bytes.Clone(good)
		changed[i] ^= 1
		for _, data := range [][]byte{changed, good[:i]} {
			_, err := Decode(bytes.NewReader(data))
			if err == nil {
				t.Fatalf("byte %d: not noticed", i)
			}
			if len(err.Error()) > 200 {
				t.Fatalf("byte %d: %v", i, err)
			}
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	s := realSessions(t)
	long := s.ticket
	long.NotAfter = time.Now()
	for name, f := range map[string]File{
		"nothing":     fileOf(),
		"no session":  fileOf(Session{}),
		"no state":    fileOf(label(1)...),
		"twice":       fileOf(s.psk, s.psk),
		"another end": fileOf(long),
		"no target":   {Go: "go1.26", Created: time.Now(), Sessions: []Session{s.psk}},
	} {
		var b bytes.Buffer
		if err := f.Encode(&b); err == nil || b.Len() > 0 {
			t.Errorf("%s: %d bytes and error %v", name, b.Len(), err)
		}
	}
}

func TestUnique(t *testing.T) {
	s := realSessions(t)
	again := mustDecode(t, encoded(t, fileOf(s.psk))).Sessions[0]
	all, err := Unique([]Session{s.ticket, s.psk, s.id, s.ticket, again})
	if err != nil || len(all) != 3 || all[0] != s.ticket || all[1] != s.psk || all[2] != s.id {
		t.Errorf("%d sessions, %v", len(all), err)
	}
	if _, err := Unique(label(1)); err == nil {
		t.Error("a session without a state was taken")
	}
}

func TestFor(t *testing.T) {
	s := realSessions(t)
	now := time.Now()
	over := s.psk
	over.Granted, over.Lifetime = now.Add(-2*time.Hour), time.Hour
	file := fileOf(s.ticket, over, s.id)
	use := Use{Target: file.Target, Verify: true}
	edit := func(do func(*File)) File { f := file; do(&f); return f }
	tests := []struct {
		name    string
		file    File
		use     Use
		usable  int
		expired int
		is      error
		says    []string
	}{
		{"as it is", file, use, 2, 1, nil, nil},
		{"another case", edit(func(f *File) { f.Target.Address = "SERVER.example:8443" }), use, 2, 1, nil, nil},
		{"another port", edit(func(f *File) { f.Target.Address = "server.example:443" }), use, 0, 0, ErrTarget,
			[]string{"server.example:443", "server.example:8443", "--sessions-force"}},
		{"another name", edit(func(f *File) { f.Target.ServerName = "other.example" }), use, 0, 0, ErrTarget, []string{"other.example", "server name server.example"}},
		{"another target, forced", edit(func(f *File) { f.Target.Address = "x:1" }), Use{use.Target, true, true}, 2, 1, nil, nil},
		{"another Go", edit(func(f *File) { f.Go = "go1.99" }), use, 0, 0, ErrGoVersion, []string{"go1.99", runtime.Version(), "--sessions-force"}},
		{"another Go, forced", edit(func(f *File) { f.Go = "go1.99" }), Use{use.Target, true, true}, 2, 1, nil, nil},
		{"unverified", edit(func(f *File) { f.Verified = false }), use, 0, 0, ErrUnverified, []string{"--insecure"}},
		{"unverified, forced", edit(func(f *File) { f.Verified = false }), Use{use.Target, true, true}, 0, 0, ErrUnverified, nil},
		{"unverified, into an unverified run", edit(func(f *File) { f.Verified = false }), Use{Target: use.Target}, 2, 1, nil, nil},
		{"all over", edit(func(f *File) { f.Sessions = []Session{over} }), use, 0, 1, ErrExpired,
			[]string{over.Expires().UTC().Format(time.RFC3339), "--sessions-out"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			usable, expired, err := tt.file.For(tt.use, now)
			if len(usable) != tt.usable || expired != tt.expired || !errors.Is(err, tt.is) {
				t.Errorf("%d usable, %d expired, %v", len(usable), expired, err)
			}
			for _, part := range tt.says {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("%v does not say %q", err, part)
				}
			}
		})
	}
}

func TestSameRelease(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"go1.26.8", "go1.26.8", true}, {"go1.26.8", "go1.26.1", true}, {"go1.26.8", "go1.26rc1", true},
		{"go1.26.8", "go1.26.8 X:nogreenteagc", true}, {"go1.26.8", "go1.25.9", false}, {"go1.26", "go1.2", false},
		{"devel go1.27-abc", "devel go1.27-abc", true}, {"devel go1.27-abc", "devel go1.27-abd", false},
		{"devel go1.27-abc", "go1.27", false}, {"nonsense", "other nonsense", false},
	} {
		if sameRelease(tt.a, tt.b) != tt.same || sameRelease(tt.b, tt.a) != tt.same {
			t.Errorf("%q and %q: want %v", tt.a, tt.b, tt.same)
		}
	}
}

func TestSaveAndLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	want := mustDecode(t, encoded(t, fileOf(realSessions(t).psk)))
	if err := want.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, got, want)

	for name, is := range map[string]error{"missing": fs.ErrNotExist, ".": nil} {
		if _, err := Load(filepath.Join(dir, name)); err == nil || is != nil && !errors.Is(err, is) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "foreign"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(filepath.Join(dir, "foreign")); !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), "foreign: ") {
		t.Errorf("the error does not name the file: %v", err)
	}
	if os.PathSeparator != '/' {
		return
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); !errors.Is(err, wholefile.ErrReadable) {
		t.Errorf("load: %v", err)
	}
	if err := want.Save(path); !errors.Is(err, wholefile.ErrReadable) {
		t.Errorf("save: %v", err)
	}
}
