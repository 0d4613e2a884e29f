package report

import (
	"strings"
	"testing"

	"tlsbench/bench"
)

func TestCertificatesLine(t *testing.T) {
	for _, tt := range []struct {
		certs map[int]int64
		want  string
	}{
		{nil, ""},
		{map[int]int64{1: 200}, "a client certificate in 200"},
		{map[int]int64{1: 67, 2: 66}, "a client certificate in 133 (no. 1 × 67, no. 2 × 66)"},
		{map[int]int64{2: 1}, "a client certificate in 1 (no. 2 × 1)"},
		{map[int]int64{0: 3}, "none given in 3 that were asked for a certificate"},
		{map[int]int64{1: 2, 2: 2, 3: 2, 4: 1, 5: 1}, "5 client certificates in 8, each in 1 to 2"},
	} {
		a := &bench.ArmResult{Stats: bench.Stats{ClientCerts: tt.certs}}
		if got := strings.Join(certificates(a), ", "); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.certs, got, tt.want)
		}
	}
}

func TestHeaderTellsWhatCameBesideTheCertificate(t *testing.T) {
	facts := bench.Facts{Version: "1.3", Key: "ECDSA P-256", OCSPSize: 1234, SCTs: 2, SCTSize: 240, ECH: true}
	got := connection([]*bench.ArmResult{{Facts: &facts}, {Facts: &bench.Facts{Version: "1.3", ECH: true}}})
	if want := "TLS 1.3 · ECDSA P-256, 0 intermediates · OCSP response of 1" + nbsp + "234" + nbsp + "B, 2 SCTs of 240" + nbsp + "B · ECH"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestHeaderOfArmsOfWhichOneHasECH(t *testing.T) {
	got := connection([]*bench.ArmResult{{Facts: &bench.Facts{Version: "1.3"}}, {Facts: &bench.Facts{Version: "1.3", ECH: true}}})
	if got != "TLS 1.3" {
		t.Error(got)
	}
}
