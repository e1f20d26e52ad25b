package audit

import (
	"cmp"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// Source names a piece of evidence, for Result.Wants. It is the name of the field of Facts.
type Source string

// The sources of evidence, one for each field of Facts that is read from the platform.
const (
	SourceToken          Source = "Token"
	SourceOrganization   Source = "Organization"
	SourceClients        Source = "Clients"
	SourceAuthorizations Source = "Authorizations"
	SourceRoles          Source = "Roles"
	SourceDivisions      Source = "Divisions"
	SourcePermissions    Source = "Permissions"
	SourcePolicies       Source = "Policies"
	SourceTopics         Source = "Topics"
	SourceScopes         Source = "Scopes"
	SourceAccount        Source = "Account"
	SourceUser           Source = "User"
	SourceSettings       Source = "Settings"
	SourceMediaRegions   Source = "MediaRegions"
)

// SourceInfo is one entry of the table of sources: what the evidence is called in a message, the request that reads it, and the permission
// that the auditing client needs for it.
type SourceInfo struct {
	Source     Source
	Noun       string // to be read after "The"
	Request    string
	Permission string // empty: none
}

// source is an entry and the field of Facts that it fills.
type source[T any] struct {
	SourceInfo
	field func(*Facts) *Evidence[T]
}

func (s source[T]) info() SourceInfo { return s.SourceInfo }

func (s source[T]) missed(facts *Facts) (gap Gap, unread bool) {
	evidence := s.field(facts)
	return evidence.gap, evidence.state == unreadable
}

func (s source[T]) miss(facts *Facts, gap Gap) { *s.field(facts) = Unreadable[T](gap) }

var (
	tokenSource = source[Token]{
		SourceInfo{SourceToken, "provider's own token", "GET /api/v2/tokens/me", ""},
		func(f *Facts) *Evidence[Token] { return &f.Token },
	}
	organizationSource = source[Organization]{
		SourceInfo{SourceOrganization, "organization", "GET /api/v2/organizations/me", ""},
		func(f *Facts) *Evidence[Organization] { return &f.Organization },
	}
	clientsSource = source[*Clients]{
		SourceInfo{SourceClients, "OAuth clients", "GET /api/v2/oauth/clients", "oauth:client:view"},
		func(f *Facts) *Evidence[*Clients] { return &f.Clients },
	}
	authorizationsSource = source[*Authorizations]{
		SourceInfo{SourceAuthorizations, "authorizations of other organizations' clients", "GET /api/v2/oauth/authorizations", "oauth:client:authorize"},
		func(f *Facts) *Evidence[*Authorizations] { return &f.Authorizations },
	}
	rolesSource = source[*access.Roles]{
		SourceInfo{SourceRoles, "roles", "GET /api/v2/authorization/roles", "authorization:role:view"},
		func(f *Facts) *Evidence[*access.Roles] { return &f.Roles },
	}
	divisionsSource = source[*Divisions]{
		SourceInfo{SourceDivisions, "divisions", "GET /api/v2/authorization/divisions", ""},
		func(f *Facts) *Evidence[*Divisions] { return &f.Divisions },
	}
	permissionsSource = source[*Permissions]{
		SourceInfo{SourcePermissions, "permissions that exist in the organization", "GET /api/v2/authorization/permissions", ""},
		func(f *Facts) *Evidence[*Permissions] { return &f.Permissions },
	}
	policiesSource = source[[]AccessPolicy]{
		SourceInfo{SourcePolicies, "access policies", "GET /api/v2/authorization/policies", "authorization:policy:view"},
		func(f *Facts) *Evidence[[]AccessPolicy] { return &f.Policies },
	}
	topicsSource = source[[]Topic]{
		SourceInfo{SourceTopics, "notification topics", "GET /api/v2/notifications/availabletopics", ""},
		func(f *Facts) *Evidence[[]Topic] { return &f.Topics },
	}
	scopesSource = source[*Scopes]{
		SourceInfo{SourceScopes, "platform's scope list", "GET /api/v2/oauth/scopes", ""},
		func(f *Facts) *Evidence[*Scopes] { return &f.Scopes },
	}
	accountSource = source[Account]{
		SourceInfo{SourceAccount, "user", "GET /api/v2/users/{userId}", ""},
		func(f *Facts) *Evidence[Account] { return &f.Account },
	}
	userSource = source[Subject]{
		SourceInfo{SourceUser, "user's roles", "GET /api/v2/authorization/subjects/{subjectId}", "authorization:grant:view"},
		func(f *Facts) *Evidence[Subject] { return &f.User },
	}
	settingsSource = source[Settings]{
		SourceInfo{SourceSettings, "organization's authentication settings", "GET /api/v2/organizations/authentication/settings", "directory:organization:admin"},
		func(f *Facts) *Evidence[Settings] { return &f.Settings },
	}
	mediaRegionsSource = source[MediaRegions]{
		SourceInfo{SourceMediaRegions, "organization's media regions", "GET /api/v2/telephony/mediaregions", "telephony:plugin:all"},
		func(f *Facts) *Evidence[MediaRegions] { return &f.MediaRegions },
	}
)

// sources are all sources, in the order of Result.Wants.
var sources = []interface {
	info() SourceInfo
	miss(*Facts, Gap)
	missed(*Facts) (Gap, bool)
}{
	tokenSource, organizationSource, clientsSource, authorizationsSource, rolesSource, divisionsSource, permissionsSource, policiesSource,
	topicsSource, scopesSource, accountSource, userSource, settingsSource, mediaRegionsSource,
}

// Sources are the entries of all sources, in the order of Result.Wants.
func Sources() []SourceInfo {
	infos := make([]SourceInfo, len(sources))
	for i, s := range sources {
		infos[i] = s.info()
	}
	return infos
}

// Miss notes in the facts that a source cannot be read, for a caller that has no way to read it. It tells whether there is such a source.
func (f *Facts) Miss(name Source, gap Gap) bool {
	for _, s := range sources {
		if s.info().Source == name {
			s.miss(f, gap)
			return true
		}
	}
	return false
}

// sourceSet is a set of sources, one bit for each in their order.
type sourceSet uint32

func (s sourceSet) inOrder() []Source {
	var names []Source
	for i := range sources {
		if s&(1<<i) != 0 {
			names = append(names, sources[i].info().Source)
		}
	}
	return names
}

func wanting(name Source) (set sourceSet) {
	for i := range sources {
		if sources[i].info().Source == name {
			set |= 1 << i
		}
	}
	return set
}

// consult looks at a piece of evidence. Evidence that has not been read is wanted from now on.
func consult[T any](wants *sourceSet, s source[T], facts *Facts) (T, evidenceState) {
	evidence := s.field(facts)
	if evidence.state == notRead {
		*wants |= wanting(s.Source)
	}
	return evidence.value, evidence.state
}

// gapIn is the finding that a source could not be read, and why.
func gapIn[T any](s source[T], facts *Facts, from origin) Finding {
	return gapFinding(s.SourceInfo, s.field(facts).gap, from)
}

func gapFinding(info SourceInfo, gap Gap, from origin) Finding {
	message := "The " + info.Noun + " could not be read."
	if reason := text.Ended(gap.Reason); reason != "" {
		message = "The " + info.Noun + " could not be read: " + reason
	}
	if gap.Permission != "" && !strings.Contains(message, gap.Permission) {
		message += " The auditing client lacks " + gap.Permission + "."
	}
	return Finding{
		Status:      Unknown,
		Subject:     cmp.Or(gap.Request, info.Request),
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
	return "Plan again."
}
