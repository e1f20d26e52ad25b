package audit

import (
	"fmt"
	"strings"
)

var authorizationRule = rule{
	Description: Description{
		ID: CheckAuthorization, Title: "The organization has authorized the client", Failed: "Client not authorized by the organization",
		Stage: StageClient, Severity: 6.5,
		Cause: "The client belongs to another organization, and its authorization here was refused, was revoked or is still pending. The " +
			"platform denies its calls.",
		Remedy: "Have an administrator of this organization approve the client under " + authorizedAppsAdmin + ".",
	},
	judge: judgeAuthorization,
}

// judgeAuthorization judges the consent given here to a client of another organization.
func judgeAuthorization(v *view) (o opinion) {
	authorization := v.client.authorization
	if authorization == nil {
		return o
	}
	o.applies = true
	status, message := authorizationProblem(authorization)
	if status == "" {
		return o
	}
	o.report(Finding{
		Status: status, Subject: v.client.label(), Message: message,
		Remediation: "Have an administrator who holds oauth:client:authorize approve it under " + authorizedAppsAdmin + ".",
		Endpoints:   v.allEndpoints(),
	})
	return o
}

func authorizationProblem(authorization *Authorization) (status Status, message string) {
	const subject = "The client belongs to another organization, and its authorization here "
	switch authorization.State {
	case "Authorized":
		if !authorization.Pending {
			return "", ""
		}
	case "Requested", "Revoked", "Unauthorized":
		return Fail, subject + "is " + strings.ToLower(authorization.State) + "."
	default:
		if !authorization.Pending {
			return Unknown, subject + fmt.Sprintf("has the state %q, which the platform does not document.", authorization.State)
		}
	}
	return Fail, subject + "is pending."
}
