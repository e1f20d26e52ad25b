package genesyscloud

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// maxCount is the largest number of requests that a row is believed: no client makes as many, and no number of rows makes its sum overflow.
const maxCount = 1 << 34

// OAuthClientUsage reads what an OAuth client called in the last days, today excluded. It starts a query of the platform and asks for the results
// until it is complete; the waits in between count against the organization's time limit. A query that fails or does not end, an undocumented
// status and a repeated page are errors, so the rows are always complete.
//
// POST and GET /api/v2/usage/client/{clientId}/aggregates/query/jobs, permission usage:client:view. Where the platform does not have them
// (404, 501): GET /api/v2/oauth/clients/{clientId}/usage/summary and the results, permission oauth:client:view or usage:client:view.
func (c *Client) OAuthClientUsage(ctx context.Context, id string, days int64) ([]UsageRow, error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	return c.usage.cell(fmt.Sprint(days, " ", id)).get(ctx, func(ctx context.Context) ([]UsageRow, error) {
		ctx, end := c.budget.begin(ctx)
		defer end()
		rows, err := c.readUsageAggregates(ctx, id, days)
		if isAbsent(err) {
			return c.readUsageSummary(ctx, id, days)
		}
		return rows, err
	})
}

// isAbsent holds for the answer of a platform that does not have an endpoint.
func isAbsent(err error) bool {
	var answer *APIError
	return errors.As(err, &answer) && !answer.NotPlatform && answer.Method == http.MethodPost &&
		(answer.Status == http.StatusNotFound || answer.Status == http.StatusNotImplemented)
}

// usageQuery is how the results of a usage query are read.
type usageQuery struct {
	results endpoint
	query   url.Values // of every page
	read    func(document) (usagePage, error)
	row     func(data json.RawMessage) (UsageRow, error)
}

// usagePage is one page of a query's results.
type usagePage struct {
	rows    []json.RawMessage
	running bool
	after   string // the cursor of the next page, empty for the last one
}

// readUsage waits for a query and reads all of its pages.
func (c *Client) readUsage(ctx context.Context, q usageQuery) ([]UsageRow, error) {
	rows := []UsageRow{}
	seen := map[string]bool{}
	var before usagePage
	for number := 1; ; number++ {
		r := getting(q.results, q.query)
		if number > maxPages {
			return nil, c.unusable(r, fmt.Errorf("the list does not end after %d pages", maxPages))
		}
		if before.after != "" {
			r.query = url.Values{"after": {before.after}}
			for name, values := range q.query {
				r.query[name] = values
			}
		}
		page, err := c.awaitUsagePage(ctx, q, r)
		if err != nil {
			return nil, err
		}
		switch {
		case len(page.rows) > 0 && slices.EqualFunc(page.rows, before.rows, sameText):
			return nil, c.unusable(r, fmt.Errorf("page %d repeats the one before", number))
		case page.after != "" && seen[page.after]:
			return nil, c.unusable(r, fmt.Errorf("page %d repeats a cursor, so that the list would not end", number))
		}
		for i, data := range page.rows {
			row, err := q.row(data)
			if err != nil {
				return nil, c.unusable(r, fmt.Errorf("page %d: row %d: %w", number, i+1, err))
			}
			rows = append(rows, row)
		}
		if page.after == "" {
			return rows, nil
		}
		seen[page.after] = true
		before = page
	}
}

func sameText(a, b json.RawMessage) bool { return bytes.Equal(a, b) }

// awaitUsagePage asks for a page until the platform says that the query is complete, with growing waits in between.
func (c *Client) awaitUsagePage(ctx context.Context, q usageQuery, r request) (page usagePage, err error) {
	for attempt := 0; ; attempt++ {
		err := c.ask(ctx, r, func(_ context.Context, answer document) (err error) {
			page, err = q.read(answer)
			return err
		})
		if err != nil || !page.running {
			return page, err
		}
		if err := c.pause(ctx, r, attempt); err != nil {
			return page, err
		}
	}
}

// pause waits before a query that is still running is asked for again.
func (c *Client) pause(ctx context.Context, r request, attempt int) error {
	timer := time.NewTimer(backoff(c.retryWaitMin, c.retryWaitMax, attempt, nil))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		call := c.newCall(r.method, r.path, c.apiURL.Host)
		call.last = "the platform's query was still running"
		return call.failure(ctx, ctx.Err())
	}
}

// checkQueryID refuses what cannot be the id of a query, and what must not be shown, since the id becomes part of a path that errors and
// logs name.
func (c *Client) checkQueryID(field, id string) error {
	if err := requireText(field, id); err != nil {
		return err
	}
	if checkID(id) != nil || c.redact.clean(id, maxID) != id {
		return fmt.Errorf("the field %s holds no id", field)
	}
	return nil
}

// check refuses an impossible row. The two APIs name the number of requests differently.
func (r *UsageRow) check(c *Client, requestsField string) error {
	if err := requireText("httpMethod", r.HTTPMethod, "templateUri", r.TemplateURI); err != nil {
		return err
	}
	// They are shown to the user, so they must be plain names.
	if c.redact.clean(r.HTTPMethod, maxID) != r.HTTPMethod || c.redact.clean(r.TemplateURI, maxText) != r.TemplateURI {
		return errors.New("the fields httpMethod and templateUri name no endpoint")
	}
	return r.checkCounts(requestsField)
}

func (r *UsageRow) checkCounts(requestsField string) error {
	for _, count := range []struct {
		name  string
		value int64
	}{
		{requestsField, r.Requests}, {"status200", r.Status200}, {"status300", r.Status300}, {"status400", r.Status400},
		{"status429", r.Status429}, {"status500", r.Status500},
	} {
		switch {
		case count.value < 0 || count.value > maxCount:
			return fmt.Errorf("the field %s is %d, which cannot be", count.name, count.value)
		case count.value > r.Requests:
			return fmt.Errorf("the field %s is %d where the row counts %d requests", count.name, count.value, r.Requests)
		}
	}
	return nil
}
