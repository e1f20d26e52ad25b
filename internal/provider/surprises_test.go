package provider_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// put writes a value in one place of an answer, in every entity that has the place's object. The places are those of the matrix.
func put(place string, value any) func([]byte) []byte {
	parent, name := "", place
	if i := strings.LastIndex(place, "."); i >= 0 {
		parent, name = place[:i], place[i+1:]
	}
	var visit func(here string, node any)
	visit = func(here string, node any) {
		switch node := node.(type) {
		case map[string]any:
			if here == parent {
				node[name] = value
				return
			}
			for field, inner := range node {
				visit(strings.TrimPrefix(here+"."+field, "."), inner)
			}
		case []any:
			for _, element := range node {
				visit(here+"[]", element)
			}
		}
	}
	return func(body []byte) []byte {
		var document any
		if json.Unmarshal(body, &document) != nil {
			return body
		}
		visit("", document)
		return encoded(document)
	}
}

// added adds entities to a list, which a text in JSON gives.
func added(entities string) func([]byte) []byte {
	return envelope(func(page map[string]any) {
		var more []any
		if json.Unmarshal([]byte(entities), &more) != nil {
			panic(entities)
		}
		list, _ := page["entities"].([]any)
		total, _ := page["total"].(float64)
		page["entities"], page["total"] = append(list, more...), total+float64(len(more))
	})
}

// Answers that are valid, and not what anybody expects: what each of them does, and that none passes which may hide something.
func TestSurprisingAnswers(t *testing.T) {
	t.Parallel()
	const (
		needs, forbids = "own client, needs", "another client, forbids" // the names of scenes
		userNeeds      = "authorized client and its user, needs"
		passes         = "" // it says as much as the expected answer
		policies       = "entities[].permissionPolicies[]."
	)
	list := func(elements ...any) []any { return append([]any{}, elements...) }
	unusable := func(path string) string { return "answer to GET " + path + " cannot be used" }
	for name, test := range map[string]struct {
		scene  string
		path   string
		change func([]byte) []byte
		says   string
	}{
		"id in capitals":                  {userNeeds, authorizationPath, put("entities[].client.id", "VENDOR"), `"VENDOR" exists and differs only in case`},
		"another client's id in capitals": {forbids, clientsPath, added(`[{"id":"SERVICE","name":"Service","authorizedGrantType":"CODE"}]`), "2 OAuth clients are named"},
		"one id, two clients":             {needs, clientsPath, added(`[{"id":"auditor","name":"Other","authorizedGrantType":"CODE","scope":["users"]}]`), unusable(clientsPath)},
		"state in capitals":               {needs, clientsPath, put("entities[].state", "ACTIVE"), `does not document the client state "ACTIVE"`},
		"state with a space":              {needs, clientsPath, put("entities[].state", "active "), `does not document the client state "active "`},
		"grant type in small letters":     {needs, clientsPath, put("entities[].authorizedGrantType", "client-credentials"), "grant_type"},
		"scope in capitals":               {needs, clientsPath, put("entities[].scope", list("Analytics:Read")), "analytics:read is missing"},
		"scope with a space":              {needs, clientsPath, put("entities[].scope", list("analytics:read ")), "analytics:read is missing"},
		"forbidden scope in capitals":     {forbids, clientsPath, put("entities[].scope", list("Users")), "scope_forbidden"},
		"forbidden scope with a space":    {forbids, clientsPath, put("entities[].scope", list("\tusers")), "scope_forbidden"},
		"user-context grant without scopes": {forbids, clientsPath, func(body []byte) []byte {
			return edit{"entities[].scope", absent}.apply(put("entities[].authorizedGrantType", "CODE")(body))
		}, "does not show the client's scopes"},
		"deletion in the past":         {needs, clientsPath, put("entities[].dateToDelete", "1999-01-01T00:00:00Z"), "scheduled for deletion"},
		"deletion at no time":          {needs, clientsPath, put("entities[].dateToDelete", "never"), "scheduled for deletion"},
		"no deletion":                  {needs, clientsPath, put("entities[].dateToDelete", nil), passes},
		"validity of nothing":          {needs, clientsPath, put("entities[].accessTokenValiditySeconds", 0), "token_validity"},
		"validity beyond numbers":      {needs, clientsPath, put("entities[].accessTokenValiditySeconds", 1e300), unusable(clientsPath)},
		"validity beyond all bounds":   {needs, clientsPath, put("entities[].accessTokenValiditySeconds", 1<<53), "token_validity"},
		"a field that is new":          {needs, clientsPath, put("entities[].quarantine", map[string]any{"since": 1}), passes},
		"grants without a role":        {needs, clientsPath, put("entities[].roleDivisions", list(map[string]any{"divisionId": "sales"})), unusable(clientsPath)},
		"granted role in capitals":     {needs, clientsPath, put("entities[].roleDivisions[].roleId", "AUDITING"), "Grants of deleted roles have no effect"},
		"granted in all divisions":     {needs, clientsPath, put("entities[].roleDivisions[].divisionId", "*"), passes},
		"granted in the home division": {needs, clientsPath, put("entities[].roleDivisions[].divisionId", "home"), "permission_division"},
		"division in capitals":         {needs, clientsPath, put("entities[].roleDivisions[].divisionId", "SALES"), "permission_division"},

		"two roles of the name": {needs, rolesPath, added(`[{"id":"auditing-2","name":"Auditing","permissionPolicies":[]}]`), `2 roles are named`},
		"one id, two roles": {needs, rolesPath, added(`[{"id":"auditing","name":"Auditing","permissionPolicies":[]}]`),
			unusable(rolesPath)},
		"forbidden role in capitals":     {forbids, rolesPath, put("entities[].name", "MASTER ADMIN"), "role_forbidden"},
		"condition of another shape":     {needs, rolesPath, put(policies+"resourceConditionNode", list()), "permission_conditional"},
		"condition that is a text":       {needs, rolesPath, put(policies+"resourceConditionNode", "Conversation.queues"), "permission_conditional"},
		"condition of no terms":          {needs, rolesPath, put(policies+"resourceConditionNode", map[string]any{"terms": list()}), "permission_conditional"},
		"condition with nothing in it":   {needs, rolesPath, put(policies+"resourceConditionNode", map[string]any{}), passes},
		"condition null":                 {needs, rolesPath, put(policies+"resourceConditionNode", nil), passes},
		"conditions allowed":             {needs, rolesPath, put(policies+"allowConditions", true), passes},
		"named resources":                {needs, rolesPath, put(policies+"namedResources", list("queue-1")), "permission_conditional"},
		"no named resources":             {needs, rolesPath, put(policies+"namedResources", list()), passes},
		"actions null":                   {needs, rolesPath, put(policies+"actionSet", nil), unusable(rolesPath)},
		"action in capitals":             {needs, rolesPath, put(policies+"actionSet", list("VIEW")), "oauth:client:view"},
		"action with a wildcard inside":  {needs, rolesPath, put(policies+"actionSet", list("vi*")), "does not show what the"},
		"forbidden domain in capitals":   {forbids, rolesPath, put(policies+"domain", "RECORDING"), "permission_forbidden"},
		"forbidden domain with a space":  {forbids, rolesPath, put(policies+"domain", "recording "), "permission_forbidden"},
		"forbidden domain in a wildcard": {forbids, rolesPath, put(policies+"domain", "rec*"), "does not show what the"},

		"permission in capitals": {needs, permissionsPath, put("entities[].permissionMap.client[].action", "View"), "does not exist in the organization"},
		"region in capitals":     {needs, mediaPath, put("awsHomeRegion", "US-EAST-1"), passes},
		"region that is new":     {needs, mediaPath, put("awsHomeRegion", "us-east-9"), "The organization is in us-east-9"},
		"another organization":   {needs, ownTokenPath, put("homeOrganization.id", "elsewhere"), "acts in another organization"},
		"token of another client": {needs, ownTokenPath, put("OAuthClient.id", "service"),
			unusable(ownTokenPath)},

		"addresses of version 6":      {needs, settingsPath, put("ipAddressAllowlist", list("2001:db8::/32")), "is outside the organization's IP allowlist"},
		"addresses as version 6":      {needs, settingsPath, put("ipAddressAllowlist", list("::ffff:203.0.113.0/120")), passes},
		"mask that is too long":       {needs, settingsPath, put("ipAddressAllowlist", list("203.0.113.0/33")), "neither an address nor a CIDR"},
		"range of addresses":          {needs, settingsPath, put("ipAddressAllowlist", list("203.0.113.1-203.0.113.9")), "neither an address nor a CIDR"},
		"leading zeros":               {needs, settingsPath, put("ipAddressAllowlist", list("203.000.113.007")), "neither an address nor a CIDR"},
		"no address":                  {needs, settingsPath, put("ipAddressAllowlist", list()), passes},
		"allowlist null":              {needs, settingsPath, put("ipAddressAllowlist", nil), unusable(settingsPath)},
		"consent pending":             {userNeeds, authorizationPath, put("entities[].pending", true), "is pending"},
		"consent of no state":         {userNeeds, authorizationPath, put("entities[].state", nil), `has the state ""`},
		"consent in small letters":    {userNeeds, authorizationPath, put("entities[].state", "authorized"), `has the state "authorized"`},
		"consent's scopes in capital": {userNeeds, authorizationPath, put("entities[].scope", list("OAUTH", "CONTENT-MANAGEMENT")), "is missing"},
		"grants of a group":           {userNeeds, subjectPath, put("grants[].subjectId", "group"), passes},
		"another user's":              {userNeeds, subjectPath, put("id", "ROBOT"), unusable(subjectPath)},
		"condition of white space":    {userNeeds, subjectPath, put("grants[].role.policies[].condition", " "), "permission_conditional"},
		"condition that is an object": {userNeeds, subjectPath, put("grants[].role.policies[].condition", map[string]any{}), unusable(subjectPath)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sceneNamed(t, test.scene)
			j := newMatrixRun(t, s, "data source")
			got := j.judge(t, j.short, name, s.on(test.path, emulator.Fault{Mutate: test.change})...)
			if got.passed() != (test.says == passes) || !strings.Contains(got.text, test.says) || !j.applied {
				t.Errorf("passed %t, want %q: %s", got.passed(), test.says, got.text)
			}
		})
	}
}
