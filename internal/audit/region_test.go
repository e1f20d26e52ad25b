package audit_test

import (
	"net/netip"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

func prefixes(texts ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

func TestRegion(t *testing.T) {
	t.Parallel()
	req := func(application string, allow bool, allowed []string, later ...audit.Argument) audit.Requirement {
		return audit.Requirement{
			ClientName: dashboard, ApplicationRegion: application, AllowCrossRegion: allow, AllowedRegions: allowed, Deferred: deferred(later...),
		}
	}
	home := func(home string) func(*audit.Facts) {
		return func(f *audit.Facts) { f.Region, f.MediaRegions = "", audit.Read(audit.MediaRegions{Home: home}) }
	}
	unreadable := func(f *audit.Facts) {
		f.Region, f.MediaRegions = "", audit.Unreadable[audit.MediaRegions](gap("telephony:plugin:all"))
	}
	const (
		crossing = "fail region/us-east-1: The organization is in eu-west-1, the application runs in us-east-1, " +
			"and cross-region calls are not recorded as permitted."
		residency = "fail region/eu-west-1: The organization is in eu-west-1, which is not an allowed region; allowed: us-east-1, us-west-2."
		mediaGap  = "unknown region/GET /api/v2/some/evidence: The organization's media regions could not be read: " +
			"403 missing.any.permissions. The auditing client lacks telephony:plugin:all."
	)
	base := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType}
	with := append(base[:3:3], audit.CheckRegion)
	us := []string{"us-west-2", "us-east-1"}
	runVerdicts(t, []verdictCase{
		{name: "not asked for", req: req("", false, nil), verdict: audit.Compliant, decided: base},
		{name: "same", req: req("eu-west-1", false, nil), verdict: audit.Compliant, decided: with},
		{name: "other", req: req("us-east-1", false, nil), verdict: audit.Noncompliant, want: []string{crossing}, decided: with},
		{name: "other, permitted", req: req("us-east-1", true, nil), verdict: audit.Compliant, decided: with},
		{name: "allowed", req: req("", false, []string{"eu-west-1", "us-east-1"}), verdict: audit.Compliant, decided: with},
		{name: "not allowed", req: req("", false, us), verdict: audit.Noncompliant, want: []string{residency}, decided: with},
		{
			name: "crossing permitted does not allow a region", req: req("us-east-1", true, us), verdict: audit.Noncompliant,
			want: []string{residency},
		},
		{name: "both", req: req("us-east-1", false, us), verdict: audit.Noncompliant, want: []string{residency, crossing}},
		{
			name: "none allowed", req: req("", false, []string{}), verdict: audit.Noncompliant,
			want: []string{"fail region/eu-west-1: The organization is in eu-west-1, which is not an allowed region; allowed: none."},
		},
		{name: "home region, same", req: req("eu-west-1", false, nil), facts: home("eu-west-1"), verdict: audit.Compliant, decided: with},
		{
			name: "home region, other", req: req("eu-west-1", false, nil), facts: home("ca-central-1"), verdict: audit.Noncompliant,
			want: []string{"fail region/eu-west-1: The organization is in ca-central-1, the application runs in eu-west-1, " +
				"and cross-region calls are not recorded as permitted."},
		},
		{
			name: "home region not shown", req: req("eu-west-1", false, nil), facts: home(""), verdict: audit.Undetermined, decided: base,
			want: []string{"unknown region/GET /api/v2/telephony/mediaregions: The organization's media regions could not be read: " +
				"the answer names no home region."},
		},
		{
			name: "unreadable", req: req("eu-west-1", false, us), facts: unreadable, verdict: audit.Undetermined, want: []string{mediaGap},
			decided: base,
		},
		{
			name: "unreadable, but any region will do", req: req("eu-west-1", true, nil), facts: unreadable, verdict: audit.Compliant,
			decided: with,
		},
		{name: "unreadable, not asked for", req: req("", false, nil), facts: unreadable, verdict: audit.Compliant, decided: base},
		{
			name: "whether crossing is permitted is not known yet", verdict: audit.Deferred, decided: base,
			req: req("us-east-1", false, nil, audit.ArgAllowCrossRegion),
		},
		{
			name: "whether crossing is permitted is not known yet, nor the region", verdict: audit.Deferred, decided: base, facts: unreadable,
			req: req("us-east-1", false, nil, audit.ArgAllowCrossRegion),
		},
		{
			name: "whether crossing is permitted does not matter", verdict: audit.Deferred, decided: with,
			req: req("eu-west-1", false, nil, audit.ArgAllowCrossRegion),
		},
		{
			name: "whether crossing is permitted is not known yet, but the region is not allowed", verdict: audit.Noncompliant,
			req: req("us-east-1", false, us, audit.ArgAllowCrossRegion), want: []string{residency},
		},
		{name: "application not known yet", verdict: audit.Deferred, decided: base, req: req("", false, nil, audit.ArgApplicationRegion)},
		{
			name: "application not known yet, but the region is not allowed", verdict: audit.Noncompliant,
			req: req("", false, us, audit.ArgApplicationRegion), want: []string{residency},
		},
		{name: "may still be allowed", verdict: audit.Deferred, decided: base, req: req("", false, us, audit.ArgAllowedRegions)},
		{
			name: "more regions to come, but the application's is wrong", verdict: audit.Noncompliant,
			req: req("us-east-1", false, us, audit.ArgAllowedRegions), want: []string{crossing},
		},
	})
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	req := func(texts ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, EgressAddresses: prefixes(texts...)}
	}
	allowlist := func(entries ...string) func(*audit.Facts) {
		return func(f *audit.Facts) { f.Settings = audit.Read(audit.Settings{IPAllowlist: entries}) }
	}
	more := req("203.0.113.1/32")
	more.Deferred = deferred(audit.ArgEgressAddresses)
	outside := func(subject, list string) []string {
		return []string{"fail network/" + subject + ": " + subject + " is outside the organization's IP allowlist: " + list + "."}
	}
	notPublic := func(subject string) []string {
		return []string{"fail network/" + subject + ": " + subject + " is not a public IPv4 address, so the platform never sees it."}
	}
	runVerdicts(t, []verdictCase{
		{name: "private address in a private entry", req: req("10.1.2.3/32"), facts: allowlist("10.0.0.0/8"), verdict: audit.Noncompliant, want: notPublic("10.1.2.3")},
		{name: "private address, no allowlist", req: req("192.168.0.0/24"), facts: allowlist([]string{}...), verdict: audit.Noncompliant, want: notPublic("192.168.0.0/24")},
		{name: "a range with private addresses in it", req: req("172.0.0.0/8"), facts: allowlist("0.0.0.0/0"), verdict: audit.Noncompliant, want: notPublic("172.0.0.0/8")},
		{name: "loopback", req: req("127.0.0.1/32"), facts: allowlist("127.0.0.1"), verdict: audit.Noncompliant, want: notPublic("127.0.0.1")},
		{name: "just outside the private ranges", req: req("172.32.0.1/32", "11.0.0.1/32"), facts: allowlist("172.32.0.0/16", "11.0.0.0/8"), verdict: audit.Compliant},
		{
			name: "inside", req: req("203.0.113.5/32", "203.0.113.128/25", "198.51.100.7/32"), verdict: audit.Compliant,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckNetwork},
		},
		{name: "no allowlist", req: req("192.0.2.1/32"), facts: allowlist([]string{}...), verdict: audit.Compliant},
		{
			name: "allowlist not shown", req: req("192.0.2.1/32"), facts: allowlist(), verdict: audit.Undetermined,
			want: []string{"unknown network/GET /api/v2/organizations/authentication/settings: The organization's authentication settings could not be read: " +
				"the answer shows no IP allowlist, not even an empty one."},
		},
		{
			name: "address outside", req: req("192.0.2.1/32"), facts: allowlist("203.0.113.0/24"), verdict: audit.Noncompliant,
			want: outside("192.0.2.1", "203.0.113.0/24"),
		},
		{name: "covered by two entries side by side", req: req("203.0.113.0/30"), facts: allowlist("203.0.113.2/31", "203.0.113.0/31"), verdict: audit.Compliant},
		{
			name: "covered but for one address", req: req("203.0.113.0/30"), facts: allowlist("203.0.113.2/31", "203.0.113.0"), verdict: audit.Noncompliant,
			want: outside("203.0.113.0/30", "203.0.113.0, 203.0.113.2/31"),
		},
		{
			name: "wider than the entry", req: req("203.0.112.0/23"), facts: allowlist("203.0.113.0/24"), verdict: audit.Noncompliant,
			want: outside("203.0.112.0/23", "203.0.113.0/24"),
		},
		{
			name: "spread over two entries", req: req("203.0.112.0/23"), facts: allowlist("203.0.112.0/24", "203.0.113.0/24"),
			verdict: audit.Compliant,
		},
		{
			name: "IPv6 outside", req: req("2001:db9::1/128"), facts: allowlist("2001:db8::/32"), verdict: audit.Noncompliant,
			want: notPublic("2001:db9::1"),
		},
		{
			name: "IPv4 is not inside an IPv6 entry", req: req("192.0.2.1/32"), facts: allowlist("::/0"), verdict: audit.Noncompliant,
			want: outside("192.0.2.1", "::/0"),
		},
		{
			name: "IPv6 address beside the one allowed", req: req("2001:db8::8/128"), facts: allowlist("2001:db8::7"),
			verdict: audit.Noncompliant, want: notPublic("2001:db8::8"),
		},
		{
			name: "IPv6 wider than all of IPv4", req: req("::ffff:0.0.0.0/90"), facts: allowlist("0.0.0.0/0"),
			verdict: audit.Noncompliant, want: notPublic("::ffff:0.0.0.0/90"),
		},
		{name: "IPv4 written as IPv6", req: req("::ffff:203.0.113.5/128"), facts: allowlist("203.0.113.0/24"), verdict: audit.Compliant},
		{name: "an entry with spaces", req: req("203.0.113.5/32"), facts: allowlist(" 203.0.113.0/24 "), verdict: audit.Compliant},
		{
			name: "an entry that is neither address nor CIDR", req: req("192.0.2.1/32", "203.0.113.5/32"), verdict: audit.Undetermined,
			facts: allowlist("192.0.2.0-192.0.2.9", "203.0.113.0/24"),
			want: []string{"unknown network/192.0.2.1: Whether 192.0.2.1 is inside the organization's IP allowlist is unknown: " +
				`the list has entries that are neither an address nor a CIDR: "192.0.2.0-192.0.2.9".`},
		},
		{
			name: "zero value", req: audit.Requirement{ClientName: dashboard, EgressAddresses: []netip.Prefix{{}}},
			facts: allowlist("0.0.0.0/0"), verdict: audit.Noncompliant, want: notPublic("invalid Prefix"),
		},
		{
			name: "unreadable", req: req("203.0.113.5/32"), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Settings = audit.Unreadable[audit.Settings](gap("directory:organization:admin"))
			},
			want: []string{"unknown network/GET /api/v2/some/evidence: The organization's authentication settings could not be read: " +
				"403 missing.any.permissions. The auditing client lacks directory:organization:admin."},
		},
		{
			name: "more to come", req: more, verdict: audit.Deferred,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
	})
}
