package emulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// channelLifetime is how long a channel lives; the platform's is a day.
const channelLifetime = 24 * time.Hour

func init() {
	subscriptions := "/api/v2/notifications/channels/{channelId}/subscriptions"
	register(map[string]route{
		"GET /api/v2/notifications/availabletopics":       {[]string{"expand", "includePreview"}, (*exchange).availableTopics},
		"GET /api/v2/notifications/channels":              {[]string{"includechannels"}, (*exchange).channels},
		"POST /api/v2/notifications/channels":             {nil, (*exchange).openChannel},
		"HEAD /api/v2/notifications/channels/{channelId}": {nil, (*exchange).channel},
		"GET " + subscriptions:                            {nil, (*exchange).subscriptions},
		"POST " + subscriptions:                           {[]string{"ignoreErrors"}, (*exchange).subscribe},
		"PUT " + subscriptions:                            {[]string{"ignoreErrors"}, (*exchange).subscribe},
		"DELETE " + subscriptions:                         {nil, (*exchange).unsubscribe},
	})
}

// topicFields are what a list of topics can be expanded by.
var topicFields = []string{
	"description", "enforced", "schema", "visibility", "transports", "publicApiTemplateUriPaths", "requiresPermissions", "permissionDetails",
	"topicParameters",
}

// topicFlags come with the permissions of a topic.
var topicFlags = []string{
	"requiresDivisionPermissions", "requiresCurrentUser", "requiresCurrentUserOrPermission", "requiresAnyValidator",
}

// availableTopics shows the id of each topic and what the request expands.
func (x *exchange) availableTopics() answer {
	if denied := x.checkExpand(topicFields...); denied != nil {
		return x.deny(denied)
	}
	shown := append(x.list("expand"), "id")
	if slices.Contains(shown, "requiresPermissions") || slices.Contains(shown, "permissionDetails") {
		shown = append(shown, topicFlags...)
	}
	entities := []map[string]any{}
	for _, topic := range x.organization.topics {
		if topic.Visibility == "Preview" && x.query.Get("includePreview") == "false" {
			continue
		}
		entity := map[string]any{}
		for name, value := range topic.fields() {
			if slices.Contains(shown, name) {
				entity[name] = value
			}
		}
		entities = append(entities, entity)
	}
	return x.ok(map[string]any{"entities": entities})
}

// fields are what the platform knows of a topic, by name. What a state does not say of its permissions stays out.
func (t Topic) fields() map[string]any {
	visibility := t.Visibility
	if visibility == "" {
		visibility = "Public"
	}
	fields := map[string]any{
		"id": t.ID, "description": t.Description, "enforced": t.Enforced == nil || *t.Enforced, "visibility": visibility,
		"transports": full(t.Transports), "publicApiTemplateUriPaths": full(t.PublicAPITemplateURIPaths), "topicParameters": full(t.TopicParameters),
		"requiresDivisionPermissions": t.RequiresDivisionPermissions, "requiresCurrentUser": t.RequiresCurrentUser,
		"requiresCurrentUserOrPermission": t.RequiresCurrentUserOrPermission, "requiresAnyValidator": t.RequiresAnyValidator,
	}
	if t.RequiresPermissions != nil {
		fields["requiresPermissions"] = t.RequiresPermissions
	}
	if t.PermissionDetails != nil {
		fields["permissionDetails"] = each(t.PermissionDetails, func(c TopicCondition) map[string]any {
			detail := map[string]any{"type": c.Type, "allowsCurrentUser": c.AllowsCurrentUser, "enforced": c.Enforced == nil || *c.Enforced}
			if c.Permissions != nil {
				detail["permissions"] = c.Permissions
			}
			return detail
		})
	}
	if t.Schema != nil {
		fields["schema"] = t.Schema
	}
	return fields
}

// channel is a notification channel. It belongs to the token that opened it.
type channel struct {
	id      string
	token   *token
	expires time.Time
	topics  []string
}

type channelAnswer struct {
	ID         string    `json:"id"`
	ConnectURI string    `json:"connectUri"`
	Expires    time.Time `json:"expires"`
}

func (c *channel) answer() channelAnswer {
	return channelAnswer{c.id, "wss://streaming.invalid/channels/" + c.id, c.expires.UTC()} // the emulator streams nothing
}

func (x *exchange) openChannel() answer {
	opened := &channel{id: "streaming-" + newUUID(), token: x.token, expires: x.emulator.now().Add(channelLifetime)}
	x.emulator.mu.Lock()
	defer x.emulator.mu.Unlock()
	x.emulator.channels = append(x.emulator.channels, opened)
	return x.ok(opened.answer())
}

// channels lists those of the caller's token, or of its client.
func (x *exchange) channels() answer {
	x.emulator.mu.Lock()
	defer x.emulator.mu.Unlock()
	entities := []channelAnswer{}
	for _, c := range x.emulator.channels {
		sameClient := c.token.clientID == x.token.clientID && c.token.organizationID == x.token.organizationID
		if c.token == x.token || sameClient && x.query.Get("includechannels") == "oauthclient" {
			entities = append(entities, c.answer())
		}
	}
	return x.ok(map[string]any{"entities": entities})
}

// withChannel runs act on the channel of the path while nothing else changes it.
func (x *exchange) withChannel(act func(*channel) answer) answer {
	x.emulator.mu.Lock()
	defer x.emulator.mu.Unlock()
	for _, c := range x.emulator.channels {
		if c.id == x.params["channelId"] && c.token == x.token {
			return act(c)
		}
	}
	return x.notFound()
}

func (x *exchange) channel() answer {
	return x.withChannel(func(c *channel) answer { return x.ok(c.answer()) })
}

type channelTopic struct {
	ID                 string   `json:"id"`
	State              string   `json:"state"` // Permitted, Rejected
	RejectionReason    string   `json:"rejectionReason,omitempty"`
	MissingPermissions []string `json:"missingPermissions,omitempty"`
	SelfURI            string   `json:"selfUri"`
}

func (x *exchange) subscriptions() answer {
	return x.withChannel(func(c *channel) answer {
		return x.ok(map[string]any{"entities": each(c.topics, func(id string) channelTopic {
			return channelTopic{ID: id, State: "Permitted", SelfURI: "/api/v2/notifications/topics/" + id}
		})})
	})
}

// subscribe adds topics to a channel, or with PUT replaces them. One refused topic refuses the request, unless it ignores errors.
func (x *exchange) subscribe() answer {
	var asked []struct {
		ID string `json:"id"`
	}
	if denied := x.decodeBody(&asked); denied != nil {
		return x.deny(denied)
	}
	results := []channelTopic{}
	var permitted, refused []string
	for _, topic := range asked {
		result := x.subscription(topic.ID)
		if result.State == "Permitted" {
			permitted = append(permitted, topic.ID)
		} else {
			refused = append(refused, topic.ID)
		}
		results = append(results, result)
	}
	if len(refused) > 0 && x.query.Get("ignoreErrors") != "true" {
		return x.fail(http.StatusForbidden, "not.authorized", "You are not authorized to subscribe to the topics "+bracketed(refused)+".")
	}
	return x.withChannel(func(c *channel) answer {
		if x.request.Method == http.MethodPut {
			c.topics = nil
		}
		for _, id := range permitted {
			if !slices.Contains(c.topics, id) {
				c.topics = append(c.topics, id)
			}
		}
		return x.ok(map[string]any{"entities": results})
	})
}

func (x *exchange) subscription(name string) channelTopic {
	out := channelTopic{ID: name, State: "Rejected", SelfURI: "/api/v2/notifications/topics/" + name}
	at := slices.IndexFunc(x.organization.topics, func(t Topic) bool { return topicMatches(t.ID, name) })
	if at < 0 {
		out.RejectionReason = "There is no such topic."
		return out
	}
	allowed, missing := x.checkTopic(x.organization.topics[at], name)
	if !allowed {
		out.RejectionReason, out.MissingPermissions = "The caller lacks what the topic requires.", missing
		return out
	}
	out.State = "Permitted"
	return out
}

// topicMatches says whether a topic is one of a template, whose {id} stands for one segment.
func topicMatches(template, name string) bool {
	wanted, given := strings.Split(template, "."), strings.Split(name, ".")
	return slices.EqualFunc(wanted, given, func(w, g string) bool { return w == g || strings.HasPrefix(w, "{") && g != "" })
}

func (x *exchange) unsubscribe() answer {
	return x.withChannel(func(c *channel) answer {
		c.topics = nil
		return x.ok(struct{}{})
	})
}
