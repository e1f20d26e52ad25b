package catalog

// reported are the entries that come from integration reports: endpoints that are called in the field but stand in no published
// definition. They are kept by hand, apart from the generated table, so that generating it anew never loses or mixes them.
func reported() []Entry {
	return []Entry{{
		Method:           "GET",
		Path:             "/api/v2/analytics/events",
		Scopes:           []string{"analytics:export"},
		ScopesMatch:      All,
		PermissionsMatch: None,
		Roles:            []string{"Analytics - Export"},
		Source:           IntegrationReport,
	}}
}
