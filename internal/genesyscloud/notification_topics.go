package genesyscloud

import (
	"context"
	"net/url"
)

// NotificationTopic is one entity of GET /api/v2/notifications/availabletopics: what subscribing to it takes. A field that the answer does not show
// is empty or nil, which is not a value.
type NotificationTopic struct {
	ID                              string                             `json:"id,omitempty"`         // v2.users.{id}.presence
	Visibility                      string                             `json:"visibility,omitempty"` // Public, Preview
	RequiresPermissions             List[string]                       `json:"requiresPermissions,omitempty"`
	RequiresDivisionPermissions     *bool                              `json:"requiresDivisionPermissions,omitempty"`     // in the division of the topic's object
	RequiresCurrentUser             *bool                              `json:"requiresCurrentUser,omitempty"`             // the topic's user must subscribe
	RequiresCurrentUserOrPermission *bool                              `json:"requiresCurrentUserOrPermission,omitempty"` // permissions only for another user's topic
	RequiresAnyValidator            *bool                              `json:"requiresAnyValidator,omitempty"`            // one met condition is enough
	Enforced                        *bool                              `json:"enforced,omitempty"`
	PermissionDetails               List[NotificationTopicPermissions] `json:"permissionDetails,omitempty"`
}

// NotificationTopicPermissions is one condition of a topic.
type NotificationTopicPermissions struct {
	// Type is requiresCurrentUser, requiresPermissions, requiresDivisionPermissions, requiresAnyDivisionPermissions or
	// requiresUserBeConversationParticipant.
	Type              string       `json:"type,omitempty"`
	Permissions       List[string] `json:"permissions,omitempty"`
	AllowsCurrentUser *bool        `json:"allowsCurrentUser,omitempty"` // the user's own topic needs no division permissions
	Enforced          *bool        `json:"enforced,omitempty"`
}

var notificationTopicsNoun = noun[NotificationTopic]{
	endpoint: endpoint{path: "/api/v2/notifications/availabletopics"},
	identify: func(topic *NotificationTopic) (string, error) {
		if err := requireText("id", topic.ID); err != nil {
			return "", err
		}
		if err := requireNames("requiresPermissions", topic.RequiresPermissions); err != nil {
			return "", err
		}
		for _, condition := range topic.PermissionDetails {
			if err := requireText("permissionDetails.type", condition.Type); err != nil {
				return "", err
			}
			if err := requireNames("permissionDetails.permissions", condition.Permissions); err != nil {
				return "", err
			}
		}
		return topic.ID, nil
	},
}

// NotificationTopics reads every notification topic of the organization with the permissions that subscribing takes:
// GET /api/v2/notifications/availabletopics, no permission.
func (c *Client) NotificationTopics(ctx context.Context) ([]NotificationTopic, error) {
	return c.notificationTopics.get(ctx, func(ctx context.Context) ([]NotificationTopic, error) {
		return readWhole(ctx, c, notificationTopicsNoun, url.Values{"expand": {"visibility", "enforced", "requiresPermissions", "permissionDetails"}})
	})
}
