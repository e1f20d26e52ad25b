package genesyscloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

const (
	// usagePageSize is the largest that the documentation allows for these results.
	usagePageSize = 1000

	usagePermission = "usage:client:view"
)

// usageRequest is the body of POST /api/v2/usage/client/{clientId}/aggregates/query/jobs. The interval may be 90 days long.
type usageRequest struct {
	Interval    string   `json:"interval"`
	Granularity string   `json:"granularity"`
	GroupBy     []string `json:"groupBy"` // not grouped unless asked
}

type usageJob struct {
	ID string `json:"id"`
}

// usageAggregate is one row of the results.
type usageAggregate struct {
	TemplateURI string `json:"templateUri"`
	HTTPMethod  string `json:"httpMethod"`
	Requests    int64  `json:"requestCount"`
	Status200   int64  `json:"status200"`
	Status300   int64  `json:"status300"`
	Status400   int64  `json:"status400"`
	Status500   int64  `json:"status500"`
	Status429   int64  `json:"status429"`
}

// readUsageAggregates reads a client's usage by endpoint: every call, of whatever platform.
func (c *Client) readUsageAggregates(ctx context.Context, clientID string, days int64) ([]UsageRow, error) {
	jobs := endpoint{endpoint{path: "/api/v2/usage/client"}.of(clientID).path + "/aggregates/query/jobs", usagePermission}
	today := c.now().UTC().Truncate(24 * time.Hour)
	start, err := querying(jobs, usageRequest{
		Interval:    instant(today.AddDate(0, 0, -int(days))) + "/" + instant(today.Add(-time.Millisecond)),
		Granularity: "Day",
		GroupBy:     []string{"TemplateUri", "HttpMethod"},
	})
	if err != nil {
		return nil, err
	}
	start.starts = true
	job, err := readAnswer(ctx, c, noun[usageJob]{
		endpoint: jobs,
		identify: func(job *usageJob) (string, error) { return job.ID, c.checkQueryID("id", job.ID) },
	}, start)
	if err != nil {
		return nil, err
	}
	const requestsField = "requestCount"
	row := noun[usageAggregate]{fields: usageRowFields(requestsField), identify: func(*usageAggregate) (string, error) { return "", nil }}
	return c.readUsage(ctx, usageQuery{
		// The answer's resultsUri is never followed: it could lead the token to another host.
		results: jobs.of(job.ID),
		query:   url.Values{"pageSize": {strconv.Itoa(usagePageSize)}},
		read:    readAggregatesPage,
		row: func(data json.RawMessage) (UsageRow, error) {
			aggregate, _, err := row.decode(data)
			if err != nil {
				return UsageRow{}, err
			}
			entity := UsageRow{
				TemplateURI: aggregate.TemplateURI, HTTPMethod: aggregate.HTTPMethod, Requests: aggregate.Requests,
				Status200: aggregate.Status200, Status300: aggregate.Status300, Status400: aggregate.Status400,
				Status500: aggregate.Status500, Status429: aggregate.Status429,
			}
			return entity, entity.check(c, requestsField)
		},
	})
}

// readAggregatesPage reads a page of results. Of the address of the next page only the cursor is taken.
func readAggregatesPage(answer document) (usagePage, error) {
	var wire struct {
		Entities    List[json.RawMessage] `json:"entities"`
		QueryStatus string                `json:"queryStatus"`
		NextURI     string                `json:"nextUri"`
		ErrorBody   ErrorBody             `json:"errorBody"`
	}
	if err := unmarshal(answer.text, &wire); err != nil {
		return usagePage{}, err
	}
	if wire.QueryStatus == "Cancelled" {
		return usagePage{}, errors.New("the platform's query was cancelled (queryStatus Cancelled)")
	}
	running, err := usageState(wire.QueryStatus, "Succeeded", "Failed", "Queued", "Running")
	switch {
	case err != nil:
		return usagePage{}, fmt.Errorf("%w%s", err, detail(wire.ErrorBody.Message))
	case running:
		return usagePage{running: true}, nil
	case wire.Entities == nil:
		return usagePage{}, errors.New("the field entities is missing")
	case wire.NextURI == "":
		return usagePage{rows: wire.Entities}, nil
	}
	next, err := url.Parse(wire.NextURI)
	if err != nil || next.Query().Get("after") == "" {
		return usagePage{}, errors.New("the field nextUri holds no cursor")
	}
	return usagePage{rows: wire.Entities, after: next.Query().Get("after")}, nil
}
