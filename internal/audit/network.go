package audit

import (
	"fmt"
	"net/netip"
	"strings"

	"go4.org/netipx"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

var networkRule = rule{
	reach: ofOrganization,
	Description: Description{
		ID: CheckNetwork, Title: "The addresses are allowed", Failed: "Addresses outside the allowlist",
		Stage: StageApplication, Severity: 5.0,
		Cause: "The organization has an IP allowlist, and an address from which the application calls is outside it; or the address is not a " +
			"public IPv4 address, so the platform never sees it.",
		Remedy: "Have an administrator add the public address to the IP allowlist under " + allowlistAdmin + ", or correct egress_addresses.",
	},
	asks:  []Argument{ArgEgressAddresses},
	judge: judgeNetwork,
}

const allowlistAdmin = "Admin > Account Settings > Organization Settings"

// judgeNetwork judges whether the application's outgoing addresses are inside the organization's IP allowlist, when it has one.
func judgeNetwork(v *view) (o opinion) {
	var public []netip.Prefix
	for _, egress := range v.req.EgressAddresses {
		o.applies = true
		if isPublic(unmapped(egress)) {
			public = append(public, egress)
			continue
		}
		o.report(Finding{
			Status: Fail, Subject: prefixLabel(egress), Argument: ArgEgressAddresses, Endpoints: v.allEndpoints(),
			Message:     prefixLabel(egress) + " is not a public IPv4 address, so the platform never sees it.",
			Remediation: "Set egress_addresses to the public IPv4 addresses from which the application's calls reach the internet.",
		})
	}
	if len(public) == 0 {
		return o
	}
	settings, state := consult(&o.wants, settingsSource, v.facts)
	from := origin{ArgEgressAddresses, v.allEndpoints()}
	switch {
	case state == notRead:
		o.open = true
		return o
	case state == unreadable:
		o.report(gapIn(settingsSource, v.facts, from))
		return o
	case settings.IPAllowlist == nil:
		o.report(gapFinding(settingsSource.SourceInfo, Gap{
			Reason:      "the answer shows no IP allowlist, not even an empty one",
			Remediation: "Look at the allowlist in the organization settings.",
		}, from))
		return o
	case len(settings.IPAllowlist) == 0:
		return o
	}
	allowed, illegible := parseAllowlist(settings.IPAllowlist)
	for _, egress := range public {
		if !allowed.ContainsPrefix(unmapped(egress)) {
			o.report(outside(egress, settings.IPAllowlist, illegible, from))
		}
	}
	return o
}

// notPublic are the IPv4 addresses that are never the source of a packet on the internet.
var notPublic = func() *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, cidr := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3",
	} {
		b.AddPrefix(netip.MustParsePrefix(cidr))
	}
	set, _ := b.IPSet() // the CIDRs above are valid
	return set
}()

// isPublic tells whether a prefix consists of public IPv4 addresses.
func isPublic(prefix netip.Prefix) bool {
	return prefix.Addr().Is4() && !notPublic.OverlapsPrefix(prefix)
}

// parseAllowlist reads the entries of an allowlist; those that are neither an address nor a CIDR are returned as they are.
func parseAllowlist(entries []string) (allowed *netipx.IPSet, illegible []string) {
	var b netipx.IPSetBuilder
	for _, entry := range entries {
		prefix, ok := parsePrefix(strings.TrimSpace(entry))
		if !ok {
			illegible = append(illegible, entry)
			continue
		}
		b.AddPrefix(prefix)
	}
	allowed, err := b.IPSet()
	if err != nil { // no prefix that parsePrefix returns is invalid
		return &netipx.IPSet{}, text.Sorted(entries)
	}
	return allowed, illegible
}

func parsePrefix(s string) (netip.Prefix, bool) {
	if prefix, err := netip.ParsePrefix(s); err == nil {
		return unmapped(prefix).Masked(), true
	}
	address, err := netip.ParseAddr(s)
	if err != nil || address.Zone() != "" {
		return netip.Prefix{}, false
	}
	return unmapped(netip.PrefixFrom(address, address.BitLen())), true
}

// mappedBits is the length of ::ffff:0:0/96, under which IPv6 holds the IPv4 addresses.
const mappedBits = 96

// unmapped is an IPv4 prefix for one that is written as IPv6.
func unmapped(prefix netip.Prefix) netip.Prefix {
	if prefix.Addr().Is4In6() && prefix.Bits() >= mappedBits {
		return netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-mappedBits)
	}
	return prefix
}

func outside(egress netip.Prefix, allowlist, illegible []string, from origin) Finding {
	finding := Finding{
		Status: Fail, Subject: prefixLabel(egress), Argument: from.argument, Endpoints: from.endpoints,
		Message:     fmt.Sprintf("%s is outside the organization's IP allowlist: %s.", prefixLabel(egress), text.List(text.Sorted(allowlist))),
		Remediation: "Add it to the IP allowlist under " + allowlistAdmin + ".",
	}
	if len(illegible) > 0 {
		finding.Status = Unknown
		finding.Message = fmt.Sprintf("Whether %s is inside the organization's IP allowlist is unknown: "+
			"the list has entries that are neither an address nor a CIDR: %s.", prefixLabel(egress), text.Quoted(text.Sorted(illegible)))
	}
	return finding
}

// prefixLabel is a prefix, or just the address where it holds only one.
func prefixLabel(prefix netip.Prefix) string {
	if prefix.IsSingleIP() {
		return prefix.Addr().String()
	}
	return prefix.String()
}
