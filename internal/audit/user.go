package audit

import (
	"fmt"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
)

var userRule = rule{
	Description: Description{
		ID: CheckUser, Title: "The user exists and is active", Failed: "User not found or not active",
		Stage: StageClient, Severity: 6.5,
		Cause: "The organization has no user with the id in user_id, or the user is not active. A client with a user-context grant acts for a " +
			"user and cannot sign in without one.",
		Remedy: "Set user_id to the id of an active user, not of an OAuth client or a group, or activate the user under " + peopleAdmin + ".",
	},
	asks:  []Argument{ArgUserID},
	judge: judgeUser,
}

const peopleAdmin = "Admin > People & Permissions > People"

// judgeUser judges whether the user that a client with a user-context grant acts for can sign in.
func judgeUser(v *view) (o opinion) {
	if v.req.UserID == "" {
		return o
	}
	finding := Finding{Status: Fail, Subject: v.req.UserID, Argument: ArgUserID, Endpoints: v.allEndpoints()}
	switch v.client.kind {
	case access.OfClient:
		o.report(Finding{
			Status: Warn, Subject: v.req.UserID, Argument: ArgUserID,
			Message:     "user_id has no effect: a CLIENT-CREDENTIALS client acts with its own roles.",
			Remediation: "Remove user_id, or audit a client with a user-context grant.",
		})
		return o
	case access.KindNotKnown: // the check grant_type says so
		o.applies, o.open = true, true
		return o
	case access.OfUser:
	}
	o.applies = true
	account, state := consult(&o.wants, accountSource, v.facts)
	switch {
	case state == notRead:
		o.open = true
		return o
	case state == unreadable:
		o.report(gapIn(accountSource, v.facts, origin{ArgUserID, v.allEndpoints()}))
		return o
	case !account.Exists:
		finding.Message = fmt.Sprintf("The organization has no user with the id %s.", v.req.UserID)
		finding.Remediation = "Set user_id to the id of an active user."
		clients, clientsState := consult(&o.wants, clientsSource, v.facts)
		if clientsState == read && clients.byID[v.req.UserID] != nil {
			finding.Message += " It is the id of an OAuth client."
		}
	case account.State == "active":
		return o
	case account.State == "inactive", account.State == "deleted":
		finding.Message = fmt.Sprintf("The user is %s and cannot sign in.", account.State)
		finding.Remediation = "Activate the user under " + peopleAdmin + ", or set user_id to another user."
	case account.State == "":
		finding.Status = Unknown
		finding.Message = "The platform does not show whether the user is active."
		finding.Remediation = "Look at the user under " + peopleAdmin + "."
	default:
		finding.Status = Unknown
		finding.Message = fmt.Sprintf("The platform does not document the user state %q.", account.State)
		finding.Remediation = "Look at the user under " + peopleAdmin + "."
	}
	o.report(finding)
	return o
}
