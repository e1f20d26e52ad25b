package audit

import (
	"cmp"
	"fmt"
	"slices"
)

// checkRegion checks where the organization is: in the application's region, and in one that is allowed.
func (e *evaluation) checkRegion() {
	e.region = e.facts.Region
	e.leaveOpenIf(CheckRegion, ArgApplicationRegion, ArgAllowedRegions)
	sameRegion := e.req.ApplicationRegion != "" && !e.isDeferred(ArgApplicationRegion)
	residency := e.req.AllowedRegions != nil
	if !sameRegion && !residency {
		return
	}
	e.apply(CheckRegion)
	// Where cross-region calls are permitted, or may turn out to be, any region will do for the application.
	crossing := e.req.AllowCrossRegion || e.isDeferred(ArgAllowCrossRegion)
	decisive := sameRegion && !crossing
	if e.region == "" && (decisive || residency && !e.isDeferred(ArgAllowedRegions)) && !e.readHomeRegion(decisive) {
		return
	}
	if sameRegion {
		e.checkApplicationRegion()
	}
	if residency {
		e.checkAllowedRegions()
	}
}

// readHomeRegion takes the media home region for the organization's, when no region is configured.
func (e *evaluation) readHomeRegion(forApplication bool) bool {
	media, state := consult(e, SourceMediaRegions, e.facts.MediaRegions)
	from := origin{argument: ArgAllowedRegions}
	if forApplication {
		from = origin{ArgApplicationRegion, e.allEndpoints()}
		if e.req.AllowedRegions != nil {
			from.argument = "" // both arguments need it
		}
	}
	switch {
	case state == notRead:
		e.open |= setOf(CheckRegion)
	case state == unreadable:
		finding := gapFinding(CheckRegion, SourceMediaRegions, e.facts.MediaRegions.gap, from)
		finding.Remediation = "Set aws_region in the provider configuration, beside api_url. Or: " + finding.Remediation
		e.report(finding)
	case media.Home == "":
		e.reportGap(CheckRegion, SourceMediaRegions, Gap{
			Reason:      "the answer names no home region",
			Remediation: "Set aws_region in the provider configuration.",
		}, from)
	default:
		e.region = media.Home
		return true
	}
	return false
}

func (e *evaluation) checkApplicationRegion() {
	switch {
	case e.region == e.req.ApplicationRegion:
	case e.isDeferred(ArgAllowCrossRegion):
		e.open |= setOf(CheckRegion)
	case !e.req.AllowCrossRegion:
		e.report(Finding{
			Check: CheckRegion, Status: Fail, Subject: e.req.ApplicationRegion,
			Message: fmt.Sprintf("The organization is in %s, the application runs in %s, and cross-region calls are not recorded as permitted.",
				e.region, e.req.ApplicationRegion),
			Remediation: fmt.Sprintf("Run the application in %s, or permit cross-region calls under Admin > Security > API settings and then set "+
				"allow_cross_region = true.", e.region),
			Argument:  ArgApplicationRegion,
			Endpoints: e.allEndpoints(),
		})
	}
}

func (e *evaluation) checkAllowedRegions() {
	switch {
	case slices.Contains(e.req.AllowedRegions, e.region):
	case e.isDeferred(ArgAllowedRegions): // it may still be among them
	default:
		e.report(Finding{
			Check: CheckRegion, Status: Fail, Subject: e.region,
			Message: fmt.Sprintf("The organization is in %s, which is not an allowed region; allowed: %s.",
				e.region, cmp.Or(list(sorted(e.req.AllowedRegions)), "none")),
			Remediation: fmt.Sprintf("Use an organization in an allowed region, or add %s to allowed_regions.", e.region),
			Argument:    ArgAllowedRegions,
		})
	}
}
