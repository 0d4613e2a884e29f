package starttls

// postgresSSLRequest is a length of 8 and the number that stands in the place of
// a protocol version, 80877103.
const postgresSSLRequest = "\x00\x00\x00\x08\x04\xd2\x16\x2f"

// postgresByte is one byte; but an error has a text, which a server that knows
// no such request sends in either of two formats. What came of it is enough.
func postgresByte(data []byte) (unit []byte, n int, err error) {
	if data[0] == 'E' {
		return data, len(data), nil
	}
	return data[:1], 1, nil
}

// postgresAnswer is S, or N where the server has no TLS.
type postgresAnswer struct{}

func (postgresAnswer) take(_ *talk, unit []byte) (done bool, err error) {
	switch unit[0] {
	case 'S':
		return true, nil
	case 'N':
		return false, notOffered("TLS: it answered N")
	}
	return false, refused(unit)
}
