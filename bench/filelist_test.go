package bench

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestFileListIsSavedAsBefore(t *testing.T) {
	for _, tt := range []struct {
		text string
		want FileList
	}{
		{`{"cert_file":"a.pem"}`, FileList{"a.pem"}},
		{`{"cert_file":["a.pem","b,c.p12"]}`, FileList{"a.pem", "b,c.p12"}},
		{`{}`, nil},
	} {
		var o struct {
			Files FileList `json:"cert_file,omitempty"`
		}
		if err := json.Unmarshal([]byte(tt.text), &o); err != nil || !slices.Equal(o.Files, tt.want) {
			t.Errorf("%s: read as %q: %v", tt.text, o.Files, err)
		}
		if text, err := json.Marshal(o); err != nil || string(text) != tt.text {
			t.Errorf("%s: written as %s: %v", tt.text, text, err)
		}
	}
	var l FileList
	if json.Unmarshal([]byte(`{"a":1}`), &l) == nil || json.Unmarshal([]byte(`[1]`), &l) == nil {
		t.Errorf("something else is read as %q", l)
	}
}
