// Package audit judges whether an OAuth client of a Genesys Cloud organization has the access that an integration needs. It is
// pure: facts and a requirement go in, a verdict with its findings comes out.
//
// # Evidence
//
// The caller starts with empty facts, reads the sources that Result.Wants names, and evaluates again until nothing is wanted. Evidence
// that is not read yet leaves its check undecided. Evidence that could not be read makes its check unknown. Neither can become a pass.
//
// # Values that are not known yet
//
// A check that depends on a deferred argument is decided only as far as the outcome is the same whatever the value turns out to be:
// a known required scope that is missing fails now. While any argument is deferred the verdict is never compliant.
package audit

import (
	"cmp"
	"slices"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// Evaluate judges the access of one organization by what is required of it. now decides which waivers still count. It is deterministic:
// the order of the lists in the requirement and the facts does not matter. The lists are neither changed nor kept.
func Evaluate(req Requirement, facts Facts, now time.Time) Result {
	facts = req.Planned.over(facts)
	v := newView(&req, &facts)
	whole := v.judge(ofOrganization)
	selected := v.selected().clients
	if len(selected) == 0 {
		whole.leaveOut(ofClient)
	}
	whole.waive(req, now)

	result := Result{Organization: v.identity().organization, Region: v.place().region}
	total, common := whole, whole
	if req.Clients != nil {
		common = whole.withoutFailuresOf(CheckClient)
		result.Clients = make([]AuditedClient, 0, len(selected))
	}
	for _, client := range selected {
		c := v.of(client)
		one := c.judge(ofClient)
		one.nameClient(client)
		one.waive(req, now)
		total.add(one)
		result.Clients = append(result.Clients, c.audited(common.and(one)))
	}
	total.warnOfUnusedWaivers(req)
	total.sort()
	result.Findings, result.Wants = total.findings, total.wants.inOrder()
	result.Verdict = total.verdict(req)
	result.Decided, result.Failed = total.decided().inOrder(), total.failed().inOrder()
	return result
}

// judge puts the rows of one reach to the question.
func (v *view) judge(reach reach) sheet {
	var s sheet
	for i := range rules {
		if rules[i].reach == reach {
			s.enter(&rules[i], v.plannedOpinion(&rules[i], rules[i].judge(v)), *v.req)
		}
	}
	return s
}

// audited is what a result says of one client; of one of many, only the verdict.
func (v *view) audited(s sheet) AuditedClient {
	if v.req.Clients != nil {
		return AuditedClient{ID: v.client.ID, Name: v.client.Name, GrantType: v.client.GrantType, Verdict: s.verdict(*v.req)}
	}
	a := AuditedClient{
		ID: v.client.ID, Name: v.client.Name, GrantType: v.client.GrantType,
		Verdict: s.verdict(*v.req), Decided: s.decided().inOrder(), Passed: s.passed().inOrder(),
	}
	if held := v.client.scopes(); held.known {
		a.Scopes = text.Sorted(held.names)
	}
	if v.held != nil {
		a.Roles = v.held.names
	}
	return a
}

// opinion is the result of one rule on a view.
type opinion struct {
	applies  bool      // without a finding the check passes, unless it is open
	open     bool      // it is not decided, or not wholly
	findings []Finding // of the rule's check
	wants    sourceSet // evidence that the rule needs and that has not been read
}

// suggest looks up near misses for the next finding, unless enough findings have some. The search is the most expensive part of a finding.
func (o *opinion) suggest(nearest func(name string) []string, name string) string {
	if len(o.findings) >= text.MostSuggested {
		return ""
	}
	return text.DidYouMean(nearest(name))
}

func (o *opinion) report(finding Finding) {
	o.applies = true
	o.open = o.open || finding.Status == Unknown
	o.findings = append(o.findings, finding)
}

// sheet joins the opinions of several rules.
type sheet struct {
	findings []Finding
	applies  checkSet
	open     checkSet
	leftOut  checkSet // the checks that do not apply because there is no client
	wants    sourceSet
}

func (s *sheet) enter(row *rule, o opinion, req Requirement) {
	check := setOf(row.ID)
	if o.applies {
		s.applies |= check
	}
	if o.open || req.isDeferred(row.asks...) {
		s.open |= check
	}
	for _, finding := range o.findings {
		finding.Check = row.ID
		s.findings = append(s.findings, finding)
	}
	s.wants |= o.wants
}

// leaveOut leaves out the checks of a reach because there is no client. While the client is not known yet, they are open. Once it is known that
// there is none, the check client reports it.
func (s *sheet) leaveOut(reach reach) {
	for i := range rules {
		if rules[i].reach != reach {
			continue
		}
		if s.open.has(CheckClient) {
			s.open |= setOf(rules[i].ID)
		} else {
			s.leftOut |= setOf(rules[i].ID)
		}
	}
}

func (s *sheet) nameClient(client *auditedClient) {
	for i := range s.findings {
		s.findings[i].ClientID, s.findings[i].ClientName = client.ID, client.Name
	}
}

// add adds what another sheet says.
func (s *sheet) add(other sheet) {
	s.findings = append(s.findings, other.findings...)
	s.applies |= other.applies
	s.open |= other.open
	s.leftOut |= other.leftOut
	s.wants |= other.wants
}

// and is what both sheets say.
func (s sheet) and(other sheet) sheet {
	s.findings = slices.Clip(s.findings)
	s.add(other)
	return s
}

// withoutFailuresOf leaves out the failures of a check: too few matching clients do not make the matching ones noncompliant.
func (s sheet) withoutFailuresOf(check Check) sheet {
	s.findings = slices.DeleteFunc(slices.Clone(s.findings), func(finding Finding) bool {
		return finding.Check == check && finding.Status == Fail
	})
	return s
}

func (s sheet) checksWith(status Status, waived bool) (set checkSet) {
	for _, finding := range s.findings {
		if finding.Status == status && finding.Waived == waived {
			set |= setOf(finding.Check)
		}
	}
	return set
}

func (s sheet) failed() checkSet { return s.checksWith(Fail, false) }

func (s sheet) decided() checkSet { return s.applies&^s.open | s.failed() | s.checksWith(Fail, true) }

func (s sheet) passed() checkSet {
	return s.applies &^ s.open &^ s.failed() &^ s.checksWith(Fail, true)
}

// verdict follows from the findings and the open checks. It is compliant only if a check was decided.
func (s sheet) verdict(req Requirement) Verdict {
	switch {
	case s.failed() != 0:
		return Noncompliant
	case s.checksWith(Unknown, false) != 0 || s.wants != 0:
		return Undetermined
	case req.anythingDeferred():
		return Deferred
	case s.decided() == 0 || s.open != 0:
		return Undetermined
	default:
		return Compliant
	}
}

// sort puts the findings in order and joins those that say the same of the same subject.
func (s *sheet) sort() {
	slices.SortStableFunc(s.findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(position(a.Check), position(b.Check)),
			cmp.Compare(a.Status.rank(), b.Status.rank()),
			cmp.Compare(a.Subject, b.Subject),
			cmp.Compare(a.ClientName, b.ClientName),
			cmp.Compare(a.ClientID, b.ClientID),
			cmp.Compare(a.Message, b.Message),
		)
	})
	distinct := s.findings[:0]
	for _, finding := range s.findings {
		if n := len(distinct); n > 0 && finding.sameSubject(distinct[n-1]) {
			joined := origin{distinct[n-1].Argument, distinct[n-1].Endpoints}.and(origin{finding.Argument, finding.Endpoints})
			distinct[n-1].Argument, distinct[n-1].Endpoints = joined.argument, joined.endpoints
			continue
		}
		distinct = append(distinct, finding)
	}
	s.findings = distinct
}

func (f Finding) sameSubject(other Finding) bool {
	return f.Check == other.Check && f.Status == other.Status && f.Subject == other.Subject && f.ClientID == other.ClientID
}
