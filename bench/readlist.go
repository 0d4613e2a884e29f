package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// decode says where in the file a value is of the wrong type.
func decode(path string, raw json.RawMessage, to any) error {
	err := json.Unmarshal(raw, to)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &wrong):
		return fmt.Errorf("%s: %w", path, err)
	}
	field := wrong.Field
	for _, embedded := range []string{"Stats.", "Plan."} {
		field = strings.TrimPrefix(field, embedded)
	}
	if field != "" {
		path += "." + field
	}
	return fmt.Errorf("%s: %s, where %s belongs", path, wrong.Value, describe(wrong.Type))
}

func describe(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Uint64:
		return "a whole number, not below 0,"
	default:
		return "a whole number"
	}
}

// elements reads a list one by one, so that the first that is wrong ends it
// before the rest takes memory.
func elements(path string, list json.RawMessage, take func(path string, one json.RawMessage) error) error {
	if list == nil {
		return fmt.Errorf("%s is missing", path)
	}
	d := json.NewDecoder(bytes.NewReader(list))
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		return fmt.Errorf("%s: want a list", path)
	}
	for i := 0; d.More(); i++ {
		var one json.RawMessage
		if err := d.Decode(&one); err != nil {
			return fmt.Errorf("%s[%d]: %w", path, i, err)
		}
		if err := take(fmt.Sprintf("%s[%d]", path, i), one); err != nil {
			return err
		}
	}
	return nil
}
