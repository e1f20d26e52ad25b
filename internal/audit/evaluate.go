// Package audit judges whether an OAuth client of a Genesys Cloud organization has the access that an integration needs. It is
// pure: facts and a requirement go in, a verdict with its findings comes out.
//
// # Evidence
//
// The caller starts with empty facts, reads the sources that Result.Wants names, and evaluates again until nothing is wanted. What
// is not read yet leaves its check undecided; what could not be read makes its check unknown. Neither can become a pass.
//
// # Values that are not known yet
//
// A check that depends on a deferred argument is decided only as far as the outcome is the same whatever the value turns out to be:
// a known required scope that is missing fails now. While any argument is deferred the verdict is never compliant.
package audit

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Evaluate judges a client of one organization by what is required of it. now decides which waivers still count. It is deterministic:
// the order of the lists in the requirement and the facts does not matter. The lists are neither changed nor kept.
func Evaluate(req Requirement, facts Facts, now time.Time) Result {
	e := &evaluation{req: req, facts: facts, now: now}
	e.checkRegion()
	e.checkNetwork()
	if client := e.findClient(); client != nil {
		e.client = client
		e.checkClientState()
		e.checkAuthorization()
		e.checkGrantType()
		e.checkUserContext()
		needed := e.neededScopes()
		e.checkScope(needed)
		e.checkScopeExcess()
		e.checkScopeForbidden()
		e.checkScopeUnknown()
		e.checkGrants()
		e.checkTokenScope(needed)
		e.checkTokenValidity()
	} else {
		e.skip(dependsOnClient)
	}
	e.applyWaivers()
	return e.result()
}

// ofOrganization are the checks that look at the organization alone, whichever client is audited.
var ofOrganization = setOf(CheckRegion, CheckNetwork)

// dependsOnClient are the checks that say nothing as long as the client is not known.
var dependsOnClient = setOf(checks...) &^ ofOrganization &^ setOf(CheckClient)

// evaluation is the state of one call of Evaluate.
type evaluation struct {
	req   Requirement
	facts Facts
	now   time.Time

	organization Organization
	region       string
	client       *auditedClient
	grantedRoles []string

	wants    []Source
	findings []Finding
	applies  checkSet // the checks that apply
	open     checkSet // the checks that are not decided, or not wholly
	skipped  checkSet // the checks that do not apply because there is no client to apply them to
}

// report adds a finding.
func (e *evaluation) report(finding Finding) {
	e.applies |= setOf(finding.Check)
	if finding.Status == Unknown {
		e.open |= setOf(finding.Check)
	}
	e.findings = append(e.findings, finding)
}

// apply notes that checks apply; without a finding they pass, unless something leaves them open.
func (e *evaluation) apply(checks ...Check) { e.applies |= setOf(checks...) }

// skip leaves out the checks that need a client. When the client is not known yet they are open; when it is known that there is
// none, the check client says all there is to say.
func (e *evaluation) skip(checks checkSet) {
	if e.open.has(CheckClient) {
		e.open |= checks
	} else {
		e.skipped |= checks
	}
}

// isDeferred tells whether one of the arguments is not wholly known yet.
func (e *evaluation) isDeferred(arguments ...Argument) bool {
	return slices.ContainsFunc(arguments, func(argument Argument) bool { return e.req.Deferred[argument] })
}

// leaveOpenIf leaves a check open when one of the arguments, not wholly known yet, can still add something to it.
func (e *evaluation) leaveOpenIf(check Check, arguments ...Argument) {
	if e.isDeferred(arguments...) {
		e.open |= setOf(check)
	}
}

// consult looks at a piece of evidence. Evidence that has not been read is wanted from now on.
func consult[T any](e *evaluation, source Source, evidence Evidence[T]) (T, evidenceState) {
	if evidence.state == notRead && !slices.Contains(e.wants, source) {
		e.wants = append(e.wants, source)
	}
	return evidence.value, evidence.state
}

// reportGap reports that a check could not be decided because a source could not be read.
func (e *evaluation) reportGap(check Check, source Source, gap Gap, from origin) {
	e.report(gapFinding(check, source, gap, from))
}

func gapFinding(check Check, source Source, gap Gap, from origin) Finding {
	info := infoOf(source)
	message := "The " + info.noun + " could not be read."
	if reason := ended(gap.Reason); reason != "" {
		message = "The " + info.noun + " could not be read: " + reason
	}
	if gap.Permission != "" && !strings.Contains(message, gap.Permission) {
		message += " The auditing client lacks " + gap.Permission + "."
	}
	return Finding{
		Check:       check,
		Status:      Unknown,
		Subject:     cmp.Or(gap.Request, info.request),
		Message:     message,
		Remediation: cmp.Or(gap.Remediation, defaultRemediation(gap)),
		Argument:    from.argument,
		Endpoints:   from.endpoints,
		Trace:       gap.Trace,
	}
}

func defaultRemediation(gap Gap) string {
	if gap.Permission != "" {
		return "Grant " + gap.Permission + " to the auditing client under Admin > Integrations > OAuth > Roles."
	}
	return "Plan again; what could not be read never passes."
}

// allEndpoints are the endpoints that must be callable, as written.
func (e *evaluation) allEndpoints() []string {
	var written []string
	for _, endpoint := range e.req.Endpoints {
		written = append(written, endpoint.Written)
	}
	slices.Sort(written)
	return slices.Compact(written)
}

// result puts together what was found.
func (e *evaluation) result() Result {
	e.sortFindings()
	result := Result{
		Findings:     e.findings,
		Wants:        e.sortedWants(),
		Organization: e.organization,
		Region:       e.region,
	}
	var failed, waived, unknown checkSet
	for i := range e.findings {
		finding := &e.findings[i]
		switch {
		case finding.Status == Unknown:
			unknown |= setOf(finding.Check)
		case finding.Status == Fail && finding.Waived:
			waived |= setOf(finding.Check)
		case finding.Status == Fail:
			failed |= setOf(finding.Check)
		}
		if e.client != nil && !ofOrganization.has(finding.Check) {
			finding.ClientID, finding.ClientName = e.client.ID, e.client.Name
		}
	}
	decided := e.applies&^e.open | failed | waived
	result.Decided, result.Failed = decided.inOrder(), failed.inOrder()
	switch {
	case failed != 0:
		result.Verdict = Noncompliant
	case unknown != 0 || len(e.wants) > 0:
		result.Verdict = Undetermined
	case e.anythingDeferred():
		result.Verdict = Deferred
	case decided == 0 || e.open != 0:
		result.Verdict = Undetermined
	default:
		result.Verdict = Compliant
	}
	if e.client != nil {
		audited := AuditedClient{
			ID: e.client.ID, Name: e.client.Name, GrantType: e.client.GrantType, Verdict: result.Verdict, Roles: e.grantedRoles,
			Decided: result.Decided, Passed: (decided &^ (failed | waived | unknown)).inOrder(),
		}
		if held := e.client.scopes(); held.known {
			audited.Scopes = sorted(held.names)
		}
		result.Clients = []AuditedClient{audited}
	}
	return result
}

func (e *evaluation) anythingDeferred() bool {
	for _, deferred := range e.req.Deferred {
		if deferred {
			return true
		}
	}
	return false
}

func (e *evaluation) sortedWants() []Source {
	var wants []Source
	for _, s := range sources {
		if slices.Contains(e.wants, s.source) {
			wants = append(wants, s.source)
		}
	}
	return wants
}

// sortFindings puts the findings in order and joins those that say the same of the same subject.
func (e *evaluation) sortFindings() {
	slices.SortStableFunc(e.findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(position(a.Check), position(b.Check)),
			cmp.Compare(a.Status.rank(), b.Status.rank()),
			cmp.Compare(a.Subject, b.Subject),
			cmp.Compare(a.Message, b.Message),
		)
	})
	distinct := e.findings[:0]
	for _, finding := range e.findings {
		if n := len(distinct); n > 0 && finding.sameSubject(distinct[n-1]) {
			joined := origin{distinct[n-1].Argument, distinct[n-1].Endpoints}.and(origin{finding.Argument, finding.Endpoints})
			distinct[n-1].Argument, distinct[n-1].Endpoints = joined.argument, joined.endpoints
			continue
		}
		distinct = append(distinct, finding)
	}
	e.findings = distinct
}

func (f Finding) sameSubject(other Finding) bool {
	return f.Check == other.Check && f.Status == other.Status && f.Subject == other.Subject
}
