package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// nobody is the id of a client that does not exist.
const nobody = "00000000-0000-4000-8000-000000000000"

// assume compares what was read with what the provider assumes, see DESIGN.md.
func (v *verification) assume(ctx context.Context) {
	v.assumption("`oauth/clients` is one page, with every client", v.clientsAreOnePage, v.clients)
	v.assumption("every client has an id, a name, a grant type and a state", v.clientsAreComplete, v.clients)
	v.assumption("no two clients have the same name, or names that differ only in case or white space", distinct(v.clients), v.clients)
	v.assumption("no two roles have the same name, or names that differ only in case or white space", distinct(v.roles), v.roles)
	v.assumption("no two divisions have the same name, or names that differ only in case or white space", distinct(v.divisions), v.divisions)
	for _, list := range []struct {
		name string
		of   *answers
	}{{"roles", v.roles}, {"divisions", v.divisions}, {"permissions", v.permissions}, {"policies", v.policies}} {
		v.assumption("the pages of "+list.name+" show nothing twice and leave nothing out", pagesAreWhole(list.of), list.of)
	}
	v.assumption("a client credentials token shows the scopes of its client", v.tokenShowsScopes, v.token, v.clients)
	v.assumption("the grants of a client credentials client are its `roleDivisions`", v.grantsAreRoleDivisions, v.clients, v.subject)
	v.assumption("the token and `organizations/me` name the same organization", v.sameOrganization, v.token, v.organization)
	v.assumption("a grant of a client is in all divisions or in one that exists", v.grantsAreInDivisions, v.clients, v.divisions)
	v.assumption("every permission that a role names without a wildcard exists", v.permissionsExist, v.roles, v.permissions)
	v.assumption("every access policy says whether it is active and whether it applies to clients", v.policiesAreComplete, v.policies)
	v.assumption("every topic says which permissions it requires", v.topicsAreComplete, v.topics)
	v.refusal(ctx, "a client that does not exist answers 404 `not.found`", "/oauth/clients/"+nobody, http.StatusNotFound, "not.found")
	v.refusal(ctx, "`users/me` answers 400 `not.a.user` to client credentials", "/users/me", http.StatusBadRequest, "not.a.user")
}

// assumption judges what needs certain reads. The judgement says what speaks against the assumption, "" for nothing.
func (v *verification) assumption(what string, against func() string, needs ...*answers) {
	l := line{what, asAssumed, ""}
	for _, read := range needs {
		if !read.ok() {
			l.result, l.why = undecided, "could not be read: "+read.why
			v.report.assumptions = append(v.report.assumptions, l)
			return
		}
	}
	if why := against(); why != "" {
		l.result, l.why = deviates, why
	} else if _, isList := needs[0].pages[0]["entities"]; isList && len(needs[0].entities()) == 0 {
		l.result, l.why = unseen, "the list is empty"
	}
	v.report.assumptions = append(v.report.assumptions, l)
}

// refusal judges a request that the platform has to refuse.
func (v *verification) refusal(ctx context.Context, what, path string, status int, code string) {
	answer, err := v.reader.get(ctx, path)
	l := line{what, asAssumed, ""}
	switch {
	case err != nil:
		l.result, l.why = undecided, err.Error()
	case answer.status == http.StatusForbidden || answer.status == http.StatusUnauthorized:
		l.result, l.why = undecided, answer.errorCode()
	case answer.status != status || answer.errorCode() != code:
		l.result, l.why = deviates, fmt.Sprintf("status %d, `%s`", answer.status, answer.errorCode())
	}
	v.report.assumptions = append(v.report.assumptions, l)
}

func (v *verification) clientsAreOnePage() string {
	page := v.clients.pages[0]
	entities := len(v.clients.entities())
	switch total, _ := page["total"].(float64); {
	case page["nextUri"] != nil:
		return "there is a `nextUri`"
	case page["pageCount"] != nil && page["pageCount"] != 1.0:
		return fmt.Sprintf("`pageCount` is %v", page["pageCount"])
	case page["total"] != nil && int(total) != entities:
		return fmt.Sprintf("`total` is %v of %d entities", page["total"], entities)
	}
	return ""
}

func (v *verification) clientsAreComplete() string {
	lacking := deviations{}
	for _, client := range v.clients.entities() {
		for _, field := range []string{"id", "name", "authorizedGrantType", "state"} {
			if text(client, field) == "" {
				lacking["a client has no `"+field+"`"]++
			}
		}
	}
	return lacking.text()
}

// distinct counts names that are the same, exactly or but for case and white space. Where there are any, the platform tells them apart.
func distinct(of *answers) func() string {
	return func() string {
		exact, alike := map[string]bool{}, map[string]string{}
		found := deviations{}
		for _, entity := range of.entities() {
			name := text(entity, "name")
			same := strings.ToLower(strings.Join(strings.Fields(name), " "))
			switch other, taken := alike[same]; {
			case exact[name]:
				found["a name occurs twice"]++
			case taken && other != name:
				found["a name occurs in another spelling"]++
			}
			exact[name], alike[same] = true, name
		}
		return found.text()
	}
}

// pagesAreWhole looks for ids that occur twice, and holds the number of entities against the total that each page names.
func pagesAreWhole(of *answers) func() string {
	return func() string {
		seen, found := map[string]bool{}, deviations{}
		entities := of.entities()
		for _, entity := range entities {
			id := text(entity, "id")
			if seen[id] {
				found["an id occurs twice"]++
			}
			seen[id] = true
		}
		for i, page := range of.pages {
			if total, ok := page["total"].(float64); ok && int(total) != len(entities) {
				found[fmt.Sprintf("`total` is not the number of entities, %d", len(entities))]++
			}
			if number, ok := page["pageNumber"].(float64); ok && int(number) != i+1 {
				found["a page has another `pageNumber` than was asked for"]++
			}
		}
		return found.text()
	}
}

// own is the client whose token this is, as the list shows it, or nil.
func (v *verification) own() map[string]any {
	for _, client := range v.clients.entities() {
		if text(client, "id") == v.ownClient() {
			return client
		}
	}
	return nil
}

func (v *verification) tokenShowsScopes() string {
	client := v.own()
	if client == nil {
		return "the list does not have the token's client"
	}
	if shown, has := texts(v.token.pages[0]["authorizedScope"]), texts(client["scope"]); !slices.Equal(shown, has) {
		return fmt.Sprintf("the token shows %d scopes, the client has %d", len(shown), len(has))
	}
	return ""
}

func (v *verification) grantsAreRoleDivisions() string {
	client := v.own()
	if client == nil {
		return "the list does not have the token's client"
	}
	var listed, granted []string
	list, _ := client["roleDivisions"].([]any)
	for _, element := range list {
		pair, _ := element.(map[string]any)
		listed = append(listed, text(pair, "roleId")+" "+text(pair, "divisionId"))
	}
	list, _ = v.subject.pages[0]["grants"].([]any)
	for _, element := range list {
		grant, _ := element.(map[string]any)
		role, _ := grant["role"].(map[string]any)
		division, _ := grant["division"].(map[string]any)
		granted = append(granted, text(role, "id")+" "+text(division, "id"))
	}
	slices.Sort(listed)
	slices.Sort(granted)
	if !slices.Equal(listed, granted) {
		return fmt.Sprintf("%d pairs in the list, %d grants of the subject", len(listed), len(granted))
	}
	return ""
}

func (v *verification) sameOrganization() string {
	organization, _ := v.token.pages[0]["organization"].(map[string]any)
	if text(organization, "id") == "" || text(organization, "id") != text(v.organization.pages[0], "id") {
		return "the ids differ"
	}
	return ""
}

func (v *verification) grantsAreInDivisions() string {
	known := map[string]bool{"*": true}
	for _, division := range v.divisions.entities() {
		known[text(division, "id")] = true
	}
	found := deviations{}
	for _, client := range v.clients.entities() {
		list, _ := client["roleDivisions"].([]any)
		for _, element := range list {
			if pair, _ := element.(map[string]any); !known[text(pair, "divisionId")] {
				found["a grant is in a division that the list does not have"]++
			}
		}
	}
	return found.text()
}

func (v *verification) permissionsExist() string {
	exist := map[string]bool{}
	for _, collection := range v.permissions.entities() {
		byEntity, _ := collection["permissionMap"].(map[string]any)
		for _, list := range byEntity {
			entries, _ := list.([]any)
			for _, element := range entries {
				entry, _ := element.(map[string]any)
				exist[text(entry, "domain")+":"+text(entry, "entityType")+":"+text(entry, "action")] = true
			}
		}
	}
	found := deviations{}
	for _, role := range v.roles.entities() {
		policies, _ := role["permissionPolicies"].([]any)
		for _, element := range policies {
			policy, _ := element.(map[string]any)
			for _, action := range texts(policy["actionSet"]) {
				name := text(policy, "domain") + ":" + text(policy, "entityName") + ":" + action
				if !strings.Contains(name, "*") && !exist[name] {
					found["a role names a permission that does not exist"]++
				}
			}
		}
	}
	return found.text()
}

func (v *verification) policiesAreComplete() string {
	return lacking(v.policies, "a policy", "active", "applyToClients")
}

func (v *verification) topicsAreComplete() string {
	return lacking(v.topics, "a topic", "requiresPermissions")
}

// lacking counts the entities that lack a field.
func lacking(of *answers, who string, fields ...string) string {
	found := deviations{}
	for _, entity := range of.entities() {
		for _, field := range fields {
			if _, there := entity[field]; !there {
				found[who+" has no `"+field+"`"]++
			}
		}
	}
	return found.text()
}

// texts are the sorted texts of a list.
func texts(value any) []string {
	list, _ := value.([]any)
	var out []string
	for _, element := range list {
		if text, ok := element.(string); ok {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return out
}
