package audit

import (
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
)

// view is what a rule is shown: the requirement, the facts and, for the checks of a client, the client. A rule changes nothing in it. What
// several rules need is worked out once, when the first of them asks, and depends on the requirement, the facts and the client alone.
type view struct {
	req    *Requirement
	facts  *Facts
	client *auditedClient // nil for the checks of the organization

	*ofEvaluation
	*ofKind
	*ofGrants
}

// ofEvaluation is what all views of one evaluation share.
type ofEvaluation struct {
	known      *identity
	selection  *selection
	where      *place
	ofDivision *divisionDemand

	requiredScopes *map[string]bool

	byKind   map[access.Kind]*ofKind
	byGrants map[string]*ofGrants
}

// ofKind is what the views of all clients of one kind share: what the requirement demands of them.
type ofKind struct {
	ofScopes      *scopeNeeds
	ofPermissions *permissionNeeds
	ofTopics      *topicDemand
}

// ofGrants is what the views of all clients share whose roles are the same: what they are granted, and how far that goes.
type ofGrants struct {
	held   *holder
	rights *rights
}

// newView is the view of the checks of the organization.
func newView(req *Requirement, facts *Facts) *view {
	return &view{req: req, facts: facts, ofEvaluation: &ofEvaluation{
		byKind: make(map[access.Kind]*ofKind), byGrants: make(map[string]*ofGrants),
	}}
}

// of is the view of the checks of one client.
func (v *view) of(client *auditedClient) *view {
	kind := v.byKind[client.kind]
	if kind == nil {
		kind = &ofKind{}
		v.byKind[client.kind] = kind
	}
	return &view{
		req: v.req, facts: v.facts, client: client, ofEvaluation: v.ofEvaluation, ofKind: kind, ofGrants: v.grantsOf(client),
	}
}

// grantsOf is shared by the clients with equal roles of their own, and by all that act for the user.
func (v *view) grantsOf(client *auditedClient) *ofGrants {
	var key string
	switch {
	case client.kind == access.OfUser && v.req.UserID != "":
		key = "user"
	case client.kind == access.OfClient && client.authorization == nil && client.GrantsShown:
		grants := make([]string, len(client.Grants))
		for i, grant := range client.Grants {
			grants[i] = grant.RoleID + "\x00" + grant.DivisionID
		}
		slices.Sort(grants)
		key = "client\x00" + strings.Join(grants, "\x00")
	default: // what is said of the roles names the client
		return &ofGrants{}
	}
	shared := v.byGrants[key]
	if shared == nil {
		shared = &ofGrants{}
		v.byGrants[key] = shared
	}
	return shared
}

// once works out a part of the view when it is first asked for.
func once[T any](part **T, work func() *T) *T {
	if *part == nil {
		*part = work()
	}
	return *part
}

// allEndpoints are the endpoints that must be callable, as written.
func (v *view) allEndpoints() []string {
	var written []string
	for _, endpoint := range v.req.Endpoints {
		written = append(written, endpoint.Written)
	}
	slices.Sort(written)
	return slices.Compact(written)
}
