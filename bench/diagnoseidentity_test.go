package bench

import (
	"slices"
	"testing"
)

func TestDoubtsAboutIdentity(t *testing.T) {
	ten := map[Kind]int64{Full: 10}
	given := TLS{CertFiles: FileList{"c.pem"}}
	for name, tt := range map[string]struct {
		tls   TLS
		stats Stats
		want  []WarningCode
	}{
		"nothing":                   {TLS{}, Stats{Kinds: ten}, nil},
		"presented":                 {given, Stats{Kinds: ten, ClientCerts: map[int]int64{1: 10}}, nil},
		"never asked":               {given, Stats{Kinds: ten}, []WarningCode{WarnNotHonoured}},
		"never asked in resumption": {given, Stats{Kinds: map[Kind]int64{PSK: 10}}, nil},
		"switched off":              {TLS{CertFiles: given.CertFiles, NoClientCert: true}, Stats{Kinds: ten}, nil},
		"unconfirmed":               {TLS{}, Stats{Kinds: ten, ClientCerts: map[int]int64{0: 10}, Unconfirmed: 3}, []WarningCode{WarnUnconfirmed}},
		"ECH":                       {TLS{ECH: "file"}, Stats{Kinds: ten, ECH: 10}, nil},
		"ECH not accepted":          {TLS{ECH: "file"}, Stats{Kinds: ten, ECH: 9}, []WarningCode{WarnECH}},
		"ECH rejected":              {TLS{}, Stats{Attempts: 2, Errors: map[ErrorClass]int64{ClassECH: 2}}, []WarningCode{WarnECH}},
	} {
		var got []WarningCode
		for _, w := range diagnoseIdentity(Arm{TLS: tt.tls}, &ArmResult{Stats: tt.stats}) {
			got = append(got, w.Code)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}
