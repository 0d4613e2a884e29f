package saved

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
)

// gzipMagic begins every gzip file (RFC 1952 section 2.3.1).
const gzipMagic = "\x1f\x8b"

// unpacked reads what r holds, whether it is packed by gzip or not. How much it
// unpacks to is for the reader to bound.
func unpacked(r io.Reader) (io.Reader, error) {
	in := bufio.NewReader(r)
	if head, _ := in.Peek(len(gzipMagic)); string(head) != gzipMagic { // an error comes again
		return in, nil
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, unpackError(err)
	}
	return gzipped{z}, nil
}

type gzipped struct{ *gzip.Reader }

func (g gzipped) Read(p []byte) (int, error) {
	n, err := g.Reader.Read(p)
	return n, unpackError(err)
}

// unpackError tells a damaged file from a reader that failed.
func unpackError(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return ErrTruncated
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return damaged(err)
	}
	return err
}
