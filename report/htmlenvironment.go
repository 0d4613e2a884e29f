package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/saved"
)

// environmentSection says where and how it was measured, so that it can be
// measured again.
func (d *pageBuilder) environmentSection() pageSection {
	r := d.Result
	e := r.Env
	s := pageSection{ID: "environment", Title: "Environment"}
	add := func(name, text string) {
		if text != "" {
			s.Terms = append(s.Terms, term{Term: name, Text: text})
		}
	}
	command := func(text string) {
		if text != "" {
			s.Terms = append(s.Terms, term{Term: "command", Text: printable(text), Code: true})
		}
	}
	if runs := r.Merged; len(runs) > 0 {
		s.Lead = plural(len(runs), "run") + " merged, in the order of their rounds. Tool, machine and processor are those of the run that is first; what differs in others is among the doubts."
		for i, o := range runs[:min(len(runs), mostRuns)] {
			add("run "+strconv.Itoa(i+1), startedText(o.Started)+", took "+tookText(o.Took)+", "+plural(o.Rounds, "round")+", seed "+strconv.FormatUint(o.Seed, 10))
			command(o.Command)
		}
		if more := len(runs) - mostRuns; more > 0 {
			add("and", plural(more, "more run")+", which the saved result tells")
		}
		add("together", "took "+tookText(r.Took)+", "+string(r.Ended))
	} else {
		command(r.Command)
		add("started", startedText(r.Started)+", took "+tookText(r.Took)+", "+string(r.Ended))
		add("seed", strconv.FormatUint(r.Plan.Seed, 10))
	}
	add("tool", strings.Join([]string{r.Tool.Name, r.Tool.Version, r.Tool.Go}, " "))
	add("machine", strings.Join(nonEmpty(e.Host, e.OS+"/"+e.Arch, e.Kernel), " · "))
	add("processor", strings.Join(nonEmpty(e.CPU, plural(e.CPUs, "core"), "GOMAXPROCS "+strconv.Itoa(e.GOMAXPROCS)), " · "))
	add("client's CPUs", e.ClientCPUs)
	add("server's CPUs", e.ServerCPUs)
	if e.OpenFiles > 0 {
		add("open files", grouped(float64(e.OpenFiles))+" at most")
	}
	if e.LastPort > 0 {
		add("ephemeral ports", fmt.Sprintf("%d to %d", e.FirstPort, e.LastPort))
	}
	add("client CPU from", r.Clocks.Client)
	add("server CPU from", r.Clocks.Server)
	add("load", strings.Join(d.loads(), " · "))
	add("confidence", percent(r.Plan.Confidence))
	return s
}

// mostRuns are listed of those that a result was merged from.
const mostRuns = 40

func startedText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

func tookText(d time.Duration) string { return d.Round(100 * time.Millisecond).String() }

func nonEmpty(all ...string) []string {
	var some []string
	for _, text := range all {
		if text != "" {
			some = append(some, text)
		}
	}
	return some
}

// glossary explains the words of the page.
func glossary() pageSection {
	return pageSection{ID: "glossary", Title: "Words", Terms: []term{
		{Term: "full", Text: "a handshake with a certificate and a fresh key exchange"},
		{Term: "session-id", Text: "a resumption from the server's cache, TLS 1.2 and below (RFC 5246)"},
		{Term: "ticket", Text: "a resumption from a session ticket, TLS 1.2 and below (RFC 5077)"},
		{Term: "psk", Text: "a TLS 1.3 resumption (RFC 8446)"},
		{Term: "0rtt", Text: "a TLS 1.3 resumption whose request went out before the handshake was complete, and was taken (RFC 8446 section 2.3)"},
		{Term: "lag", Text: "of an open loop: from when an attempt fell due to its start"},
		{Term: "dns", Text: "look-up of the name"},
		{Term: "connect", Text: "TCP connect; QUIC has none"},
		{Term: "proxy", Text: "end of connect until the way through a proxy is open, TLS to it included, or a PROXY protocol header is sent"},
		{Term: "starttls", Text: "what is said in clear until TLS begins, in mail, databases and others"},
		{Term: "tls", Text: "the TLS handshake, of which wait is blocked in reads (network, server, the client's own run queue) and local is the client's own work"},
		{Term: "request", Text: "end of the handshake to the request written into the buffer"},
		{Term: "ttfb", Text: "request written to the first byte of the response"},
		{Term: "service", Text: "of an open loop: start of the attempt to the first byte of the response, or to the end of the handshake where no request follows"},
		{Term: "total", Text: "start of the attempt (in an open loop: from when it fell due, so lag and service together) to the first byte of the response, or to the end of the handshake where no request follows"},
		{Term: "open loop, storm", Text: "attempts fall due by a rate, or all at once, whatever becomes of those before; in a closed loop a worker begins the next when the last has ended, so that a slow server is asked for less"},
		{Term: "dropped, late", Text: "fell due and was not made, since as many as may be were under way; begun only when the time in which it fell due was over"},
		{Term: "round, block", Text: "a round runs every arm once; a block is one arm's stretch of it. Rounds, not handshakes, are what is compared"},
		{Term: "change", Text: "the Hodges-Lehmann estimate over rounds, with the exact signed-rank interval; it is not the ratio of two figures that stand beside it"},
		{Term: "fallback", Text: "a handshake of another kind than was wanted; it is counted, and timed, apart"},
	}}
}

// download is the result, to be saved from the page.
type download struct {
	Name  string
	Href  template.HTMLAttr // the template would escape every plus sign
	Bytes string
}

// largePackage is the size from which on a page saves the rounds by their medians
// alone: a page goes into mails and tickets.
const largePackage = 256 << 10

// download packs the result without what is large and nobody reads off a page:
// the rounds' histograms, and in a large one their phases but for the medians.
func (d *pageBuilder) download() (*download, error) {
	packed, err := d.packed(saved.WithoutRoundHistograms(d.Result))
	if err == nil && len(packed) > largePackage {
		packed, err = d.packed(saved.WithRoundMedians(d.Result))
	}
	if err != nil {
		return nil, err
	}
	href := `href="data:application/gzip;base64,` + base64.StdEncoding.EncodeToString(packed) + `"`
	return &download{Name: "tlsbench-result.json.gz", Href: template.HTMLAttr(href), Bytes: grouped(len(packed))}, nil
}

// packed is the document with another result, as the page offers it.
func (d *pageBuilder) packed(r *bench.Result) ([]byte, error) {
	light := *d.Document
	light.Result = r
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if err := (JSON{}).Write(z, &light); err != nil {
		return nil, err
	}
	err = z.Close()
	return packed.Bytes(), err
}
