package scenarios

import "github.com/goccy/go-yaml/ast"

// entry is one key of a mapping and its value.
type entry struct {
	key   string
	at    position
	value ast.Node
}

// place is where a node begins.
func place(n ast.Node) position {
	if n == nil {
		return position{}
	}
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		return place(m.Values[0].Key)
	}
	if m, ok := n.(*ast.MappingValueNode); ok {
		return place(m.Key)
	}
	t := n.GetToken()
	if t == nil || t.Position == nil {
		return position{}
	}
	return position{t.Position.Line, t.Position.Column}
}

// kind is a node's type for people.
func kind(n ast.Node) string {
	switch n.(type) {
	case *ast.SequenceNode:
		return "a list"
	case ast.MapNode:
		return "a mapping"
	case nil, *ast.NullNode:
		return "nothing"
	default:
		return "one value"
	}
}

// entries gives the keys of a mapping.
func (d *document) entries(n ast.Node, what string) ([]entry, error) {
	m, ok := n.(ast.MapNode)
	if !ok {
		return nil, d.fault(place(n), "%s: want a mapping, and this is %s", what, kind(n))
	}
	var all []entry
	seen := map[string]bool{}
	for i := m.MapRange(); i.Next(); {
		key, ok := text(i.Key())
		if !ok {
			return nil, d.fault(place(i.Key()), "%s: this is no name", what)
		}
		if seen[key] {
			return nil, d.fault(place(i.Key()), "%s is there twice", cut(key))
		}
		seen[key] = true
		all = append(all, entry{key, place(i.Key()), i.Value()})
	}
	return all, nil
}

// text is a scalar as it is written, so that 1.20 stays what it is.
func text(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.MappingKeyNode:
		return text(n.Value)
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// texts is a list of scalars, or one scalar.
func (d *document) texts(n ast.Node, what string) (all []string, at []position, err error) {
	if one, ok := text(n); ok {
		return []string{one}, []position{place(n)}, nil
	}
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return nil, nil, d.fault(place(n), "%s: want a list, and this is %s", what, kind(n))
	}
	for i, v := range list.Values {
		one, ok := text(v)
		if !ok {
			return nil, nil, d.fault(place(v), "%s: the %s element is %s: want one value", what, ordinal(i+1), kind(v))
		}
		all, at = append(all, one), append(at, place(v))
	}
	return all, at, nil
}

// one is a scalar.
func (d *document) one(n ast.Node, what string) (string, error) {
	value, ok := text(n)
	if !ok {
		return "", d.fault(place(n), "%s: want one value, and this is %s", what, kind(n))
	}
	return value, nil
}
