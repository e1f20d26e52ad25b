package audit

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// checkNetwork checks that the application's outgoing addresses are inside the organization's IP allowlist, when it has one.
func (e *evaluation) checkNetwork() {
	e.leaveOpenIf(CheckNetwork, ArgEgressAddresses)
	if len(e.req.EgressAddresses) == 0 {
		return
	}
	e.apply(CheckNetwork)
	settings, state := consult(e, SourceSettings, e.facts.Settings)
	switch state {
	case notRead:
		e.open |= setOf(CheckNetwork)
		return
	case unreadable:
		e.reportGap(CheckNetwork, SourceSettings, e.facts.Settings.gap, origin{ArgEgressAddresses, e.allEndpoints()})
		return
	}
	if settings.IPAllowlist == nil {
		e.reportGap(CheckNetwork, SourceSettings, Gap{
			Reason:      "the answer shows no IP allowlist, not even an empty one",
			Remediation: "Look at the allowlist in the organization settings; what is not shown never passes.",
		}, origin{ArgEgressAddresses, e.allEndpoints()})
		return
	}
	if len(settings.IPAllowlist) == 0 {
		return
	}
	allowed, illegible := parseAllowlist(settings.IPAllowlist)
	for _, egress := range e.req.EgressAddresses {
		if !covered(unmapped(egress), allowed) {
			e.reportOutside(egress, settings.IPAllowlist, illegible)
		}
	}
}

// parseAllowlist reads the entries of an allowlist; those that are neither an address nor a CIDR are returned as they are.
func parseAllowlist(entries []string) (allowed []netip.Prefix, illegible []string) {
	for _, entry := range entries {
		prefix, ok := parsePrefix(strings.TrimSpace(entry))
		if !ok {
			illegible = append(illegible, entry)
			continue
		}
		allowed = append(allowed, prefix)
	}
	return allowed, illegible
}

func parsePrefix(text string) (netip.Prefix, bool) {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return unmapped(prefix), true
	}
	address, err := netip.ParseAddr(text)
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

// covered tells whether the whole of a prefix lies inside the allowed ones, in one of them or in several side by side.
func covered(prefix netip.Prefix, allowed []netip.Prefix) bool {
	if !prefix.IsValid() || slices.ContainsFunc(allowed, func(entry netip.Prefix) bool { return contains(entry, prefix) }) {
		return prefix.IsValid()
	}
	inside := slices.DeleteFunc(slices.Clone(allowed), func(entry netip.Prefix) bool { return !contains(prefix, entry) })
	if len(inside) == 0 {
		return false
	}
	lower, upper := halves(prefix)
	return covered(lower, inside) && covered(upper, inside)
}

// halves are the two prefixes, one bit longer, that a prefix of more than one address is made of.
func halves(prefix netip.Prefix) (lower, upper netip.Prefix) {
	bits := prefix.Bits() + 1
	address := prefix.Masked().Addr().AsSlice()
	lower = netip.PrefixFrom(prefix.Masked().Addr(), bits)
	const byteBits = 8
	address[(bits-1)/byteBits] |= 1 << (byteBits - 1 - (bits-1)%byteBits)
	other, _ := netip.AddrFromSlice(address)
	return lower, netip.PrefixFrom(other, bits)
}

// contains tells whether the whole of inner lies inside outer.
func contains(outer, inner netip.Prefix) bool {
	return inner.IsValid() && outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

func (e *evaluation) reportOutside(egress netip.Prefix, allowlist, illegible []string) {
	finding := Finding{
		Check: CheckNetwork, Status: Fail, Subject: prefixLabel(egress),
		Message:     fmt.Sprintf("%s is outside the organization's IP allowlist: %s.", prefixLabel(egress), list(sorted(allowlist))),
		Remediation: "Add it to the IP allowlist in the organization settings under Admin > Account Settings > Organization Settings.",
		Argument:    ArgEgressAddresses,
		Endpoints:   e.allEndpoints(),
	}
	if len(illegible) > 0 {
		finding.Status = Unknown
		finding.Message = fmt.Sprintf("Whether %s is inside the organization's IP allowlist is not known: "+
			"it has entries that are neither an address nor a CIDR: %s.", prefixLabel(egress), quotedList(sorted(illegible)))
	}
	e.report(finding)
}

// prefixLabel is a prefix, or just the address where it holds only one.
func prefixLabel(prefix netip.Prefix) string {
	if prefix.IsSingleIP() {
		return prefix.Addr().String()
	}
	return prefix.String()
}
