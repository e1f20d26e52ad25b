package genesyscloud

import (
	"context"
	"fmt"
)

var subjectsEndpoint = endpoint{"/api/v2/authorization/subjects", "authorization:grant:view"}

// Subject reads a user or an OAuth client and the roles granted to it: GET /api/v2/authorization/subjects/{subjectId}, permission
// authorization:grant:view. An answer about another subject than the one asked for is an error.
func (c *Client) Subject(ctx context.Context, id string) (Subject, error) {
	if err := checkID(id); err != nil {
		return Subject{}, err
	}
	return c.subjects.cell(id).get(ctx, func(ctx context.Context) (Subject, error) {
		return readOne(ctx, c, subjectNoun(id))
	})
}

func subjectNoun(id string) noun[Subject] {
	return noun[Subject]{
		endpoint: subjectsEndpoint.of(id),
		fields:   required("grants"),
		identify: func(subject *Subject) (string, error) {
			if err := requireID(subject.ID, id); err != nil {
				return "", err
			}
			return subject.ID, checkGrants(subject.Grants)
		},
	}
}

func checkGrants(grants []AuthGrant) error {
	for _, grant := range grants {
		if err := requireText("grants.role.id", grant.Role.ID, "grants.division.id", grant.Division.ID); err != nil {
			return err
		}
		for _, policy := range grant.Role.Policies {
			if err := requirePolicy("grants.role.policies", policy.Domain, policy.EntityName, "actions", policy.Actions); err != nil {
				return err
			}
		}
	}
	return nil
}

// requirePolicy refuses a policy that does not say what it permits: what is not shown can be neither granted nor ruled out.
func requirePolicy(where, domain, entity, actionsName string, actions List[string]) error {
	if actions == nil {
		return fmt.Errorf("the field %s.%s is missing", where, actionsName)
	}
	return requireText(where+".domain", domain, where+".entityName", entity)
}
