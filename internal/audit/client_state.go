package audit

import (
	"fmt"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

var clientStateRule = rule{
	Description: Description{
		ID: CheckClientState, Title: "The OAuth client is active", Failed: "OAuth client not active",
		Stage: StageClient, Severity: 6.5,
		Cause:  "The client is not active, or it is scheduled for deletion: sign-in fails now, or from that date on.",
		Remedy: "Activate the client or cancel its deletion under " + oauthAdmin + ", or use the client that replaces it.",
	},
	judge: judgeClientState,
}

// judgeClientState judges whether the client gets tokens and will go on getting them. The platform may keep the state of another
// organization's client to itself; the authorization governs such a client.
func judgeClientState(v *view) (o opinion) {
	c := v.client
	if c.authorization != nil && c.State == "" && c.DateToDelete == "" {
		return o
	}
	o.applies = true
	status, message := stateProblem(c.State)
	finding := Finding{
		Status: status, Subject: c.label(), Message: message, Endpoints: v.allEndpoints(),
		Remediation: "Set the client to active under " + oauthAdmin + ", or use another one.",
	}
	switch {
	case c.DateToDelete != "":
		finding.Status = Fail
		due := "The client is scheduled for deletion on " + c.DateToDelete + "."
		if status == Fail {
			finding.Message = text.Sentences(message, due)
			break
		}
		finding.Message, finding.Endpoints = due, nil // until then it works
		finding.Remediation = "Cancel the deletion under " + oauthAdmin + ", or use another client."
	case status == Unknown:
		finding.Remediation = "Look at the client under " + oauthAdmin + "."
	case status == "":
		return o
	}
	o.report(finding)
	return o
}

func stateProblem(state string) (status Status, message string) {
	switch state {
	case "active":
		return "", ""
	case "disabled":
		return Fail, "The client is disabled: it gets no tokens, and those already issued are invalid."
	case "inactive":
		return Fail, "The client is inactive: it gets no tokens, and it will be deleted."
	case "":
		return Unknown, "The platform does not show the client's state."
	default:
		return Unknown, fmt.Sprintf("The platform does not document the client state %q.", state)
	}
}
