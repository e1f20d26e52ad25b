package audit

import "slices"

// view is what a rule is shown: the requirement, the facts and, for the checks of a client, the client. A rule changes nothing in it. What
// several rules need is worked out once, when the first of them asks, and depends on the requirement, the facts and the client alone.
type view struct {
	req    *Requirement
	facts  *Facts
	client *auditedClient // nil for the checks of the organization

	known      *identity
	selection  *selection
	where      *place
	held       *holder
	ofScopes   *scopeNeeds
	rights     *rights
	ofDivision *divisionDemand
	ofTopics   *topicDemand
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
