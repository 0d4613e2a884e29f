package saved_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"runtime"
	"strings"
	"testing"

	"tlsbench/bench/saved"
)

// Little text must not take much memory, however it is meant.
func TestHostileFilesTakeLittleMemory(t *testing.T) {
	one := string(encoded(t, fakeResult(t, "one")))
	many := func(element string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(element+",", 1<<20/(len(element)+1)), ",") + "]"
	}
	// An earlier key of the same name is overwritten, not forgotten.
	put := func(key, value string) string { return strings.TrimSuffix(one, "}") + `,"` + key + `":` + value + "}" }
	for name, text := range map[string]string{
		"rounds":         put("rounds", many("{}")),
		"no rounds":      put("rounds", many("null")),
		"blocks":         put("rounds", `[{"blocks":`+many("{}")+"}]"),
		"the same block": put("rounds", `[{"blocks":`+many(`{"arm":"session=full"}`)+"}]"),
		"many rounds":    put("rounds", many(`{"blocks":[{"arm":"session=full"}]}`)),
		"arms":           put("arms", many("{}")),
		"the plan's":     put("plan", `{"arms":`+many("{}")+"}"),
		"coordinates":    put("plan", `{"arms":[{"coords":`+many("{}")+"}]}"),
		"warnings":       put("warnings", many("{}")),
		"a bomb":         string(edit(t, []byte(one), "rounds/0/blocks/0/histograms/tls", bomb(t))),
		"long text":      string(edit(t, []byte(one), "rounds/0/blocks/0/histograms/tls", strings.Repeat("A", 1<<20))),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := read([]byte(text))
			runtime.ReadMemStats(&after)
			if !errors.Is(err, saved.ErrDamaged) {
				t.Errorf("got %v", err)
			}
			most := uint64(16<<20 + 32*len(text)) // garbage counts too
			if got := after.TotalAlloc - before.TotalAlloc; got > most {
				t.Errorf("%d bytes of text took %d of memory, want at most %d", len(text), got, most)
			}
		})
	}
}

// bomb is a histogram that would unpack to much more than its header says.
func bomb(t *testing.T) string {
	t.Helper()
	var body, out bytes.Buffer
	z := zlib.NewWriter(&body)
	header := []any{int32(0x1c849313), int32(8), int32(0), int32(3), int64(1), int64(60e9), float64(1), make([]byte, 64<<20)}
	for _, v := range header {
		if err := binary.Write(z, binary.BigEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, v := range []int32{0x1c849314, int32(body.Len())} {
		if err := binary.Write(&out, binary.BigEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	return base64.StdEncoding.EncodeToString(append(out.Bytes(), body.Bytes()...))
}
