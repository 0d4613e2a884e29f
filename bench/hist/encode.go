package hist

import (
	"fmt"

	"github.com/HdrHistogram/hdrhistogram-go"
)

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
