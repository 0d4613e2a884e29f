package scenarios

import (
	"math"
	"strings"
	"time"
)

// Schema is the JSON Schema (2020-12) of the file format, made from the same
// table that reads files. What it cannot say, such as which options go
// together, Load and Plan check.
func Schema() map[string]any {
	root := object("A scenario of tlsbench: one experiment.")
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "tlsbench scenario"
	for _, o := range Options() {
		section := root
		path := strings.Split(o.Path, ".")
		for _, name := range path[:len(path)-1] {
			within := properties(section)
			if within[name] == nil {
				within[name] = object("")
			}
			section = within[name].(map[string]any)
		}
		properties(section)[path[len(path)-1]] = o.schema()
	}
	all := properties(root)
	all["target"] = map[string]any{"description": all["target"].(map[string]any)["description"],
		"oneOf": []any{word(), map[string]any{"type": "object", "minProperties": 1, "additionalProperties": word()}}}
	all["compare"] = map[string]any{"description": "the dimension along which arms are compared, and its baseline",
		"oneOf": []any{map[string]any{"enum": dimensionNames()}, all["compare"]}}
	properties(all["http"].(map[string]any))["headers"] = map[string]any{
		"description": "request headers; values may be secret and are not saved",
		"type":        "object", "additionalProperties": scalar()}
	matrix, cell := object("the dimensions that are multiplied out into arms"), object("")
	matrix["minProperties"], cell["minProperties"] = 1, 1
	for _, d := range dimensions() {
		properties(matrix)[d.name] = described(list(scalar(), 1), d.doc+", as in ["+d.example+"]")
		properties(cell)[d.name] = list(scalar(), 1)
	}
	all["matrix"] = matrix
	all["exclude"] = map[string]any{"description": "arms that are left out: those that have one of the values in each of the dimensions",
		"type": "array", "items": cell}
	return root
}

func (o Option) schema() map[string]any {
	var s map[string]any
	switch o.at(Default()).(type) {
	case *bool:
		s = map[string]any{"type": "boolean"}
	case *int, *int64, *uint64:
		s = map[string]any{"type": "integer", "minimum": o.least}
		if o.most > 0 && o.most < math.MaxInt32 {
			s["maximum"] = o.most
		}
	case *time.Duration:
		s = map[string]any{"type": "string", "pattern": `^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)|^0$`, "examples": []string{"5s", "300ms"}}
	case *[]string:
		s = list(o.element(), 0)
	default:
		s = o.element()
		if o.Path == "load.rate" {
			s = map[string]any{"type": "string", "pattern": `^\s*[0-9.]+\s*/\s*[sm]\s*$`, "examples": []string{"500/s", "30/m"}}
		}
	}
	return described(s, o.Doc)
}

func (o Option) element() map[string]any {
	if len(o.Words) == 0 {
		return scalar()
	}
	var all []any
	for _, w := range o.Words {
		all = append(all, w)
	}
	if o.Path == "net.family" {
		all = append(all, 4, 6)
	}
	return map[string]any{"enum": all}
}

func described(s map[string]any, doc string) map[string]any {
	s["description"] = doc
	return s
}

// object takes no keys but those that it is given.
func object(doc string) map[string]any {
	o := map[string]any{"type": "object", "properties": map[string]any{}, "additionalProperties": false}
	if doc != "" {
		o["description"] = doc
	}
	return o
}

func properties(o map[string]any) map[string]any { return o["properties"].(map[string]any) }

func word() map[string]any { return map[string]any{"type": "string", "minLength": 1} }

// scalar is one value, which YAML may take for a number.
func scalar() map[string]any { return map[string]any{"type": []string{"string", "number", "boolean"}} }

// list is a list, or its only element.
func list(of map[string]any, least int) map[string]any {
	return map[string]any{"oneOf": []any{of, map[string]any{"type": "array", "items": of, "minItems": least}}}
}
