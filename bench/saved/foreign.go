package saved

import "bytes"

// other says what JSON is that is no result, or "".
func (p *parts) other() string {
	switch {
	case string(p.Format) == `"tlsbench-noise"`:
		return "the noise of a target, which --noise takes"
	case string(p.Format) == `"tlsbench-sessions"`:
		return "a session file, which tlsbench sessions shows"
	case p.Plan != nil || p.Arms != nil || p.Rounds != nil:
		return ""
	case p.Places != nil:
		return "what tlsbench probe found"
	case p.Schema != nil && p.Tool != nil:
		return "" // a newer one may lack the rest
	}
	return "other JSON"
}

func opensObject(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("{"))
}

// sniff says what a file is that is no JSON, by how it begins.
func sniff(head []byte) string {
	begins := func(with string) bool { return bytes.HasPrefix(head, []byte(with)) }
	switch {
	case begins(gzipMagic):
		return "a file that was packed twice: unpack it first"
	case begins("PK\x03\x04"), begins("\x28\xb5\x2f\xfd"):
		return "packed otherwise than by gzip: unpack it first"
	case begins("\xff\xfe"), begins("\xfe\xff"), begins("\xef\xbb\xbf"):
		return "text with a byte order mark, as a redirection in PowerShell writes"
	case begins("tlsbench "):
		return "the report for people"
	case begins("-----BEGIN "):
		return "a PEM file"
	case bytes.IndexByte(head, 0) >= 0:
		return "a binary file"
	}
	return "something else than JSON"
}
