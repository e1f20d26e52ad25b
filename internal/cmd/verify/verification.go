package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	maxPages = 200
	maxPolls = 60
)

// verification reads and judges.
type verification struct {
	reader *reader
	models models
	report *report

	clients, roles, divisions, permissions, policies, topics *answers
	token, organization, subject                             *answers
}

// answers are the pages of a read. Without pages it could not be read, and why says so.
type answers struct {
	pages []map[string]any
	why   string
}

func (a *answers) ok() bool { return a.why == "" && len(a.pages) > 0 }

// entities are those of all pages.
func (a *answers) entities() []map[string]any {
	var out []map[string]any
	for _, page := range a.pages {
		list, _ := page["entities"].([]any)
		for _, element := range list {
			if entity, ok := element.(map[string]any); ok {
				out = append(out, entity)
			}
		}
	}
	return out
}

// next says how the page after a page is asked for, "" after the last one.
type next func(page map[string]any, number int) string

// onePage reads no second page.
func onePage(map[string]any, int) string { return "" }

// numbered asks for the pages of the platform's numbered lists.
func numbered(page map[string]any, number int) string {
	if count, ok := page["pageCount"].(float64); !ok || number >= int(count) {
		return ""
	}
	return fmt.Sprintf("&pageNumber=%d", number+1)
}

// after asks for the page after the last entity of a page of 100.
func after(page map[string]any, _ int) string {
	list, _ := page["entities"].([]any)
	if len(list) < 100 {
		return ""
	}
	last, _ := list[len(list)-1].(map[string]any)
	return "&after=" + url.QueryEscape(text(last, "id"))
}

func (v *verification) run(ctx context.Context) {
	v.token = v.read(ctx, "/tokens/me", "TokenInfo", onePage)
	v.organization = v.read(ctx, "/organizations/me", "Organization", onePage)
	v.clients = v.read(ctx, "/oauth/clients", "OAuthClientEntityListing", onePage)
	v.read(ctx, "/oauth/scopes", "OAuthScopeListing", onePage)
	v.read(ctx, "/oauth/authorizations", "OAuthAuthorizationListing", onePage)
	v.roles = v.read(ctx, "/authorization/roles?userCount=false&pageSize=100", "OrganizationRoleEntityListing", numbered)
	v.divisions = v.read(ctx, "/authorization/divisions?pageSize=100", "AuthzDivisionEntityListing", numbered)
	v.permissions = v.read(ctx, "/authorization/permissions?pageSize=100", "PermissionCollectionEntityListing", numbered)
	v.policies = v.read(ctx, "/authorization/policies?pageSize=100", "AuthorizationPolicyEntityListing", after)
	v.topics = v.read(ctx, "/notifications/availabletopics?expand=requiresPermissions&expand=permissionDetails&expand=enforced",
		"AvailableTopicEntityListing", onePage)
	v.read(ctx, "/organizations/authentication/settings", "OrgAuthSettings", onePage)
	v.read(ctx, "/tokens/timeout", "IdleTokenTimeout", onePage)
	v.read(ctx, "/telephony/mediaregions", "MediaRegions", onePage)
	v.read(ctx, "/orgauthorization/trustors?pageSize=100", "TrustorEntityListing", numbered)
	v.read(ctx, "/orgauthorization/trustees?pageSize=100", "TrustEntityListing", numbered)
	v.read(ctx, "/audits/query/realtime/servicemapping", "AuditQueryServiceMapping", onePage)
	now := time.Now().UTC()
	v.query(ctx, "/audits/query/realtime", "/audits/query/realtime", "AuditRealtimeQueryResultsResponse", map[string]any{
		"interval": now.Add(-24*time.Hour).Format(time.RFC3339) + "/" + now.Format(time.RFC3339), "pageNumber": 1, "pageSize": 25,
	})
	v.subject = &answers{why: "the token does not say whose it is"}
	if own := v.ownClient(); own != "" {
		v.subject = v.readAs(ctx, "/authorization/subjects/"+own, "/authorization/subjects/{subjectId}", "AuthzSubject", onePage)
		v.readUsage(ctx, own)
	}
	v.assume(ctx)
}

// read reads all pages of a path and holds them against a model.
func (v *verification) read(ctx context.Context, path, model string, more next) *answers {
	shown, _, _ := strings.Cut(path, "?")
	return v.readAs(ctx, path, shown, model, more)
}

func (v *verification) readAs(ctx context.Context, path, shown, model string, more next) *answers {
	out, found := &answers{}, deviations{}
	for query, number := "", 1; ; number++ {
		answer, err := v.reader.get(ctx, path+query)
		page := v.page(out, found, model, answer, err)
		if page == nil {
			break
		}
		out.pages = append(out.pages, page)
		if query = more(page, number); query == "" || number == maxPages {
			break
		}
	}
	v.conclude("`GET /api/v2"+shown+"`", out, found)
	return out
}

// query sends a query that the platform documents as one.
func (v *verification) query(ctx context.Context, path, shown, model string, body map[string]any) *answers {
	answer, err := v.reader.query(ctx, path, body)
	out, found := &answers{}, deviations{}
	if page := v.page(out, found, model, answer, err); page != nil {
		out.pages = append(out.pages, page)
	}
	v.conclude("`POST /api/v2"+shown+"`", out, found)
	return out
}

// readUsage reads what the token's client called in the week before yesterday, by the usage API of the second and of the first generation.
func (v *verification) readUsage(ctx context.Context, own string) {
	jobs, shown := "/usage/client/"+own+"/aggregates/query/jobs", "/usage/client/{clientId}/aggregates/query/jobs"
	yesterday := time.Now().UTC().Add(-24 * time.Hour)
	job := v.query(ctx, jobs, shown, "ClientUsageQueryResponse", map[string]any{
		"interval":    yesterday.Add(-7*24*time.Hour).Format(time.DateOnly) + "/" + yesterday.Format(time.DateOnly),
		"granularity": "Day", "groupBy": []string{"TemplateUri", "HttpMethod"},
	})
	if job.ok() {
		v.poll(ctx, jobs+"/"+url.PathEscape(text(job.pages[0], "id")), shown+"/{jobId}", "ClientPublicApiUsageResultsResponse", "Succeeded")
	}
	summary, shown := "/oauth/clients/"+own+"/usage/", "/oauth/clients/{clientId}/usage/"
	started := v.readAs(ctx, summary+"summary?days=7", shown+"summary", "UsageExecutionResult", onePage)
	if started.ok() {
		id := url.PathEscape(text(started.pages[0], "executionId"))
		v.poll(ctx, summary+"query/results/"+id, shown+"query/results/{executionId}", "ApiUsageQueryResult", "Complete")
	}
}

// poll asks for results until their query has the state of one that is done.
func (v *verification) poll(ctx context.Context, path, shown, model, done string) {
	out, found := &answers{}, deviations{}
	for range maxPolls {
		answer, err := v.reader.get(ctx, path)
		page := v.page(out, found, model, answer, err)
		if page == nil || text(page, "queryStatus") == done {
			if page != nil {
				out.pages = append(out.pages, page)
			}
			break
		}
		if err := v.reader.wait(ctx, answer.header.Get("Retry-After")); err != nil {
			break
		}
	}
	if !out.ok() && out.why == "" {
		out.why = "the query did not end in time"
	}
	v.conclude("`GET /api/v2"+shown+"`", out, found)
}

// page decodes an answer, or says why there is none.
func (v *verification) page(out *answers, found deviations, model string, answer response, err error) map[string]any {
	switch {
	case err != nil:
		out.why = err.Error()
		return nil
	case answer.status/100 != 2:
		out.why = answer.errorCode()
		return nil
	}
	if repeatedNames(answer.body) {
		found["an object has a name twice"]++
	}
	if answer.header.Get("ININ-Correlation-Id") == "" {
		found["the answer has no header `ININ-Correlation-Id`"]++
	}
	var page map[string]any
	if err := json.Unmarshal(answer.body, &page); err != nil || page == nil {
		found["the answer is no JSON object"]++
		return nil
	}
	if hasSecret(page) {
		found["the answer has a field `secret`"]++
	}
	v.models.check(found, model, model, page)
	return page
}

// hasSecret looks for a field of the name secret, at any depth.
func hasSecret(value any) bool {
	switch value := value.(type) {
	case []any:
		return slices.ContainsFunc(value, hasSecret)
	case map[string]any:
		secret, there := value["secret"]
		if there && secret != nil && secret != "" {
			return true
		}
		return slices.ContainsFunc(slices.Collect(maps.Values(value)), hasSecret)
	}
	return false
}

func (v *verification) conclude(what string, out *answers, found deviations) {
	l := line{what, asAssumed, fmt.Sprintf("pages: %d, entities: %d", len(out.pages), len(out.entities()))}
	switch {
	case len(found) > 0:
		l.result, l.why = deviates, found.text()
	case !out.ok():
		l.result, l.why = undecided, out.why
	}
	v.report.reads = append(v.report.reads, l)
}

// ownClient is the id of the client whose token this is.
func (v *verification) ownClient() string {
	if !v.token.ok() {
		return ""
	}
	client, _ := v.token.pages[0]["OAuthClient"].(map[string]any)
	return text(client, "id")
}

// text is a text field of an object, "" without.
func text(object map[string]any, name string) string {
	value, _ := object[name].(string)
	return value
}
