package bench

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// source gives the package's own files.
func source(t *testing.T) map[string]*ast.File { return sourceIn(t, ".") }

func sourceIn(t *testing.T, dir string) map[string]*ast.File {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// consts gives the names and values of the text constants of a type.
func consts(files map[string]*ast.File, of string) map[string]string {
	all := map[string]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			kind, _ := spec.Type.(*ast.Ident)
			value, _ := spec.Values[0].(*ast.BasicLit)
			if kind != nil && kind.Name == of && value != nil {
				all[spec.Names[0].Name], _ = strconv.Unquote(value.Value)
			}
			return true
		})
	}
	return all
}

// A warning that the run itself gives must not be lost in a saved result, and
// one that is found again must not stand there twice.
func TestDiagnosedAreTheCodesOfDiagnose(t *testing.T) {
	files := source(t)
	codes := consts(files, "WarningCode")
	if len(codes) < 30 {
		t.Fatalf("only %d codes were found", len(codes))
	}
	for name, file := range files {
		if name == "warning.go" {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || codes[id.Name] == "" {
				return true
			}
			if is, want := WarningCode(codes[id.Name]).Diagnosed(), strings.HasPrefix(name, "diagnose"); is != want {
				t.Errorf("%s gives %s: among those that are diagnosed: %v, want %v", name, id.Name, is, want)
			}
			return true
		})
	}
}

// What other rooms warn of, nobody finds again in a saved result.
func TestOtherRoomsGiveOtherCodes(t *testing.T) {
	codes, given := consts(source(t), "WarningCode"), 0
	for _, dir := range []string{"../scenarios", "../cmd/tlsbench"} {
		for name, file := range sourceIn(t, dir) {
			ast.Inspect(file, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok || codes[s.Sel.Name] == "" {
					return true
				}
				given++
				if name == "judge.go" { // by an allowance that is not saved
					return true
				}
				if WarningCode(codes[s.Sel.Name]).Diagnosed() {
					t.Errorf("%s/%s gives bench.%s, which is lost when a result is read", dir, name, s.Sel.Name)
				}
				return true
			})
		}
	}
	if given < 4 {
		t.Errorf("only %d were found", given)
	}
}

func TestEveryErrorClassIsKnown(t *testing.T) {
	classes := consts(source(t), "ErrorClass")
	if len(classes) < 14 {
		t.Fatalf("only %d classes were found", len(classes))
	}
	for name, class := range classes {
		if want := name != "ClassAlert"; ErrorClass(class).Known() != want { // an alert has a name
			t.Errorf("%s: known %v", name, !want)
		}
	}
	if !Alert("unknown_ca").Known() || ErrorClass("").Known() || ErrorClass("tls-alert:").Known() || ErrorClass("reset:x").Known() {
		t.Error("an alert is not known, or something else is")
	}
}
