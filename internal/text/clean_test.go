package text_test

import (
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"":                                     "",
		"Analytics - Export":                   "Analytics - Export",
		"  two  spaces ":                       "  two  spaces ",
		"a\n::error file=x::b":                 "a ::error file=x::b",
		"a\r\nb\tc":                            "a  b c",
		"a\u2028b\u2029c\u0085d":               "a b c d",
		"\u001b[31mred\u001b[0m":               "[31mred[0m",
		"\u009b31mred\u0007\u0000":             "31mred",
		"ad\u202enimda\u202c":                  "adnimda",
		"a\u200bb\u200dc\ufeffd\u00ade\u2066f": "abcdef",
		"e\u0301":                              "\u00e9", // NFC
		"e\u200d\u0301":                        "\u00e9", // what was dropped kept them apart
		"\u212b":                               "\u00c5",
		"\U000e0041tag":                        "tag",
		"日本語 ✓":                                "日本語 ✓",
	} {
		if got := text.Clean(given); got != want {
			t.Errorf("Clean(%q) = %q, want %q", given, got, want)
		}
	}
}

func TestCleanTextStaysOnItsLine(t *testing.T) {
	t.Parallel()
	special := []rune("\n\r\t\v\f\u0085\u2028\u2029\u200b\u202e\u0301e\u001b a")
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom(special))).Draw(t, "text")
		got := text.Clean(given)
		for _, r := range got {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Fatalf("Clean(%q) = %q, with %U", given, got, r)
			}
		}
		if !norm.NFC.IsNormalString(got) || text.Clean(got) != got {
			t.Fatalf("Clean(%q) = %q, which is not clean itself", given, got)
		}
	})
}

func TestLoose(t *testing.T) {
	t.Parallel()
	for _, alike := range [][]string{
		{"master admin", "Master Admin", " MASTER  ADMIN ", "\uff2dastER\u00a0Admin", "Mas\u200bter Admin", "Master\ufe0f Admin", "Master\u034f\u3164 Admin",
			"Master\u2003Admin", "ma\u017fter admin"},
		{"\u03c3", "\u03a3", "\u03c2"}, // sigma
		{"k", "K", "\u212a"},           // the sign of Kelvin
		{"\u00e9", "E\u0301"},
		{"fi", "\ufb01"},
		{"", " ", "\u200b"},
	} {
		for _, name := range alike {
			if got := text.Loose(name); got != alike[0] {
				t.Errorf("Loose(%q) = %q, want %q", name, got, alike[0])
			}
		}
	}
	for _, name := range []string{"masteradmin", "master-admin", "master admins", "\u00e9", "admin master"} {
		if got := text.Loose(name); got == "master admin" || got == "e" {
			t.Errorf("Loose(%q) = %q", name, got)
		}
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		" a \r\n\t b\x00c\u202e ": "a bc",
		"12345":                   "12345",
		"123456":                  "12345...",
		"ü ü ü ü":                 "ü ü ü...",
	} {
		if got := text.OneLine(given, 5); got != want {
			t.Errorf("OneLine(%q) = %q, want %q", given, got, want)
		}
	}
}
