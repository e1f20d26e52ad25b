package audit

var endpointRule = rule{
	Description: Description{
		ID: CheckEndpoint, Title: "The endpoints are callable", Failed: "Endpoints that cannot be called",
		Stage: StageCall, Severity: 5.5,
		Cause: "An endpoint or a notification topic takes more than its list of permissions says: the request decides what is needed, or what is " +
			"needed cannot be read.",
		Remedy: "Name the variant of the endpoint that is called, set notification_topics, or grant the permission that the finding names.",
	},
	asks:  []Argument{ArgEndpoints, ArgNotificationTopics},
	judge: judgeEndpoint,
}

// judgeEndpoint judges what the lists of permissions do not say.
func judgeEndpoint(v *view) (o opinion) {
	return v.demandedTopics().opinion
}

// subscriptions are the endpoints that subscribe to topics, as written; sorted.
func (v *view) subscriptions() []string { return nil }
