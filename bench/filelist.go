package bench

import "encoding/json"

// FileList names files. One alone is saved as a string, which is what results
// have held from the first day.
type FileList []string

// MarshalJSON implements json.Marshaler.
func (l FileList) MarshalJSON() ([]byte, error) {
	if len(l) == 1 {
		return json.Marshal(l[0])
	}
	return json.Marshal([]string(l))
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *FileList) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*l = nil
		if one != "" {
			*l = FileList{one}
		}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(l))
}
