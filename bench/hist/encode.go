package hist

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Bounds of what Decode looks at. A full histogram has 27 648 counters of at
// most nine bytes, and base64 adds a third.
const (
	maxPayload = 256 << 10
	maxEncoded = 512 << 10
)

// prefixSize is a cookie and a length, which stand before the compressed part.
const prefixSize = 8

// header is the first part of a V2 histogram once decompressed, big-endian
// (https://github.com/HdrHistogram/HdrHistogram, encodeIntoByteBuffer).
type header struct {
	Cookie, Payload, NormalizingOffset, Digits int32
	Lowest, Highest                            int64
	ConversionRatio                            float64
}

// Encode returns the buckets in HdrHistogram's V2 compressed encoding, as
// base64 text, which other HdrHistogram tools can read. The encoding has no
// room for the exact minimum, maximum and sum, nor for the number of clamped
// values: save a Summary beside it where they matter.
func (h *Histogram) Encode() (string, error) {
	b, err := h.hdr.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		return "", fmt.Errorf("encode histogram: %w", err)
	}
	return string(b), nil
}

// Decode reads what Encode wrote. Minimum and maximum are then the outer edges
// of the lowest and the highest bucket, the sum takes every value as the middle
// of its bucket, and no value counts as clamped.
//
// The text may come from anywhere: Decode refuses what is too long, has
// another geometry than this package's, would decompress to too much, or holds
// values that Record would not have let in.
func Decode(s string) (*Histogram, error) {
	if err := checkHeader(s); err != nil {
		return nil, fmt.Errorf("decode histogram: %w", err)
	}
	hdr, err := hdrhistogram.Decode([]byte(s))
	if err != nil {
		return nil, fmt.Errorf("decode histogram: %w", err)
	}
	h := &Histogram{hdr: hdr, min: Highest, max: Lowest}
	if h.Count() > maxCount {
		return nil, fmt.Errorf("decode histogram: %d values are more than one can hold", h.Count())
	}
	for _, b := range hdr.Distribution() {
		if b.Count == 0 {
			continue
		}
		from, to := time.Duration(b.From), time.Duration(b.To)
		if from < Lowest || from > Highest {
			return nil, fmt.Errorf("decode histogram: a value of %v is outside %v to %v", from, Lowest, Highest)
		}
		to = min(to, Highest)
		h.min, h.max = min(h.min, from), max(h.max, to)
		h.addSum(bits.Mul64(uint64(from+(to-from)/2), uint64(b.Count)))
	}
	return h, nil
}

// checkHeader refuses text that would make the HDR library allocate by the
// sender's figures. It decompresses the header alone; the library reads no
// further than the payload length that was checked here.
func checkHeader(s string) error {
	if len(s) > maxEncoded {
		return fmt.Errorf("%d bytes of text are more than the %d that a histogram can need", len(s), maxEncoded)
	}
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return err
	}
	if len(raw) < prefixSize {
		return errors.New("text is cut short")
	}
	z, err := zlib.NewReader(bytes.NewReader(raw[prefixSize:]))
	if err != nil {
		return fmt.Errorf("decompress: %w", err)
	}
	defer z.Close()
	var hd header
	if err := binary.Read(z, binary.BigEndian, &hd); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("header is cut short")
		}
		return fmt.Errorf("decompress: %w", err)
	}
	if hd.Payload < 0 || hd.Payload > maxPayload {
		return fmt.Errorf("payload of %d bytes is not within 0 to %d", hd.Payload, maxPayload)
	}
	if hd.Lowest != int64(Lowest) || hd.Highest != int64(Highest) || hd.Digits != Digits {
		return fmt.Errorf("geometry %d to %d at %d digits is not %d to %d at %d",
			hd.Lowest, hd.Highest, hd.Digits, int64(Lowest), int64(Highest), Digits)
	}
	if hd.ConversionRatio != 1 {
		return fmt.Errorf("values are scaled by %g and so are not nanoseconds", hd.ConversionRatio)
	}
	return nil
}
