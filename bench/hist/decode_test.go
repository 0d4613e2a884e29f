package hist

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// library is what the HDR library reads, bucket by bucket.
func library(text string) (bars []hdrhistogram.Bar, err error) {
	h, err := hdrhistogram.Decode([]byte(text))
	if err != nil {
		return nil, err
	}
	for _, b := range h.Distribution() {
		if b.Count > 0 {
			bars = append(bars, b)
		}
	}
	return bars, nil
}

func TestBucketsAreTheLibrarys(t *testing.T) {
	h := of(Highest) // the library goes no further than the last value
	if n := len(h.hdr.Export().Counts); n != buckets {
		t.Fatalf("%d buckets, want %d", buckets, n)
	}
	for i, want := range h.hdr.Distribution() {
		from, to := bucket(i)
		if int64(from) != want.From || int64(to) != want.To {
			t.Fatalf("bucket %d: got %d to %d, want %d to %d", i, from, to, want.From, want.To)
		}
		for _, v := range []time.Duration{from, from + (to-from)/2, to} {
			if got := bucketFrom(v); got != from {
				t.Fatalf("%d: got %d, want %d", v, got, from)
			}
		}
	}
}

// A histogram that was read back and its exact values restored is as good as
// the one that was saved.
func TestDecodedEqualsRecorded(t *testing.T) {
	var d Decoder
	sum, added := New(), New()
	for seed := range uint64(40) {
		h := of(lognormal(seed, 1+int(seed*seed), time.Duration(1+seed*seed*seed*900), 0.1+float64(seed)/10)...)
		text, err := h.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := got.Restore(h.Summary()); err != nil {
			t.Fatal(err)
		}
		for q := -0.01; q < 1.02; q += 0.0037 {
			if got, want := got.Quantile(q), h.Quantile(q); got != want {
				t.Fatalf("seed %d, q=%v: got %v, want %v", seed, q, got, want)
			}
		}
		if !slices.Equal(got.Bars(), h.Bars()) || !reflect.DeepEqual(got.Summary(), h.Summary()) {
			t.Errorf("seed %d: got %+v, want %+v", seed, got.Summary(), h.Summary())
		}
		if err := sum.Merge(h); err != nil {
			t.Fatal(err)
		}
		if err := added.Add(got); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(added.Bars(), sum.Bars()) || added.min != sum.min || added.max != sum.max {
		t.Error("what was added up differs from what was merged")
	}
}

func TestEmptyDecoded(t *testing.T) {
	text, err := New().Encode()
	if err != nil {
		t.Fatal(err)
	}
	h, err := decode(text)
	if err != nil {
		t.Fatal(err)
	}
	if h.Count() != 0 || h.Bars() != nil || h.Quantile(0.5) != 0 || h.Quantile(1) != 0 || h.Summary() != (Summary{}) {
		t.Errorf("got %+v", h)
	}
	if got := recorded(t, h); !reflect.DeepEqual(got, New()) {
		t.Error("adding it changed a histogram")
	}
}

func TestAddRefusesTooMany(t *testing.T) {
	h := of(5)
	if err := h.Add(&Decoded{bars: []Bar{{1, maxCount}}, count: maxCount, exact: nothing()}); err == nil {
		t.Fatal("no error")
	}
	if !reflect.DeepEqual(h, of(5)) {
		t.Error("a refused histogram changed the receiver")
	}
}

// What one text left behind does not show in the next.
func TestDecoderForgets(t *testing.T) {
	var d Decoder
	texts := []string{
		pack(t, goodHeader(4), []byte{0, 2, 4, 6}), pack(t, goodHeader(2), []byte{0, 2}), "%%",
		pack(t, goodHeader(3), []byte{0, 2, 0x80}), pack(t, goodHeader(8), []byte{0, 2}),
		pack(t, goodHeader(1), []byte{0, 2}), pack(t, header{}, nil), pack(t, goodHeader(0), nil),
	}
	for i := range 4 * len(texts) {
		text := texts[i*5%len(texts)]
		got, errGot := d.Decode(text)
		want, errWant := decode(text)
		if !reflect.DeepEqual(got, want) || (errGot == nil) != (errWant == nil) {
			t.Errorf("%s: got %+v (%v), want %+v (%v)", text, got, errGot, want, errWant)
		}
	}
}

// FuzzPayload holds the buckets against those that the HDR library reads, and
// what is refused against what it refuses or Record would not have let in.
func FuzzPayload(f *testing.F) {
	f.Add([]byte{0, 2, 4}, true)
	f.Add([]byte{0xfd, 0xaf, 0x03, 2}, true)
	f.Add([]byte{0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}, true)
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, true)
	f.Add([]byte{1, 2, 0x80}, true)
	f.Add([]byte{0, 2}, false)
	f.Fuzz(func(t *testing.T, payload []byte, sealed bool) {
		if len(payload) > maxPayload {
			return
		}
		text := pack(t, goodHeader(len(payload)), payload)
		if !sealed {
			text = text[:len(text)/8*4]
		}
		want, err := library(text)
		refused := err != nil
		var count int64
		for _, b := range want {
			count += b.Count // does not overflow: the library has added them up
			refused = refused || b.From < int64(Lowest) || b.From > int64(Highest)
		}
		refused = refused || count > maxCount
		got, err := decode(text)
		if (err != nil) != refused {
			t.Fatalf("got %v, and the library found %v", err, want)
		}
		if err != nil {
			return
		}
		if len(got.Bars()) != len(want) || got.Count() != count {
			t.Fatalf("got %v, want %v", got.Bars(), want)
		}
		for i, b := range got.Bars() {
			if int64(b.Value) != min(want[i].To, int64(Highest)) || b.Count != want[i].Count {
				t.Errorf("bar %d: got %v, want %v", i, b, want[i])
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	text, err := of(lognormal(1, 250, 700*time.Microsecond, 0.3)...).Encode()
	if err != nil {
		b.Fatal(err)
	}
	var d Decoder
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decode(text); err != nil {
			b.Fatal(err)
		}
	}
}

func TestZigzag(t *testing.T) {
	for _, c := range []struct {
		b    []byte
		want int64
		size int
	}{
		{[]byte{0}, 0, 1}, {[]byte{1}, -1, 1}, {[]byte{2, 9}, 1, 1}, {[]byte{0x80, 1}, 64, 2}, {[]byte{0x80, 0}, 0, 2},
		{[]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 7}, math.MinInt64, 9},
		{[]byte{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, math.MaxInt64, 9},
	} {
		if n, size, err := zigzag(c.b); err != nil || n != c.want || size != c.size {
			t.Errorf("%x: got %d of %d bytes (%v), want %d of %d", c.b, n, size, err, c.want, c.size)
		}
	}
	for _, b := range [][]byte{nil, {0x80}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}} {
		if _, _, err := zigzag(b); err == nil {
			t.Errorf("%x: no error", b)
		}
	}
}
