package saved

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// member is the part that a field of that name gets.
func member(text []byte, field string) (found json.RawMessage, err error) {
	err = members("x", text, func(name string, value json.RawMessage) {
		if strings.EqualFold(name, field) {
			found = value
		}
	})
	return found, err
}

// FuzzSplit takes valid JSON apart as encoding/json does.
func FuzzSplit(f *testing.F) {
	for _, text := range []string{
		`[]`, ` [ ] `, `[1,-2.5e3 , true,null]`, `["a]\"","\\",[[],{"x":[{}]}],{}]`, `{}`, `{"a":1, "b" : "}","A":{"a":[2]}}`,
		"{\"\\u0061\":null,\n\"\u017f\":1}", `"a"`, `17`, ` null`, `[[1,2],[]]`,
	} {
		f.Add([]byte(text), "a")
	}
	f.Add([]byte("{\"\u017f\":[1]}"), "S")
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		if !json.Valid(text) {
			return
		}
		var list []json.RawMessage
		err := json.Unmarshal(text, &list)
		s, ok := split(text, '[')
		if want := err == nil && list != nil; ok != want {
			t.Fatalf("a list: %v, want %v", ok, want)
		}
		for i, want := range list {
			if got := s.value(); !bytes.Equal(got, want) {
				t.Errorf("element %d: got %s, want %s", i, got, want)
			}
		}
		if ok {
			if got := s.value(); got != nil {
				t.Errorf("%s after the end", got)
			}
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(text, &object); err != nil {
			if _, err := member(text, name); err == nil {
				t.Error("an object, want none")
			}
			return
		}
		got, err := member(text, name)
		if err != nil {
			t.Fatal(err)
		}
		if want, ok := object[name]; ok && got == nil {
			t.Errorf("got nothing, want %s", want)
		}
	})
}

// A member is found as a struct's field is.
func TestMember(t *testing.T) {
	for _, text := range []string{
		`{}`, `null`, `{"blocks":1}`, `{"Blocks":[1], "x":{"blocks":2}}`, `{"blocks":1,"BLOCKS":2}`, `{"bloc\u006bs":"a\"}"}`,
		"{\"bloc\u212as\":1,\"block\u017f\":2}", `{"blocks":null}`, `{"blocks ":1}`, `{"a":"blocks","b":[]}`,
	} {
		var want struct{ Blocks json.RawMessage }
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if got, err := member([]byte(text), "blocks"); err != nil || !bytes.Equal(got, want.Blocks) {
			t.Errorf("%s: got %s (%v), want %s", text, got, err, want.Blocks)
		}
	}
	for _, text := range []string{`[]`, `1`, `"a"`, ` true`} {
		if _, err := member([]byte(text), "blocks"); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
}
