package hist

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// pack wraps a header and a payload as Encode would.
func pack(tb testing.TB, hd header, payload []byte) string {
	tb.Helper()
	var body, out bytes.Buffer
	z := zlib.NewWriter(&body)
	if err := binary.Write(z, binary.BigEndian, hd); err != nil {
		tb.Fatal(err)
	}
	if _, err := z.Write(payload); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	for _, word := range []int32{hdrhistogram.V2CompressedEncodingCookieBase | 0x10, int32(body.Len())} {
		if err := binary.Write(&out, binary.BigEndian, word); err != nil {
			tb.Fatal(err)
		}
	}
	out.Write(body.Bytes())
	return base64.StdEncoding.EncodeToString(out.Bytes())
}

func decode(text string) (*Decoded, error) { return new(Decoder).Decode(text) }

// recorded is a histogram of what another holds.
func recorded(tb testing.TB, d *Decoded) *Histogram {
	tb.Helper()
	h := New()
	if err := h.Add(d); err != nil {
		tb.Fatal(err)
	}
	return h
}

// goodHeader is one that Decode accepts, for a payload of n bytes.
func goodHeader(n int) header {
	return header{
		Cookie: hdrhistogram.V2EncodingCookieBase | 0x10, Payload: int32(n), Digits: Digits,
		Lowest: int64(Lowest), Highest: int64(Highest), ConversionRatio: 1,
	}
}

func TestEncodeRoundTrip(t *testing.T) {
	for name, h := range map[string]*Histogram{
		"empty":    New(),
		"extremes": of(Lowest, Highest),
		"usual":    of(lognormal(5, 20_000, 700*time.Microsecond, 0.4)...),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := h.Encode()
			if err != nil {
				t.Fatal(err)
			}
			back, err := decode(s)
			if err != nil {
				t.Fatal(err)
			}
			if back.Count() != h.Count() || !slices.Equal(back.Bars(), h.Bars()) {
				t.Error("buckets differ")
			}
			if h.Count() == 0 {
				return
			}
			if back.min > h.min || back.max < h.max {
				t.Errorf("range %v to %v does not hold %v to %v", back.min, back.max, h.min, h.max)
			}
			if off := math.Abs(float64(back.mean(back.count)-h.mean(h.Count()))) / float64(h.mean(h.Count())); off > 0.001 {
				t.Errorf("mean is off by %v", off)
			}
			for _, nq := range Quantiles() {
				want, got := h.Quantile(nq.Q), back.Quantile(nq.Q)
				if math.Abs(float64(got-want)) > 0.001*float64(want) {
					t.Errorf("%s: got %v, want %v", nq.Name, got, want)
				}
			}
			again, err := recorded(t, back).Encode()
			if err != nil || again != s {
				t.Errorf("encoding again differs (%v)", err)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	geometry := func(change func(*header)) string {
		hd := goodHeader(1)
		change(&hd)
		return pack(t, hd, []byte{2})
	}
	// A varint of nine bytes that stands for 2^62, far above maxCount.
	huge := []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}
	good, err := of(1, 2, 3).Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "cut short"},
		{"not base64", "%%%%", "base64"},
		{"too long", strings.Repeat("A", maxEncoded+1), "more than"},
		{"no zlib", base64.StdEncoding.EncodeToString(make([]byte, 32)), "zlib"},
		{"half of a good one", good[:len(good)/2/4*4], "cut short"},
		{"bomb", pack(t, goodHeader(16<<20), make([]byte, 16<<20)), "payload of 16777216"},
		{"bomb behind a modest header", pack(t, goodHeader(8), make([]byte, 16<<20)), "PayloadLength"},
		{"negative payload", geometry(func(h *header) { h.Payload = -1 }), "payload of -1"},
		{"wrong cookie", geometry(func(h *header) { h.Cookie = 7 }), "V2"},
		{"absurd highest", geometry(func(h *header) { h.Highest = math.MaxInt64 }), "geometry"},
		{"five digits", geometry(func(h *header) { h.Digits = 5 }), "geometry"},
		{"negative lowest", geometry(func(h *header) { h.Lowest = -1 }), "geometry"},
		{"scaled", geometry(func(h *header) { h.ConversionRatio = 1000 }), "scaled"},
		{"NaN scale", geometry(func(h *header) { h.ConversionRatio = math.NaN() }), "scaled"},
		{"a value of zero", pack(t, goodHeader(1), []byte{2}), "outside"},
		{"more than the highest", pack(t, goodHeader(4), []byte{0xfd, 0xaf, 0x03, 2}), "outside"},
		{"run of zeros beyond the end", pack(t, goodHeader(5), []byte{0xff, 0xff, 0xff, 0x7f, 2}), "zero-run"},
		{"too many values", pack(t, goodHeader(10), append([]byte{0}, huge...)), "can hold"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := decode(c.text)
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 8<<20 {
				t.Errorf("allocated %d bytes", got)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, h := range []*Histogram{New(), of(1), of(0, time.Millisecond, time.Hour)} {
		s, err := h.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(s)
	}
	f.Add(pack(f, goodHeader(3), []byte{0, 2, 4}))
	f.Add(pack(f, goodHeader(1<<30), nil))
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := decode(s)
		if err != nil {
			return
		}
		text, err := recorded(t, h).Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := decode(text)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(back.Bars(), h.Bars()) {
			t.Error("buckets differ after another round trip")
		}
		if h.Count() > 0 && (h.Quantile(0) < Lowest || h.Quantile(1) > Highest) {
			t.Errorf("values %v to %v", h.Quantile(0), h.Quantile(1))
		}
	})
}
