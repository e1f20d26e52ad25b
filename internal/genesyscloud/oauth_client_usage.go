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
	"strconv"
	"time"
)

// The states of a usage query (official SDK model ApiUsageQueryResult).
const (
	usageComplete = "Complete"
	usageFailed   = "Failed"
	usageRunning  = "Running"
)

// maxCount is the largest number of requests that a row is believed: no client makes as many, and no number of rows makes its sum overflow.
const maxCount = 1 << 34

// usagePermission is what the documentation names for every usage endpoint: either of them is enough.
const usagePermission = "oauth:client:view or usage:client:view"

// OAuthClientUsage reads what an OAuth client called in the last days: GET /api/v2/oauth/clients/{clientId}/usage/summary starts a query,
// GET .../usage/query/results/{executionId} is asked until it is complete. Permission oauth:client:view or usage:client:view. The waits
// in between are spent from the time that the organization's evidence may take. The rows are complete, or it is an error: a query that
// failed or does not end, a status that is not documented, a page that repeats.
func (c *Client) OAuthClientUsage(ctx context.Context, id string, days int64) ([]UsageRow, error) {
	if err := checkID(id); err != nil {
		return nil, err
	}
	period := strconv.FormatInt(days, 10)
	return c.usage.cell(period+" "+id).get(ctx, func(ctx context.Context) ([]UsageRow, error) {
		return c.readUsage(ctx, id, period)
	})
}

func (c *Client) readUsage(ctx context.Context, clientID, days string) ([]UsageRow, error) {
	ctx, end := c.budget.begin(ctx)
	defer end()
	usage := oauthClientsNoun.of(clientID).path + "/usage"
	summary := noun[UsageExecution]{
		endpoint: endpoint{usage + "/summary", usagePermission},
		identify: func(execution *UsageExecution) (string, error) { return c.checkExecution(execution) },
	}
	execution, err := readOneOf(ctx, c, summary, url.Values{"days": {days}})
	if err != nil {
		return nil, err
	}
	// The answer's resultsUri is never followed: it could lead the token to another host.
	results := endpoint{usage + "/query/results", usagePermission}.of(execution.ExecutionID)
	return c.readUsageResults(ctx, c.usageRowNoun(results, clientID))
}

// checkExecution refuses what cannot be the id of a query, and what must not be shown, since the id becomes part of a path that errors
// and logs name.
func (c *connection) checkExecution(execution *UsageExecution) (string, error) {
	id := execution.ExecutionID
	if err := requireText("executionId", id); err != nil {
		return "", err
	}
	if checkID(id) != nil || c.redact.clean(id, maxID) != id {
		return "", errors.New("the field executionId holds no id")
	}
	return id, nil
}

func (c *connection) usageRowNoun(results endpoint, clientID string) noun[UsageRow] {
	return noun[UsageRow]{
		endpoint: results,
		fields: func(fields map[string]json.RawMessage) error {
			// A status that nothing was answered with may be left out; without the number of requests a row shows nothing.
			return errors.Join(required("requests")(fields), notNull("status200")(fields), notNull("status300")(fields),
				notNull("status400")(fields), notNull("status429")(fields), notNull("status500")(fields))
		},
		identify: func(row *UsageRow) (string, error) {
			if row.ClientID != "" && row.ClientID != clientID {
				return "", requireID(row.ClientID, clientID)
			}
			if err := requireText("httpMethod", row.HTTPMethod, "templateUri", row.TemplateURI); err != nil {
				return "", err
			}
			// They are shown, so they must not be more than the names that they claim to be.
			if c.redact.clean(row.HTTPMethod, maxID) != row.HTTPMethod || c.redact.clean(row.TemplateURI, maxText) != row.TemplateURI {
				return "", errors.New("the fields httpMethod and templateUri name no endpoint")
			}
			return "", row.checkCounts()
		},
	}
}

func (r *UsageRow) checkCounts() error {
	for _, count := range []struct {
		name  string
		value int64
	}{
		{"requests", r.Requests}, {"status200", r.Status200}, {"status300", r.Status300}, {"status400", r.Status400},
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

// usagePage is one page of a query's results.
type usagePage struct {
	Results     List[json.RawMessage] `json:"results"`
	QueryStatus string                `json:"queryStatus"`
	Cursors     struct {
		After string `json:"after"`
	} `json:"cursors"`
}

// readUsageResults waits for the query and reads all of its pages. The published definition has a cursor in the answer and no parameter
// that takes it; it is sent as the platform's other lists take theirs. Where it is ignored, the page repeats, and that is an error.
func (c *Client) readUsageResults(ctx context.Context, n noun[UsageRow]) ([]UsageRow, error) {
	rows := []UsageRow{}
	seen := map[string]bool{}
	var query url.Values
	var before usagePage
	for number := 1; number <= maxPages; number++ {
		page, err := c.awaitUsagePage(ctx, n.endpoint, query)
		if err != nil {
			return nil, err
		}
		if err := page.addTo(&rows, n); err != nil {
			return nil, c.unusableUsage(n.endpoint, "page %d: %w", number, err)
		}
		after := page.Cursors.After
		switch {
		case len(page.Results) > 0 && slices.EqualFunc(page.Results, before.Results, sameText):
			return nil, c.unusableUsage(n.endpoint, "page %d repeats the one before", number)
		case after == "":
			return rows, nil
		case seen[after]:
			return nil, c.unusableUsage(n.endpoint, "page %d repeats a cursor, so that the list would not end", number)
		}
		seen[after] = true
		query, before = url.Values{"after": {after}}, page
	}
	return nil, c.unusableUsage(n.endpoint, "the list does not end after %d pages", maxPages)
}

func sameText(a, b json.RawMessage) bool { return bytes.Equal(a, b) }

func (p usagePage) addTo(rows *[]UsageRow, n noun[UsageRow]) error {
	if p.Results == nil {
		return errors.New("the field results is missing")
	}
	for i, data := range p.Results {
		row, _, err := n.decode(data)
		if err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		*rows = append(*rows, row)
	}
	return nil
}

// awaitUsagePage asks for a page until the platform says that the query is complete, with growing waits in between.
func (c *connection) awaitUsagePage(ctx context.Context, e endpoint, query url.Values) (usagePage, error) {
	for attempt := 0; ; attempt++ {
		var page usagePage
		data, err := c.get(ctx, e, query)
		if err != nil {
			return page, err
		}
		if err := json.Unmarshal(data, &page); err != nil {
			return page, c.unusable(http.MethodGet, e.path, "%s", describeJSON(err))
		}
		switch page.QueryStatus {
		case usageComplete:
			return page, nil
		case usageRunning:
		case usageFailed:
			return page, c.unusableUsage(e, "the platform's query failed (queryStatus %s)", usageFailed)
		case "":
			return page, c.unusableUsage(e, "the field queryStatus is missing")
		default:
			return page, c.unusableUsage(e, "the queryStatus %q is not one that the platform documents", page.QueryStatus)
		}
		if err := c.pause(ctx, e, attempt); err != nil {
			return page, err
		}
	}
}

// pause waits before a query that is still running is asked for again.
func (c *connection) pause(ctx context.Context, e endpoint, attempt int) error {
	timer := time.NewTimer(backoff(c.retryWaitMin, c.retryWaitMax, attempt, nil))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		call := c.newCall(http.MethodGet, e.path, c.apiURL.Host)
		call.last = "the platform's query was still running"
		return call.failure(ctx, ctx.Err())
	}
}

func (c *connection) unusableUsage(e endpoint, format string, args ...any) error {
	return c.unusable(http.MethodGet, e.path, "%s", c.redact.clean(fmt.Errorf(format, args...).Error(), maxText))
}
