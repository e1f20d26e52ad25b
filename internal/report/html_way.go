package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// The way is the picture of how a call comes to be allowed, one station after the other, from the application to the endpoint. What is
// wrong stands at the station whose check says it.

// station is one step of the way.
type station struct {
	Title   string
	Outcome outcome // the worst of its checks
	Items   []item
	More    int // items that are not shown
}

// item is one thing at a station: what is there, what was demanded, or what a finding is about.
type item struct {
	Outcome outcome // notChecked for what is only told
	Text    string
	Note    string
}

var stationTitles = [...]string{
	atApplication: "Application", atOrganization: "Region", atClient: "OAuth client", atToken: "Grant and token",
	atScopes: "Scopes", atRoles: "Roles", atPermissions: "Permissions", atDivisions: "Divisions", atPolicies: "Access policies", atCall: "Call",
}

// Way returns the stations in the order of a call.
func (a *assessed) Way() []station {
	stations := make([]station, len(stationTitles))
	for at, title := range stationTitles {
		stations[at] = station{Title: title, Outcome: notChecked}
	}
	for _, check := range checkOrder {
		s := &stations[rows[check].place]
		s.Outcome = min(s.Outcome, a.Outcome(check))
	}
	for _, i := range a.Issues {
		s := &stations[rows[i.Check].place]
		note := ""
		if len(i.Clients) > 0 && a.Fleet() {
			note = counted(len(i.Clients), "client")
		}
		s.Items = append(s.Items, item{i.Outcome, cmp.Or(i.Subject, title(i.Check, i.Outcome)), note})
	}
	for at, texts := range a.told() {
		s := &stations[at]
		for _, text := range texts {
			if text != "" && !slices.ContainsFunc(s.Items, func(i item) bool { return i.Text == text }) {
				s.Items = append(s.Items, item{Outcome: notChecked, Text: text})
			}
		}
		const most = 7
		if len(s.Items) > most {
			s.Items, s.More = s.Items[:most-1], len(s.Items)-most+1
		}
	}
	return stations
}

// told is what is known of each station beside the findings.
func (a *assessed) told() [len(stationTitles)][]string {
	client := a.Client()
	var ignored []string
	if a.argument("ignore_access_policies") != nil {
		ignored = []string{"not read: ignore_access_policies"}
	}
	return [...][]string{
		atApplication:  slices.Concat(a.argument("application_region"), a.argument("egress_addresses")),
		atOrganization: {a.Organization(), a.Region, a.APIHost},
		atClient:       append([]string{a.Audited()}, a.argument("user_id")...),
		atToken:        {client.GrantType},
		atScopes:       client.Scopes,
		atRoles:        client.Roles,
		atPermissions:  a.argument("required_permissions"),
		atDivisions:    a.argument("divisions"),
		atPolicies:     ignored,
		atCall:         slices.Concat(a.argument("endpoints"), a.argument("notification_topics")),
	}
}

// argument are the values of an argument of the validation.
func (v Validation) argument(name string) []string {
	for _, a := range v.Arguments {
		if a.Name == name {
			return a.Values
		}
	}
	return nil
}

// Caption says in a sentence what the picture shows.
func (a *assessed) Caption() string {
	var broken, open []string
	for _, s := range a.Way() {
		switch s.Outcome {
		case failed:
			broken = append(broken, strings.ToLower(s.Title))
		case unknown:
			open = append(open, strings.ToLower(s.Title))
		default:
		}
	}
	var sentences []string
	if len(broken) > 0 {
		sentences = append(sentences, fmt.Sprintf("Fails at: %s.", strings.Join(broken, ", ")))
	}
	if len(open) > 0 {
		sentences = append(sentences, fmt.Sprintf("Not known: %s.", strings.Join(open, ", ")))
	}
	switch {
	case len(sentences) > 0:
		return strings.Join(sentences, " ")
	case a.Verdict == audit.Compliant:
		return "Nothing stands in the way of a call, as far as it was checked."
	default:
		return "Nothing is known of the way of a call."
	}
}
