package emulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	defaultUsageDays = 7
	// runningPolls is how often a query is still running when it is asked for.
	runningPolls  = 1
	usagePageSize = 50
)

func init() {
	const usage = "/api/v2/oauth/clients/{clientId}/usage/"
	register(map[string]route{
		"GET " + usage + "summary":                     {[]string{"days"}, (*exchange).usageSummary},
		"POST " + usage + "query":                      {nil, (*exchange).usageQuery},
		"GET " + usage + "query/results/{executionId}": {[]string{"after"}, (*exchange).usageResults},
	})
}

// usageQuery is a query that has begun. It answers with what was stored then.
type usageQuery struct {
	organization string
	client       string
	rows         []genesyscloud.UsageRow
	polls        int
}

// usageResults is an answer to the question for a query's results.
type usageResults struct {
	Results     []genesyscloud.UsageRow `json:"results"`
	QueryStatus string                  `json:"queryStatus"`
	Cursors     *usageCursors           `json:"cursors,omitempty"`
}

type usageCursors struct {
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

func (x *exchange) usageSummary() answer {
	client := x.organization.clients[x.params["clientId"]]
	if client == nil {
		return x.notFound()
	}
	days := int64(defaultUsageDays)
	if x.query.Has("days") {
		var err error
		if days, err = strconv.ParseInt(x.query.Get("days"), 10, 64); err != nil || days < 1 {
			return x.invalidValue(x.query.Get("days"), "days", "1 or greater")
		}
	}
	return x.startUsageQuery(client, func(row UsageRow) bool { return row.DaysAgo <= days })
}

// usageQuery begins a query for an interval. Rows are not added up: only what is grouped by endpoint can be answered.
func (x *exchange) usageQuery() answer {
	client := x.organization.clients[x.params["clientId"]]
	if client == nil {
		return x.notFound()
	}
	var asked struct {
		Interval    string   `json:"interval"`
		Granularity string   `json:"granularity"`
		Metrics     []string `json:"metrics"`
		GroupBy     []string `json:"groupBy"`
	}
	if denied := x.decodeBody(&asked); denied != nil {
		return x.deny(denied)
	}
	first, last, _ := strings.Cut(asked.Interval, "/")
	from, err := readDay(first)
	to, err2 := readDay(last)
	if err != nil || err2 != nil || to.Before(from) {
		return x.invalidValue(asked.Interval, "interval", "two ISO-8601 dates, the first one first")
	}
	for name, given := range map[string]bool{
		"granularity": asked.Granularity != "", "metrics": len(asked.Metrics) > 0,
		"groupBy": !slices.Contains(asked.GroupBy, "HttpMethod") || !slices.Contains(asked.GroupBy, "TemplateUri"),
	} {
		if given {
			return x.deny(x.notModelled("this " + name + " of " + x.entry.Endpoint()))
		}
	}
	today := x.emulator.now().UTC().Truncate(day)
	return x.startUsageQuery(client, func(row UsageRow) bool {
		on := today.Add(-time.Duration(row.DaysAgo) * day)
		return !on.Before(from) && !on.After(to)
	})
}

func (x *exchange) startUsageQuery(client *Client, wanted func(UsageRow) bool) answer {
	query := &usageQuery{organization: x.organization.state.Organization.ID, client: client.ID, rows: []genesyscloud.UsageRow{}}
	for _, row := range client.Usage {
		if wanted(row) {
			row.ClientID = client.ID
			query.rows = append(query.rows, row.UsageRow)
		}
	}
	id := newUUID()
	x.emulator.mu.Lock()
	defer x.emulator.mu.Unlock()
	x.emulator.usageQueries[id] = query
	return x.ok(genesyscloud.UsageExecution{
		ExecutionID: id, ResultsURI: "/api/v2/oauth/clients/" + client.ID + "/usage/query/results/" + id,
	})
}

// usageResults answers that the query is running, and then, page by page, with its rows.
func (x *exchange) usageResults() answer {
	x.emulator.mu.Lock()
	defer x.emulator.mu.Unlock()
	query := x.emulator.usageQueries[x.params["executionId"]]
	if query == nil || query.client != x.params["clientId"] || query.organization != x.organization.state.Organization.ID {
		return x.notFound()
	}
	if query.polls++; query.polls <= runningPolls {
		return x.ok(map[string]string{"queryStatus": "Running"})
	}
	from := 0
	if x.query.Has("after") {
		var err error
		if from, err = strconv.Atoi(x.query.Get("after")); err != nil || from < 1 || from >= len(query.rows) {
			return x.fail(http.StatusBadRequest, "bad.request", "The cursor is not valid.")
		}
	}
	to := min(from+usagePageSize, len(query.rows))
	out := usageResults{Results: query.rows[from:to], QueryStatus: "Complete"}
	if to < len(query.rows) {
		out.Cursors = &usageCursors{After: strconv.Itoa(to)}
	}
	return x.ok(out)
}

func (o *organization) checkUsage(check *checker, client Client) {
	for i, row := range client.Usage {
		check.that(row.HTTPMethod != "" && row.TemplateURI != "", "client %q: usage row %d names no httpMethod or no templateUri", client.ID, i)
		for _, count := range []int64{row.Requests, row.Status200, row.Status300, row.Status400, row.Status429, row.Status500, row.DaysAgo} {
			check.that(count >= 0, "client %q: usage row %d has a negative number", client.ID, i)
		}
	}
}
