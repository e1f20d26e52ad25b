package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
)

var accessPolicyRule = rule{
	Description: Description{
		ID: CheckAccessPolicy, Title: "No access policy denies the permissions", Failed: "Access policies that deny the call",
		Stage: StagePolicy, Severity: 5.5,
		Cause: "An access policy of the organization denies, or may deny, a needed permission to the client or its user. Access policies only " +
			"narrow what roles grant, so no role can make up for it.",
		Remedy: "Change the access policy, or set ignore_access_policies = true if the organization does not use attribute-based access control.",
	},
	asks:  []Argument{ArgRequiredPermissions, ArgEndpoints, ArgNotificationTopics, ArgDivisions, ArgAcceptConditionalGrants},
	judge: judgeAccessPolicy,
}

const notWithPolicies = "Alternatively, set ignore_access_policies = true if the organization does not use attribute-based access control."

// judgeAccessPolicy judges whether an access policy denies what the roles grant. Where one of several permissions is enough, it looks for one that
// is granted and that no policy can affect.
func judgeAccessPolicy(v *view) (o opinion) {
	r := v.climbed()
	isFlat := func(n need) bool { // a policy is on a permission of the form domain:entity:action
		return !slices.ContainsFunc(n.options, func(name string) bool { return !access.IsFlat(name) })
	}
	needed := slices.DeleteFunc(slices.Clone(r.needed.required), isFlat)
	open := slices.DeleteFunc(slices.Clone(r.needed.open), isFlat)
	if v.req.IgnoreAccessPolicies && !v.req.isDeferred(ArgIgnoreAccessPolicies) || len(needed)+len(open) == 0 {
		return o
	}
	o.applies = true
	if !r.complete && r.wants() == 0 { // what is granted is not known, which the check permission says
		o.open = true
		return o
	}
	policies, state := consult(&o.wants, policiesSource, v.facts)
	from := slices.Concat(needed, open).origin()
	switch state {
	case notRead:
		o.open = true
		return o
	case unreadable:
		finding := gapIn(policiesSource, v.facts, from)
		finding.Remediation += " " + notWithPolicies
		o.report(finding)
	case read:
		if r.wants() != 0 { // which permissions are granted is not known yet
			o.open = true
			return o
		}
		for _, need := range needed {
			if finding, touched := v.touched(r, need, policies); touched {
				o.report(finding)
			}
		}
		for _, need := range open {
			if finding, touched := v.touched(r, need, policies); touched {
				finding.Status = Unknown
				finding.Message += " Whether the call needs it depends on the request."
				o.report(finding)
			}
		}
	}
	if v.req.isDeferred(ArgIgnoreAccessPolicies) && len(o.findings) > 0 {
		return opinion{applies: true, open: true}
	}
	return o
}

// touched is the finding on the option of a need that policies affect least; false if they do not affect it. Each required division needs an option
// that is granted there and that no policy touches.
func (v *view) touched(r *rights, need need, policies []AccessPolicy) (worst Finding, found bool) {
	for _, division := range r.divisionsOf(need) {
		best := unavailable
		for _, name := range need.options {
			best = min(best, r.rungOf(name, division))
		}
		usable := slices.DeleteFunc(slices.Clone(need.options), func(name string) bool { return r.rungOf(name, division) > max(best, waiting) })
		least := v.effectOn(usable[0], policies)
		for _, name := range usable[1:] {
			if finding := v.effectOn(name, policies); finding.Status == "" || least.Status == Fail && finding.Status == Unknown {
				least = finding
			}
			if least.Status == "" {
				break
			}
		}
		if least.Status != "" && (!found || worst.Status == Unknown && least.Status == Fail) {
			worst, found = least, true
		}
	}
	worst.Argument, worst.Endpoints = need.origin.argument, need.origin.endpoints
	return worst, found
}

// effectOn is what all policies together do to a permission; no status if none touches it.
func (v *view) effectOn(name string, policies []AccessPolicy) Finding {
	worst := Finding{Subject: name}
	for _, policy := range policies {
		status, reason := v.effect(name, policy)
		label := cmp.Or(policy.Name, policy.ID, "(not shown)")
		message := fmt.Sprintf("The access policy %q denies %s to the %s.", label, name, v.subjectNoun())
		if status == Unknown {
			message = fmt.Sprintf("The access policy %q may deny %s: %s.", label, name, reason)
		}
		if status == "" || worst.Status == Fail && status == Unknown || worst.Status == status && worst.Message <= message {
			continue
		}
		worst.Status, worst.Message = status, message
		worst.Remediation = fmt.Sprintf("Change the policy %q if it should not apply to the %s. %s", label, v.subjectNoun(), notWithPolicies)
	}
	return worst
}

func (v *view) subjectNoun() string {
	if v.client.kind == access.OfUser {
		return "user"
	}
	return "client"
}

// effect is what one policy does to a permission: nothing, or it denies it, or it may deny it for the reason given.
func (v *view) effect(name string, p AccessPolicy) (status Status, reason string) {
	_, legible := access.Split(p.Target)
	isTarget := p.Target == name
	binding, doubt := v.binding(p)
	switch {
	case legible && !access.Overlaps(p.Target, name), p.Active != nil && !*p.Active, binding == bindsOthers:
		return "", ""
	case !legible:
		return Unknown, "the platform does not show which permission it targets"
	case p.Active == nil:
		return Unknown, "the platform does not show whether it is active"
	case p.Effect == "DENY" && binding == mayBind:
		return Unknown, doubt
	case !isTarget:
		return Unknown, fmt.Sprintf("the documentation does not say whether its target %q includes the permission", p.Target)
	case p.Effect == "ALLOW":
		return Unknown, "once a permission has policies, one of them must allow the call, and whether this one does cannot be determined"
	case p.Effect != "DENY":
		return Unknown, fmt.Sprintf("its effect %q is not documented", p.Effect)
	case p.Conditional:
		return Unknown, "whether a call meets its condition cannot be determined"
	default:
		return Fail, ""
	}
}

// binding says whether a policy is about the caller.
type binding int

const (
	bindsOthers binding = iota
	mayBind
	binds
)

// binding tells whether a policy is about the client, or about the user that it acts for. A policy that allows something to others is about
// the caller too: a permission with such policies takes one that allows it.
func (v *view) binding(p AccessPolicy) (b binding, doubt string) {
	isClients := v.client.kind == access.OfClient
	others := bindsOthers
	if p.Effect != "DENY" {
		others = mayBind
	}
	documented := slices.Contains([]string{"ALL", "USER", "GROUP", "TEAM"}, p.SubjectType)
	switch {
	case documented && isClients && p.AppliesToClients != nil && !*p.AppliesToClients:
		return bindsOthers, ""
	case p.SubjectType == "ALL":
	case p.SubjectType == "USER" && p.SubjectID != "" && v.client.kind != access.KindNotKnown && (isClients || v.req.UserID != ""):
		if isClients || !strings.EqualFold(p.SubjectID, v.req.UserID) {
			return others, ""
		}
	case p.SubjectType == "CLIENT" && p.SubjectID != "" && !strings.EqualFold(p.SubjectID, v.client.ID):
		return others, ""
	case p.SubjectType == "CLIENT" && p.SubjectID != "" && isClients:
	case p.SubjectType == "GROUP", p.SubjectType == "TEAM":
		return mayBind, "whether the " + v.subjectNoun() + " belongs to its group or team is unknown"
	default:
		return mayBind, fmt.Sprintf("whether its subject %q is the %s is unknown", p.SubjectType, v.subjectNoun())
	}
	if p.AppliesToClients == nil || !*p.AppliesToClients {
		return mayBind, "whether it applies to OAuth clients is unknown"
	}
	return binds, ""
}
