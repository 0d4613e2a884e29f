package saved

import (
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

// elements reads a valid list one by one, so that the first that is wrong ends it
// before the rest takes memory.
func elements(path string, list json.RawMessage, take func(path string, one json.RawMessage) error) error {
	if list == nil {
		return fmt.Errorf("%s is missing", path)
	}
	s, ok := split(list, '[')
	if !ok {
		return fmt.Errorf("%s: want a list", path)
	}
	i := 0
	for one := s.value(); one != nil; one = s.value() {
		if err := take(fmt.Sprintf("%s[%d]", path, i), one); err != nil {
			return err
		}
		i++
	}
	return nil
}
