package genesyscloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
)

// usageSummaryPermission is what the documentation names for the older usage endpoints: either of them is enough.
const usageSummaryPermission = "oauth:client:view or usage:client:view"

// readUsageSummary reads a client's usage through the older endpoints.
func (c *Client) readUsageSummary(ctx context.Context, clientID string, days int64) ([]UsageRow, error) {
	usage := oauthClientsNoun.of(clientID).path + "/usage"
	summary := noun[UsageExecution]{
		endpoint: endpoint{usage + "/summary", usageSummaryPermission},
		identify: func(execution *UsageExecution) (string, error) {
			return execution.ExecutionID, c.checkQueryID("executionId", execution.ExecutionID)
		},
	}
	execution, err := readAnswer(ctx, c, summary, getting(summary.endpoint, url.Values{"days": {strconv.FormatInt(days, 10)}}))
	if err != nil {
		return nil, err
	}
	const requestsField = "requests"
	row := noun[UsageRow]{
		// A status that nothing was answered with may be left out; without the number of requests a row shows nothing.
		fields: usageRowFields(requestsField),
		identify: func(row *UsageRow) (string, error) {
			if row.ClientID != "" && row.ClientID != clientID {
				return "", requireID(row.ClientID, clientID)
			}
			return "", row.check(c, requestsField)
		},
	}
	return c.readUsage(ctx, usageQuery{
		// The answer's resultsUri is never followed: it could lead the token to another host.
		results: endpoint{usage + "/query/results", usageSummaryPermission}.of(execution.ExecutionID),
		read:    readSummaryPage,
		row: func(data json.RawMessage) (UsageRow, error) {
			entity, _, err := row.decode(data)
			return entity, err
		},
	})
}

// usageRowFields wants the number of requests, and no status that is null.
func usageRowFields(requests string) fieldRule {
	return func(fields map[string]json.RawMessage) error {
		return errors.Join(required(requests)(fields), notNull("status200")(fields), notNull("status300")(fields),
			notNull("status400")(fields), notNull("status429")(fields), notNull("status500")(fields))
	}
}

// readSummaryPage reads a page of results. The published definition has a cursor in the answer and no parameter that takes it; it is sent as
// the platform's other lists take theirs. Where it is ignored, the page repeats, and that is an error.
func readSummaryPage(answer document) (usagePage, error) {
	var wire struct {
		Results     List[json.RawMessage] `json:"results"`
		QueryStatus string                `json:"queryStatus"`
		Cursors     struct {
			After string `json:"after"`
		} `json:"cursors"`
	}
	if err := unmarshal(answer.text, &wire); err != nil {
		return usagePage{}, err
	}
	running, err := usageState(wire.QueryStatus, "Complete", "Failed", "Running")
	if err == nil && !running && wire.Results == nil {
		err = errors.New("the field results is missing")
	}
	return usagePage{rows: wire.Results, running: running, after: wire.Cursors.After}, err
}

// usageState tells whether a query is still running, or that it will never be complete.
func usageState(status, complete, failed string, running ...string) (bool, error) {
	switch {
	case status == complete:
		return false, nil
	case slices.Contains(running, status):
		return true, nil
	case status == failed:
		return false, fmt.Errorf("the platform's query failed (queryStatus %s)", status)
	case status == "":
		return false, errors.New("the field queryStatus is missing")
	}
	return false, fmt.Errorf("the queryStatus %q is not one that the platform documents", status)
}
