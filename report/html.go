package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
)

// HTML is a page for a browser. All that it needs is in it: it fetches nothing,
// its policy forbids every script but its own, and without that one it can be
// read all the same.
type HTML struct{}

//go:embed page
var pageFiles embed.FS

// Write implements Output.
func (HTML) Write(w io.Writer, d *Document) error {
	t, err := template.New("page.tmpl").ParseFS(pageFiles, "page/page.tmpl")
	if err != nil {
		return err
	}
	style, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		return err
	}
	script, err := pageFiles.ReadFile("page/script.js")
	if err != nil {
		return err
	}
	b := pageBuilder{Document: d}
	p, err := b.page()
	if err != nil {
		return err
	}
	p.Style, p.Script = template.CSS(style), template.JS(script)
	// Content Security Policy Level 3, section 2.3.1: a source may be a hash.
	p.Policy = fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'",
		digest(style), digest(script))
	return t.Execute(w, p)
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return base64.StdEncoding.EncodeToString(sum[:])
}
