package audit

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

var regionRule = rule{
	reach: ofOrganization,
	Description: Description{
		ID: CheckRegion, Title: "The region is as expected", Failed: "Organization in another region",
		Stage: StageRegion, Severity: 7.5,
		Cause: "The organization and the application are in different regions and cross-region calls are not recorded as permitted, or the " +
			"organization's region is not among the allowed ones.",
		Remedy: "Run the application in the organization's region, or permit cross-region calls under Admin > Security > API settings and set " +
			"allow_cross_region = true.",
	},
	asks:  []Argument{ArgApplicationRegion, ArgAllowedRegions},
	judge: judgeRegion,
}

// place is the region that the organization is in, as far as something proves it.
type place struct {
	opinion
	region string // empty: not known
	proven bool
}

// place finds out where the organization is, if that matters. The hosts of a region serve only the organizations of that region, so a token that
// they issued or accepted is the proof. Behind other hosts the media home region is the proof.
func (v *view) place() *place {
	return once(&v.where, func() *place {
		p := &place{region: v.facts.Region}
		if !v.regionMatters() {
			return p
		}
		if v.facts.Region != "" {
			p.believeHosts(v)
		} else {
			p.readHome(v)
		}
		return p
	})
}

// asksForRegion and asksForResidency tell which of the two demands on the region there are.
func (v *view) asksForRegion() bool {
	return v.req.ApplicationRegion != "" && !v.req.isDeferred(ArgApplicationRegion)
}

func (v *view) asksForResidency() bool { return v.req.AllowedRegions != nil }

// mayCross tells whether any region will do for the application, or may turn out to.
func (v *view) mayCross() bool {
	return v.req.AllowCrossRegion || v.req.isDeferred(ArgAllowCrossRegion)
}

// regionMatters tells whether the outcome depends on the region.
func (v *view) regionMatters() bool {
	return v.asksForRegion() && !v.mayCross() || v.asksForResidency() && !v.req.isDeferred(ArgAllowedRegions)
}

// regionOrigin is what needs the region.
func (v *view) regionOrigin() origin {
	switch decisive := v.asksForRegion() && !v.mayCross(); {
	case decisive && v.asksForResidency():
		return origin{endpoints: v.allEndpoints()} // both arguments need it
	case decisive:
		return origin{ArgApplicationRegion, v.allEndpoints()}
	default:
		return origin{argument: ArgAllowedRegions}
	}
}

func (p *place) believeHosts(v *view) {
	id := v.identity()
	p.wants |= id.wants
	switch {
	case id.accepted:
		p.proven = true
	case id.wants != 0:
		p.open = true
	default:
		finding := gapIn(tokenSource, v.facts, v.regionOrigin())
		finding.Message = text.Sentences(fmt.Sprintf("Nothing shows that the organization is in %s: no host of that region accepted a token.", v.facts.Region),
			finding.Message)
		p.report(finding)
	}
}

func (p *place) readHome(v *view) {
	media, state := consult(&p.wants, mediaRegionsSource, v.facts)
	from := v.regionOrigin()
	switch {
	case state == notRead:
		p.open = true
	case state == unreadable:
		finding := gapIn(mediaRegionsSource, v.facts, from)
		finding.Remediation += " Alternatively, connect to the region's own hosts, without login_url and api_url."
		p.report(finding)
	case media.Home == "":
		p.report(gapFinding(mediaRegionsSource.SourceInfo, Gap{
			Reason:      "the answer names no home region",
			Remediation: "Connect to the region's own hosts, without login_url and api_url.",
		}, from))
	default:
		p.region, p.proven = media.Home, true
	}
}

// judgeRegion judges where the organization is: in the application's region, and in one that is allowed.
func judgeRegion(v *view) (o opinion) {
	if !v.asksForRegion() && !v.asksForResidency() {
		return o
	}
	p := v.place()
	o = p.opinion
	o.applies = true
	if v.regionMatters() && !p.proven {
		return o
	}
	if v.asksForRegion() {
		o.judgeApplicationRegion(v, p.region)
	}
	if v.asksForResidency() {
		o.judgeAllowedRegions(v, p.region)
	}
	return o
}

func (o *opinion) judgeApplicationRegion(v *view, region string) {
	switch {
	case region == v.req.ApplicationRegion:
	case v.req.isDeferred(ArgAllowCrossRegion):
		o.open = true
	case !v.req.AllowCrossRegion:
		o.report(Finding{
			Status: Fail, Subject: v.req.ApplicationRegion,
			Message: fmt.Sprintf("The organization is in %s, the application runs in %s, and cross-region calls are not recorded as permitted.",
				region, v.req.ApplicationRegion),
			Remediation: fmt.Sprintf("Run the application in %s, or permit cross-region calls under Admin > Security > API settings and then set "+
				"allow_cross_region = true.", region),
			Argument:  ArgApplicationRegion,
			Endpoints: v.allEndpoints(),
		})
	}
}

func (o *opinion) judgeAllowedRegions(v *view, region string) {
	switch {
	case slices.Contains(v.req.AllowedRegions, region):
	case v.req.isDeferred(ArgAllowedRegions): // it may still be among them
	default:
		o.report(Finding{
			Status: Fail, Subject: region,
			Message: fmt.Sprintf("The organization is in %s, which is not an allowed region; allowed: %s.",
				region, cmp.Or(text.List(text.Sorted(v.req.AllowedRegions)), "none")),
			Remediation: fmt.Sprintf("Use an organization in an allowed region, or add %s to allowed_regions.", region),
			Argument:    ArgAllowedRegions,
		})
	}
}
