package scenarios

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(Schema())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("scenario.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, text []byte) error {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var encoded bytes.Buffer
	if err := json.NewEncoder(&encoded).Encode(value); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(&encoded)
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(doc)
}

func TestBuiltinsFitTheSchema(t *testing.T) {
	schema := compiled(t)
	for _, name := range Names() {
		text, _ := Builtin(name)
		if err := validate(t, schema, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Loader and schema agree on what is a scenario.
func TestSchemaAndLoaderAgree(t *testing.T) {
	schema := compiled(t)
	for text, want := range map[string]bool{
		"load: {workers: 4, duration: 1m30s, warmup: 0s}":                      true,
		"target: {a: https://a/, b: https://b/}":                               true,
		"compare: tls\nmatrix: {tls: [1.2, 1.3]}":                              true,
		"compare: {dimension: tls, baseline: 1.3}\nmatrix: {tls: [1.2, 1.3]}":  true,
		"matrix: {workers: 3}\nexclude: []":                                    true,
		"matrix: {tls: [1.2, 1.3]}\nexclude: [{tls: 1.2, session: [resumed]}]": true,
		"net: {family: 4}\narms: full\ntls: {versions: 1.2, alpn: [a, b]}":     true,
		"target: https://h/\nhttp: {headers: {X-A: b, X-B: 3}, proto: h2}":     true,
		"load: {rate: 4}":        false,
		"load: {workers: many}":  false,
		"load: {workers: 0}":     false,
		"load: {duration: 5}":    false,
		"matrix: {}":             false,
		"matrix: {tls: []}":      false,
		"matrix: {colour: red}":  false,
		"exclude: [{}]":          false,
		"exclude: {tls: 1.2}":    false,
		"arms: [full, half]":     false,
		"sessions: {policy: no}": false,
		"target: {}":             false,
		"target: [a, b]":         false,
		"load: 4":                false,
		"tls: {insecure: 3}":     false,
		"colour: red":            false,
	} {
		if err := validate(t, schema, []byte(text)); (err == nil) != want {
			t.Errorf("schema of %q: %v", text, err)
		}
		s, err := Load("f", []byte(text))
		if err == nil {
			_, _, err = s.Plan(nil)
		}
		if (err == nil) != want {
			t.Errorf("loader of %q: %v", text, err)
		}
	}
}
