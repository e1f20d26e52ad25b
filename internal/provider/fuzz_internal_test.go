package provider

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

// A prefix that is accepted is a network as it is written, and survives being written and read again.
func FuzzParsePrefix(f *testing.F) {
	for _, seed := range []string{
		"", "203.0.113.7", "203.0.113.0/24", "203.0.113.7/24", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1", "fe80::1%eth0", "::ffff:203.0.113.7",
		"::ffff:203.0.113.0/120", "203.0.113.0/33", "203.0.113.0/024", "1.2.3", "/24", " 203.0.113.7",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		prefix, err := parsePrefix(text)
		if err != nil {
			if _, parseErr := netip.ParseAddr(text); parseErr == nil && !strings.Contains(text, "%") {
				t.Fatalf("the address %q is refused: %v", text, err)
			}
			return
		}
		if !prefix.IsValid() || prefix.Masked() != prefix || prefix.Addr().Zone() != "" || !prefix.Contains(prefix.Addr()) {
			t.Fatalf("%q is accepted as %v", text, prefix)
		}
		address, bits, isNetwork := strings.Cut(text, "/")
		if parsed, err := netip.ParseAddr(address); err != nil || parsed.Unmap() != prefix.Addr().Unmap() {
			t.Fatalf("%q is accepted as %v", text, prefix)
		}
		if !isNetwork && !prefix.IsSingleIP() {
			t.Fatalf("the address %q is accepted as the network %v", text, prefix)
		}
		if isNetwork && !strings.HasSuffix(prefix.String(), "/"+bits) {
			t.Fatalf("%q is accepted as %v", text, prefix)
		}
		if again, err := parsePrefix(prefix.String()); err != nil || again != prefix {
			t.Fatalf("%q is %v, and that is %v: %v", text, prefix, again, err)
		}
	})
}

// A date that is accepted is a day as it is written, from its first instant in UTC.
func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{
		"", "2030-12-31", "2030-02-29", "2028-02-29", "2030-1-1", "2030-12-31T00:00:00Z", "0000-01-01", "9999-12-31", "10000-01-01",
		" 2030-12-31",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		day, err := parseDate(text)
		if err != nil {
			if !day.IsZero() {
				t.Fatalf("%q is refused, yet %v", text, day)
			}
			return
		}
		if day.Format("2006-01-02") != text || day.Location() != time.UTC || day.Truncate(24*time.Hour) != day {
			t.Fatalf("%q is accepted as %v", text, day)
		}
	})
}
