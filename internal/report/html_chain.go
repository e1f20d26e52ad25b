package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// The chain is the picture of how access comes about: the client has roles, these grant permissions, and they hold in divisions.
// Below it, the client's scopes and the token that carries them. It is drawn from the findings, so it shows where the chain breaks.

// link is the state of a node and of the line that leads to it.
type link string

const (
	linkHeld    link = "held"    // is there
	linkMissing link = "missing" // is needed and is not there
	linkExcess  link = "excess"  // is there and must not be
	linkUnknown link = "unknown" // could not be decided
	linkWaived  link = "waived"  // failed, and is accepted
	linkNone    link = "none"    // was not examined
)

// severity orders the links: of two that are said of one thing the worse one counts.
var severity = []link{linkNone, linkHeld, linkWaived, linkUnknown, linkExcess, linkMissing}

func worse(a, b link) link {
	if slices.Index(severity, b) > slices.Index(severity, a) {
		return b
	}
	return a
}

func (l link) words() string {
	switch l {
	case linkMissing:
		return "missing"
	case linkExcess:
		return "must not be there"
	case linkUnknown:
		return "not known"
	case linkWaived:
		return "waived"
	default:
		return ""
	}
}

// part is one thing in a stage of the chain, such as a role.
type part struct {
	label  string
	detail string // says more than the label, where that is not a name
	link   link
	there  bool // what follows can rest on it
}

// stage is one step of the chain.
type stage struct {
	title, noun string
	parts       []part
}

// add notes a part. What is said twice of the same one is joined.
func (s *stage) add(p part) {
	i := slices.IndexFunc(s.parts, func(other part) bool { return other.label == p.label })
	if i < 0 {
		s.parts = append(s.parts, p)
		return
	}
	s.parts[i].there = s.parts[i].there || p.there
	if worst := worse(s.parts[i].link, p.link); worst != s.parts[i].link {
		s.parts[i].link, s.parts[i].detail = worst, p.detail
	}
}

// hold notes that a part is there.
func (s *stage) hold(labels ...string) {
	for _, label := range labels {
		s.add(part{label: label, link: linkHeld, there: true})
	}
}

// chain are the stages of one validation.
type chain struct {
	client                                       part
	grantType                                    string
	roles, permissions, divisions, scopes, token stage
}

const (
	notKnown         = "not known"
	notChecked       = "not checked"
	allNeeded        = "all that are needed"
	requiredDivision = "a required division"
)

// chainOf derives the chain from what a validation says.
func chainOf(v Validation) chain {
	c := chain{
		client:      part{label: cmp.Or(v.ClientName, v.ClientID, notKnown), link: linkNone},
		grantType:   v.GrantType,
		roles:       stage{title: "Roles", noun: "role"},
		permissions: stage{title: "Permissions", noun: "permission"},
		divisions:   stage{title: "Divisions", noun: "division"},
		scopes:      stage{title: "Scopes", noun: "scope"},
		token:       stage{title: "Token", noun: "token's scope"},
	}
	if v.ClientID != "" || v.passed(audit.CheckClient) {
		c.client.link = linkHeld
	}
	c.roles.hold(distinct(v.GrantedRoles)...)
	c.scopes.hold(distinct(v.GrantedScopes)...)
	for _, f := range v.Findings {
		if f.Status != string(audit.Warn) {
			c.note(v, f)
		}
	}
	c.client.there = c.client.link == linkHeld || c.client.link == linkWaived || c.client.link == linkUnknown && v.ClientID != ""
	c.fill(v)
	return c
}

// note draws a finding into the chain.
func (c *chain) note(v Validation, f Finding) {
	lacking := part{label: f.Subject, link: linkMissing}
	excess := part{label: f.Subject, link: linkExcess, there: true}
	switch {
	case f.excused():
		lacking.link, excess.link = linkWaived, linkWaived
	case f.Status == string(audit.Unknown) && f.namesItsSubject(v):
		lacking.link, excess.link = linkUnknown, linkUnknown
	case f.Status == string(audit.Unknown):
		lacking = part{label: notKnown, detail: f.Message, link: linkUnknown}
		excess = lacking
	}
	switch audit.Check(f.Check) {
	case audit.CheckClient, audit.CheckClientState, audit.CheckAuthorization, audit.CheckGrantType:
		if worst := worse(c.client.link, lacking.link); worst != c.client.link {
			c.client.link, c.client.detail = worst, f.Message
		}
	case audit.CheckRole:
		c.roles.add(lacking)
	case audit.CheckRoleExcess, audit.CheckRoleForbidden:
		c.roles.add(excess)
	case audit.CheckPermission, audit.CheckPermissionUnavailable, audit.CheckPermissionConditional:
		c.permissions.add(lacking)
	case audit.CheckPermissionForbidden:
		c.permissions.add(excess)
	case audit.CheckPermissionDivision:
		// The subject is the division if it does not exist, and otherwise the permission, which is granted, but not there.
		if isPermission(f.Subject) {
			c.permissions.hold(f.Subject)
			lacking.label, lacking.detail = requiredDivision, f.Message
		}
		c.divisions.add(lacking)
	case audit.CheckScope:
		c.scopes.add(lacking)
	case audit.CheckScopeExcess, audit.CheckScopeForbidden:
		c.scopes.add(excess)
	case audit.CheckTokenScope:
		c.token.add(lacking)
	}
}

// namesItsSubject tells whether the subject of a finding is a thing of its own, rather than the request or the client for want of
// which nothing can be said.
func (f Finding) namesItsSubject(v Validation) bool {
	return f.Subject != "" && f.Subject != v.ClientName && f.Subject != v.ClientID && !strings.Contains(f.Subject, " /")
}

func isPermission(text string) bool {
	return strings.Count(text, ":") == 2 && !strings.Contains(text, " ")
}

// fill says of the stages that are still empty why they are.
func (c *chain) fill(v Validation) {
	unexamined := part{label: notChecked, link: linkNone}
	if v.PassedChecks == nil {
		unexamined.label = notKnown
	}
	for _, s := range []*stage{&c.roles, &c.scopes} {
		names := v.GrantedRoles
		if s == &c.scopes {
			names = v.GrantedScopes
		}
		switch {
		case len(s.parts) > 0:
		case names != nil:
			s.add(part{label: "no " + s.noun, link: linkNone})
		default:
			s.add(unexamined)
		}
	}
	if len(c.permissions.parts) == 0 {
		if v.passed(audit.CheckPermission) {
			c.permissions.hold(allNeeded)
		} else {
			c.permissions.add(unexamined)
		}
	}
	if len(c.divisions.parts) == 0 {
		switch {
		case v.passed(audit.CheckPermissionDivision):
			c.divisions.hold(allNeeded)
		case slices.ContainsFunc(c.permissions.parts, func(p part) bool { return p.there || p.link == linkNone }):
			c.divisions.add(unexamined)
		default:
			c.divisions.add(part{label: "not reached", link: linkNone})
		}
	}
	if len(c.token.parts) == 0 && v.passed(audit.CheckTokenScope) {
		c.token.hold(allNeeded)
	}
}

// caption says in a sentence what the picture shows.
func (c *chain) caption() string {
	var broken, excess, open []string
	say := func(s *stage, p part) {
		name := s.noun + " " + visible(p.label)
		switch p.label {
		case notKnown:
			name = strings.ToLower(s.title)
		case requiredDivision:
			name = p.label
		}
		switch p.link {
		case linkMissing:
			broken = append(broken, name)
		case linkExcess:
			excess = append(excess, name)
		case linkUnknown:
			open = append(open, name)
		}
	}
	say(&stage{title: "Client", noun: "client"}, c.client)
	for _, s := range []*stage{&c.roles, &c.permissions, &c.divisions, &c.scopes, &c.token} {
		for _, p := range s.parts {
			say(s, p)
		}
	}
	var sentences []string
	if len(broken) > 0 {
		sentences = append(sentences, "The chain breaks at "+enumerate(broken)+".")
	}
	if len(excess) > 0 {
		sentences = append(sentences, "Must not be there: "+enumerate(excess)+".")
	}
	if len(open) > 0 {
		sentences = append(sentences, "Not known: "+enumerate(open)+".")
	}
	switch {
	case len(sentences) == 0 && c.client.link == linkNone:
		return "Nothing is known of the chain."
	case len(sentences) == 0:
		return "No break in the chain, as far as it was examined."
	}
	return strings.Join(sentences, " ")
}

// enumerate is "a, b and 3 more".
func enumerate(names []string) string {
	const most = 4
	short := make([]string, 0, most)
	for _, name := range names[:min(most, len(names))] {
		short = append(short, shorten(strings.TrimSpace(name), 80))
	}
	text := strings.Join(short, ", ")
	if len(names) > most {
		text += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return text
}

// distinct are the names in order, each once.
func distinct(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

func (v Validation) passed(check audit.Check) bool {
	return slices.Contains(v.PassedChecks, string(check))
}
