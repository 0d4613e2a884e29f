package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// MaxFile is how large a scenario file may be, in bytes.
const MaxFile = 64 << 10

// maxLines is how many lines it may have. The YAML parser takes a time that
// grows with their square for some texts.
const maxLines = 1000

// maxDepth is how deep a file's values may be nested; the format needs 4.
const maxDepth = 16

// Open reads a scenario by its file or, where there is no such file, by the
// name of a built-in one.
func Open(name string) (*Scenario, error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		if text, ok := Builtin(name); ok {
			return Load(name, text)
		}
		return nil, fmt.Errorf("there is no file %s, and no scenario of that name%s: see 'tlsbench scenarios list'", name, meant(name, Names()))
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return Load(name, text)
}

// Load reads a scenario from the text of a file of that name, over the
// defaults. An error is a [*Fault] where it has a place in the text.
func Load(name string, text []byte) (*Scenario, error) {
	d := &document{name: name}
	switch {
	case len(text) > MaxFile:
		return nil, d.fault(position{}, "more than %d KiB: no scenario is that large", MaxFile>>10)
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		return nil, d.fault(position{}, "not a text in UTF-8, so no YAML")
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	d.lines = strings.Split(string(text), "\n")
	if err := d.shallow(); err != nil {
		return nil, err
	}
	root, err := d.parse(text)
	if err != nil {
		return nil, err
	}
	s := Default()
	s.doc = d
	if root == nil {
		return nil, d.fault(position{}, "there is nothing in it: want a mapping such as 'load: {workers: 4}'")
	}
	return s, s.section(root, "")
}

// shallow refuses nesting that no scenario needs before a parser descends.
func (d *document) shallow() error {
	if len(d.lines) > maxLines {
		return d.fault(position{}, "more than %d lines: no scenario is that long", maxLines)
	}
	for i, line := range d.lines {
		if at := strings.IndexFunc(line, func(r rune) bool { return r != ' ' }); at > 8*maxDepth {
			return d.fault(position{i + 1, at + 1}, "nested too deep")
		}
		if strings.Count(line, "[")+strings.Count(line, "{")+strings.Count(line, "- ")+strings.Count(line, "? ") > 8*maxDepth {
			return d.fault(position{i + 1, 1}, "too many brackets in a line")
		}
	}
	return nil
}

// parse gives the file's mapping, nil where there is none.
func (d *document) parse(text []byte) (_ ast.Node, err error) {
	defer func() {
		// The parser is another's, and the text anybody's.
		if r := recover(); r != nil {
			err = d.fault(position{}, "this is no YAML that can be read")
		}
	}()
	file, err := parser.ParseBytes(text, 0)
	var at yaml.Error
	if errors.As(err, &at) {
		p := position{}
		if t := at.GetToken(); t != nil && t.Position != nil {
			p = position{t.Position.Line, t.Position.Column}
		}
		return nil, d.fault(p, "%s%s", at.GetMessage(), d.unquoted(p))
	}
	if err != nil {
		return nil, d.fault(position{}, "%v", err)
	}
	var bodies []ast.Node
	for _, doc := range file.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.CommentType {
			bodies = append(bodies, doc.Body)
		}
	}
	if len(bodies) > 1 {
		return nil, d.fault(place(bodies[1]), "a second document: want one scenario a file")
	}
	if len(bodies) == 0 {
		return nil, nil
	}
	return bodies[0], d.plain(bodies[0], 1)
}

// unquoted is a hint where a value that ends in a colon was taken for a key, as
// targets do that tlsbench starts.
func (d *document) unquoted(at position) string {
	if at.line < 1 || at.line > len(d.lines) {
		return ""
	}
	line := []rune(d.lines[at.line-1])
	value, _, _ := strings.Cut(string(line[max(0, min(at.column-1, len(line))):]), " #")
	if !strings.HasSuffix(strings.TrimSpace(value), ":") {
		return ""
	}
	return `: a value that ends in a colon is written in quotes, as in "embedded:"`
}

// plain refuses what a scenario does not need, and what makes a small file
// large: anchors, aliases, merges and tags.
func (d *document) plain(n ast.Node, depth int) error {
	if depth > maxDepth {
		return d.fault(place(n), "nested too deep")
	}
	switch n := n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return d.fault(place(n), "anchors, aliases and merges are not taken: write the values out")
	case *ast.TagNode, *ast.DirectiveNode, *ast.InfinityNode, *ast.NanNode:
		return d.fault(place(n), "only plain words, numbers, lists and mappings are taken")
	case *ast.SequenceNode:
		for _, v := range n.Values {
			if err := d.plain(v, depth+1); err != nil {
				return err
			}
		}
	case ast.MapNode:
		for i := n.MapRange(); i.Next(); {
			if err := d.plain(i.Key(), depth+1); err != nil {
				return err
			}
			if err := d.plain(i.Value(), depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
