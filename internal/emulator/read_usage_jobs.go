package emulator

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The limits of the usage API's second generation.
const (
	usageJobPageSize    = 100
	maxUsageJobPageSize = 1000
	maxUsageInterval    = 90 * 24 * time.Hour
	maxUsageAge         = 366 * 24 * time.Hour
)

const day = 24 * time.Hour

func init() {
	register(map[string]route{
		"POST /api/v2/usage/client/{clientId}/aggregates/query/jobs":        {nil, (*exchange).startUsageJob},
		"GET /api/v2/usage/client/{clientId}/aggregates/query/jobs/{jobId}": {[]string{"pageSize", "after"}, (*exchange).usageJob},
	})
}

// usageJob is a query that has begun. It answers with what was stored then.
type usageJob struct {
	organization string
	client       string
	rows         []map[string]any
	polls        int
}

// usageJobQuery is the body of a query.
type usageJobQuery struct {
	Interval        string   `json:"interval"`
	Granularity     string   `json:"granularity"`
	Metrics         []string `json:"metrics"`
	GroupBy         []string `json:"groupBy"`
	TemplateURIs    []string `json:"templateUris"`
	HTTPMethods     []string `json:"httpMethods"`
	Platforms       []string `json:"platforms"`
	OrganizationIDs []string `json:"organizationIds"`
	SortBy          []struct {
		FieldName string `json:"fieldName"`
		Order     string `json:"order"`
	} `json:"sortBy"`

	from, to time.Time // days
}

// usageMetrics are the metrics of a row and the fields in which it shows them.
var usageMetrics = map[string]string{
	"Requests": "requestCount", "Status200": "status200", "Status300": "status300", "Status400": "status400", "Status429": "status429",
	"Status500": "status500",
}

// usageGroups are what rows can be grouped by and the fields in which a row shows it.
var usageGroups = map[string]string{
	"OrganizationId": "organizationId", "HttpMethod": "httpMethod", "TemplateUri": "templateUri", "Platform": "platform",
}

// check reads the interval and refuses values that the platform does not document.
func (q *usageJobQuery) check(now time.Time) *denial {
	first, last, _ := strings.Cut(q.Interval, "/")
	var errs [2]error
	q.from, errs[0] = readDay(first)
	q.to, errs[1] = readDay(last)
	switch {
	case errs[0] != nil || errs[1] != nil || q.to.Before(q.from):
		return invalidValue(q.Interval, "interval", "two ISO-8601 dates, the first one first")
	case q.to.Sub(q.from) > maxUsageInterval:
		return invalidValue(q.Interval, "interval", "at most 90 days")
	case now.Sub(q.from) > maxUsageAge:
		return invalidValue(q.Interval, "interval", "a start at most 1 year ago")
	}
	for _, list := range []struct {
		field   string
		values  []string
		allowed []string
	}{
		{"granularity", []string{q.Granularity}, []string{"", "Day", "Week", "Month"}},
		{"metrics", q.Metrics, sortedKeys(usageMetrics)},
		{"groupBy", q.GroupBy, sortedKeys(usageGroups)},
		{"httpMethods", q.HTTPMethods, []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}},
	} {
		for _, value := range list.values {
			if !slices.Contains(list.allowed, value) {
				return invalidValue(value, list.field, strings.Join(list.allowed, ", "))
			}
		}
	}
	return nil
}

// readDay reads the day of an ISO 8601 date or time.
func readDay(text string) (time.Time, error) {
	if read, err := time.Parse(time.RFC3339, text); err == nil {
		return read.UTC().Truncate(day), nil
	}
	return time.Parse(time.DateOnly, text)
}

func (x *exchange) startUsageJob() answer {
	client := x.organization.clients[x.params["clientId"]]
	if client == nil {
		return x.notFound()
	}
	var query usageJobQuery
	if denied := x.decodeBody(&query); denied != nil {
		return x.deny(denied)
	}
	today := x.emulator.now().UTC().Truncate(day)
	if denied := query.check(today); denied != nil {
		return x.deny(denied)
	}
	if len(query.Platforms) > 0 {
		return x.deny(x.notModelled("platforms of " + x.entry.Endpoint()))
	}
	organization := x.organization.state.Organization.ID
	id := newUUID()
	x.emulator.mu.Lock()
	defer x.emulator.mu.Unlock()
	x.emulator.usageJobs[id] = &usageJob{organization: organization, client: client.ID, rows: query.rows(client.Usage, organization, today)}
	uri := "/api/v2/usage/client/" + client.ID + "/aggregates/query/jobs/" + id
	return x.json(http.StatusAccepted, map[string]string{"id": id, "resultsUri": uri, "selfUri": uri})
}

// rows add up what was called in the interval, one row for each group and period. The current day is not in yet: a usage row that does
// not say how long ago it was counts as yesterday's.
func (q *usageJobQuery) rows(usage []UsageRow, organization string, today time.Time) []map[string]any {
	sums := map[string]map[string]any{}
	for _, row := range usage {
		on := today.Add(-time.Duration(max(row.DaysAgo, 1)) * day)
		if on.Before(q.from) || on.After(q.to) || !in(q.TemplateURIs, row.TemplateURI) || !in(q.HTTPMethods, row.HTTPMethod) ||
			!in(q.OrganizationIDs, organization) {
			continue
		}
		group := map[string]any{"date": q.period(on).Format(time.RFC3339)}
		for name, value := range map[string]string{"OrganizationId": organization, "HttpMethod": row.HTTPMethod, "TemplateUri": row.TemplateURI} {
			if slices.Contains(q.GroupBy, name) {
				group[usageGroups[name]] = value
			}
		}
		counts := map[string]int64{
			"Requests": row.Requests, "Status200": row.Status200, "Status300": row.Status300, "Status400": row.Status400,
			"Status429": row.Status429, "Status500": row.Status500,
		}
		key, _ := json.Marshal(group) // maps are marshalled in the order of their keys
		if sums[string(key)] == nil {
			sums[string(key)] = group
		}
		for metric, count := range counts {
			if in(q.Metrics, metric) {
				before, _ := sums[string(key)][usageMetrics[metric]].(int64)
				sums[string(key)][usageMetrics[metric]] = before + count
			}
		}
	}
	out := []map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, sums[key])
	}
	q.sort(out)
	return out
}

// in says whether a filter lets a value through.
func in(filter []string, value string) bool {
	return len(filter) == 0 || slices.Contains(filter, value)
}

// period is the first day of the day, week or month; without granularity of the interval.
func (q *usageJobQuery) period(on time.Time) time.Time {
	switch q.Granularity {
	case "Day":
		return on
	case "Week":
		return on.AddDate(0, 0, -(int(on.Weekday())+6)%7) // Monday
	case "Month":
		return on.AddDate(0, 0, 1-on.Day())
	}
	return q.from
}

func (q *usageJobQuery) sort(rows []map[string]any) {
	slices.SortStableFunc(rows, func(a, b map[string]any) int {
		for _, by := range q.SortBy {
			order := compareField(a[by.FieldName], b[by.FieldName])
			if by.Order == "Desc" {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
}

func compareField(a, b any) int {
	first, numbers := a.(int64)
	second, _ := b.(int64)
	if numbers {
		return cmp.Compare(first, second)
	}
	left, _ := a.(string)
	right, _ := b.(string)
	return cmp.Compare(left, right)
}

// usageJob answers that the job is running, and then, page by page, with its rows.
func (x *exchange) usageJob() answer {
	size, err := queryInt(x, "pageSize", usageJobPageSize, maxUsageJobPageSize)
	if err != nil {
		return x.invalidValue(x.query.Get("pageSize"), "pageSize", "1 to 1000")
	}
	x.emulator.mu.Lock()
	defer x.emulator.mu.Unlock()
	job := x.emulator.usageJobs[x.params["jobId"]]
	if job == nil || job.client != x.params["clientId"] || job.organization != x.organization.state.Organization.ID {
		return x.notFound()
	}
	if job.polls++; job.polls <= runningPolls {
		return x.ok(map[string]string{"queryStatus": "Running", "selfUri": x.path})
	}
	from := 0
	if x.query.Has("after") {
		if from, err = strconv.Atoi(x.query.Get("after")); err != nil || from < 1 || from >= len(job.rows) {
			return x.fail(http.StatusBadRequest, "bad.request", "The cursor is not valid.")
		}
	}
	to := min(from+size, len(job.rows))
	out := map[string]any{"queryStatus": "Succeeded", "entities": job.rows[from:to], "selfUri": x.path}
	if to < len(job.rows) {
		query := maps.Clone(x.query)
		query.Set("after", strconv.Itoa(to))
		out["nextUri"] = x.path + "?" + query.Encode()
	}
	return x.ok(out)
}
