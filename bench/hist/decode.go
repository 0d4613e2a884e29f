package hist

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Bounds of what a Decoder looks at. A full histogram has 27 648 counters of at
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

const headerSize = 40

// Decoder reads what Encode wrote. It is ready for use as it is, keeps its
// memory from one histogram to the next, and is not safe for concurrent use.
//
// It builds only the buckets that are not empty, where the HDR library would
// fill a counter for each.
type Decoder struct {
	packed  bytes.Reader
	inflate io.ReadCloser // with zlib.Resetter; nil before the first
	header  [headerSize]byte
	payload []byte
	bars    []Bar
}

// Decode reads one histogram. Its minimum and maximum are the outer edges of
// the lowest and the highest bucket, and its sum takes every value as the
// middle of its bucket, until Restore gives the exact ones.
//
// The text may come from anywhere: refused is what is too long, has another
// geometry than this package's, would decompress to too much, or holds values
// that Record would not have let in.
func (d *Decoder) Decode(text string) (*Decoded, error) {
	if err := d.unpack(text); err != nil {
		return nil, fmt.Errorf("decode histogram: %w", err)
	}
	h, err := d.read()
	if err != nil {
		return nil, fmt.Errorf("decode histogram: %w", err)
	}
	return h, nil
}

// unpack decompresses the payload. It reads no further than the length that the
// header names, and only once that was found to be modest.
func (d *Decoder) unpack(text string) error {
	if len(text) > maxEncoded {
		return fmt.Errorf("%d bytes of text are more than the %d that a histogram can need", len(text), maxEncoded)
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return err
	}
	if len(raw) < prefixSize {
		return errors.New("text is cut short")
	}
	if err := checkCookie(raw, hdrhistogram.V2CompressedEncodingCookieBase, "V2 in zlib"); err != nil {
		return err
	}
	size := int32(binary.BigEndian.Uint32(raw[4:]))
	raw = raw[prefixSize:]
	if size < 0 || int(size) > len(raw) {
		return fmt.Errorf("text is cut short: %d of %d compressed bytes", len(raw), size)
	}
	d.packed.Reset(raw[:size])
	if err := d.rewind(); err != nil {
		return fmt.Errorf("decompress: %w", err)
	}
	if err := d.readHeader(); err != nil {
		return err
	}
	switch _, err := io.ReadFull(d.inflate, d.payload); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("payload is shorter than its PayloadLength of %d", len(d.payload))
	case err != nil:
		return fmt.Errorf("decompress: %w", err)
	}
	// Only its end verifies the checksum.
	switch _, err := io.ReadFull(d.inflate, d.header[:1]); {
	case err == nil:
		return fmt.Errorf("payload is longer than its PayloadLength of %d", len(d.payload))
	case err != io.EOF:
		return fmt.Errorf("decompress: %w", err)
	}
	return nil
}

func (d *Decoder) rewind() (err error) {
	if d.inflate == nil {
		d.inflate, err = zlib.NewReader(&d.packed)
		return err
	}
	return d.inflate.(zlib.Resetter).Reset(&d.packed, nil)
}

// readHeader refuses another geometry than this package's, and makes room for
// the payload.
func (d *Decoder) readHeader() error {
	if _, err := io.ReadFull(d.inflate, d.header[:]); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("header is cut short")
		}
		return fmt.Errorf("decompress: %w", err)
	}
	if err := checkCookie(d.header[:], hdrhistogram.V2EncodingCookieBase, "V2"); err != nil {
		return err
	}
	var hd header
	if _, err := binary.Decode(d.header[:], binary.BigEndian, &hd); err != nil {
		return err
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
	d.payload = slices.Grow(d.payload[:0], int(hd.Payload))[:hd.Payload]
	return nil
}

// checkCookie looks at the first four bytes, of which four bits may be anything.
func checkCookie(b []byte, want int32, of string) error {
	if got := int32(binary.BigEndian.Uint32(b)); got&^0xf0 != want {
		return fmt.Errorf("cookie %#x is not that of %s", uint32(got), of)
	}
	return nil
}

// read turns the payload into buckets. It is a list of numbers: one that is not
// negative counts the next bucket, a negative one passes over that many empty
// ones.
func (d *Decoder) read() (*Decoded, error) {
	h := &Decoded{exact: nothing()}
	d.bars = d.bars[:0]
	next := 0
	for rest := d.payload; len(rest) > 0; {
		n, size, err := zigzag(rest)
		if err != nil {
			return nil, err
		}
		rest = rest[size:]
		i, skip := next, int64(1)
		if n < 0 {
			skip = -n // below 0 for the least of all numbers
		}
		if skip < 0 || skip > int64(buckets-next) {
			return nil, errors.New("a zero-run or a value lies beyond the last bucket")
		}
		next += int(skip)
		if n <= 0 {
			continue
		}
		if n > maxCount-h.count {
			return nil, fmt.Errorf("%d and %d values are more than one can hold", h.count, n)
		}
		from, to := bucket(i)
		if from < Lowest || from > Highest {
			return nil, fmt.Errorf("a value of %v is outside %v to %v", from, Lowest, Highest)
		}
		to = min(to, Highest)
		d.bars = append(d.bars, Bar{Value: to, Count: n})
		h.count += n
		h.widen(from, to)
		h.addTimes(from+(to-from)/2, n)
	}
	h.bars = append([]Bar(nil), d.bars...) // nil if there is none
	return h, nil
}

// zigzag reads a number in ZigZag LEB128, whose ninth byte is the last and has
// no mark that more follow.
func zigzag(b []byte) (n int64, size int, err error) {
	const longest = 9
	var u uint64
	for i, c := range b[:min(len(b), longest)] {
		if i == longest-1 || c < 0x80 {
			u |= uint64(c) << (7 * i)
			return int64(u>>1) ^ -int64(u&1), i + 1, nil
		}
		u |= uint64(c&0x7f) << (7 * i)
	}
	return 0, 0, errors.New("payload is cut short")
}
