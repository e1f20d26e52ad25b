package emulator

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

func init() {
	register(map[string]route{
		"POST /api/v2/oauth/clients":                   {nil, (*exchange).createClient},
		"PUT /api/v2/oauth/clients/{clientId}":         {nil, (*exchange).updateClient},
		"DELETE /api/v2/oauth/clients/{clientId}":      {nil, (*exchange).deleteClient},
		"POST /api/v2/oauth/clients/{clientId}/secret": {nil, (*exchange).replaceSecret},
	})
}

// clientBody is the platform's OAuthClientRequest. A caller may send a client as it was read, so what only the platform sets is accepted
// and ignored.
type clientBody struct {
	Name                       string                      `json:"name"`
	Description                string                      `json:"description"`
	AccessTokenValiditySeconds *int64                      `json:"accessTokenValiditySeconds"`
	RegisteredRedirectURIs     []string                    `json:"registeredRedirectUri"`
	RoleIDs                    []string                    `json:"roleIds"` // deprecated by the platform
	AuthorizedGrantType        string                      `json:"authorizedGrantType"`
	Scope                      []string                    `json:"scope"`
	RoleDivisions              []genesyscloud.RoleDivision `json:"roleDivisions"`
	State                      string                      `json:"state"`
	DateToDelete               string                      `json:"dateToDelete"`

	ID           json.RawMessage `json:"id"`
	Secret       json.RawMessage `json:"secret"`
	DateCreated  json.RawMessage `json:"dateCreated"`
	DateModified json.RawMessage `json:"dateModified"`
	CreatedBy    json.RawMessage `json:"createdBy"`
	ModifiedBy   json.RawMessage `json:"modifiedBy"`
	SelfURI      json.RawMessage `json:"selfUri"`
}

// writableGrantTypes are the platform's grant types without the spellings that it used until 2021.
var writableGrantTypes = []string{"CODE", "TOKEN", "SAML2-BEARER", "PASSWORD", clientCredentials}

// The lifetimes of a token that the platform accepts, in seconds. The upper bound is that of SCIM clients; which clients those are is not
// published, so it holds for all.
const (
	leastValidity = 300
	mostValidity  = 38_880_000
)

// secretAnswer is a client with its secret, which the platform shows when it makes one and never again.
type secretAnswer struct {
	clientAnswer
	Secret string `json:"secret"`
}

func (x *exchange) createClient() answer {
	var body clientBody
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	client := Client{Secret: rand.Text()}
	client.ID = newUUID()
	denied := x.write(func(d *draft) *denial {
		if denied := d.fillClient(&client.OAuthClient, body); denied != nil {
			return denied
		}
		client.DateCreated, client.CreatedBy = d.now, x.caller()
		client.DateModified, client.ModifiedBy = d.now, x.caller()
		d.Clients = append(d.Clients, client)
		d.record(auditClient, actionCreate, clientRef(&client), nil, clientProperties(&client))
		return nil
	})
	return x.finishWrite(denied, func() any { return x.showWithSecret(client.ID) })
}

func (x *exchange) updateClient() answer {
	var body clientBody
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	denied := x.write(func(d *draft) *denial {
		client := d.client(x.params["clientId"])
		if client == nil {
			return missing()
		}
		before := clientProperties(client)
		if denied := d.fillClient(&client.OAuthClient, body); denied != nil {
			return denied
		}
		client.DateModified, client.ModifiedBy = d.now, x.caller()
		d.record(auditClient, actionUpdate, clientRef(client), before, clientProperties(client))
		return nil
	})
	return x.finishWrite(denied, func() any { return showClient(x.organization.clients[x.params["clientId"]].OAuthClient) })
}

func (x *exchange) deleteClient() answer {
	return x.finishEmpty(x.write(func(d *draft) *denial {
		client := d.client(x.params["clientId"])
		if client == nil {
			return missing()
		}
		if client.State != "inactive" {
			return refused("cannot.delete.client", "Clients must be marked as inactive to be eligible for deletion.")
		}
		d.record(auditClient, actionDelete, clientRef(client), clientProperties(client), nil)
		d.Clients = slices.DeleteFunc(d.Clients, func(c Client) bool { return c.ID == x.params["clientId"] })
		return nil
	}))
}

// replaceSecret gives a client a new secret; the old one signs in no more.
func (x *exchange) replaceSecret() answer {
	denied := x.write(func(d *draft) *denial {
		client := d.client(x.params["clientId"])
		if client == nil {
			return missing()
		}
		client.Secret, client.DateModified, client.ModifiedBy = rand.Text(), d.now, x.caller()
		d.recordChanges(auditClient, actionUpdate, clientRef(client), []PropertyChange{{"secret", []string{}, []string{}}})
		return nil
	})
	return x.finishWrite(denied, func() any { return x.showWithSecret(x.params["clientId"]) })
}

func (x *exchange) showWithSecret(id string) secretAnswer {
	client := x.organization.clients[id]
	return secretAnswer{showClient(client.OAuthClient), client.Secret}
}

// fillClient checks what is sent of a client and takes it over. What is not sent gets the platform's default: PUT replaces a client, it
// does not patch it.
func (d *draft) fillClient(client *genesyscloud.OAuthClient, body clientBody) *denial {
	if denied := d.checkClient(body); denied != nil {
		return denied
	}
	client.Name, client.Description = body.Name, body.Description
	client.AccessTokenValiditySeconds = body.AccessTokenValiditySeconds
	client.RegisteredRedirectURIs = body.RegisteredRedirectURIs
	client.AuthorizedGrantType = body.AuthorizedGrantType
	client.Scope = body.Scope
	client.State = cmp.Or(body.State, "active")
	client.DateToDelete = body.DateToDelete
	client.RoleDivisions = nil
	if body.AuthorizedGrantType != clientCredentials {
		return nil // the platform's model has roles of client credentials clients only
	}
	client.RoleDivisions = d.rolesOf(body)
	if len(client.RoleDivisions) == 0 {
		return refused("missing.client.roles", "Client roles are missing.")
	}
	for _, pair := range client.RoleDivisions {
		if denied := d.checkPair(pair); denied != nil {
			return denied
		}
		if !d.x.holds(pair) {
			return &denial{http.StatusForbidden, "not.authorized", "You are not authorized to perform the requested action. " +
				"A caller can give a client only what the caller has: role [" + pair.RoleID + "] in division [" + pair.DivisionID + "]."}
		}
	}
	return nil
}

// checkClient checks what needs no knowledge of roles. Names of clients need not be unique.
func (d *draft) checkClient(body clientBody) *denial {
	if denied := required("name", body.Name); denied != nil {
		return denied
	}
	if body.AuthorizedGrantType == "" {
		return refused("grant.type.required", "The grant type is required.")
	}
	if !slices.Contains(writableGrantTypes, body.AuthorizedGrantType) {
		return refused("bad.grant.type", "The grant type [%s] is not one of: %s", body.AuthorizedGrantType, joined(writableGrantTypes))
	}
	if body.State != "" {
		if denied := oneOf("state", body.State, clientStates[1:]); denied != nil {
			return denied
		}
	}
	if seconds := body.AccessTokenValiditySeconds; seconds != nil && (*seconds < leastValidity || *seconds > mostValidity) {
		return refused("bad.request", "The property [accessTokenValiditySeconds] must be between %d and %d.", leastValidity, mostValidity)
	}
	if body.DateToDelete != "" {
		if _, err := time.Parse(time.RFC3339, body.DateToDelete); err != nil {
			return refused("invalid.date", "Dates must be specified as ISO-8601 strings. For example: yyyy-MM-ddTHH:mm:ss.SSSZ")
		}
	}
	for _, scope := range body.Scope {
		if !slices.ContainsFunc(d.x.organization.scopes, func(s genesyscloud.OAuthScope) bool { return s.ID == scope }) {
			return refused("bad.request", "The scope [%s] does not exist.", scope)
		}
	}
	return nil
}

// rolesOf are the roles that a body gives a client. The deprecated list of role ids names no division, which is the home division.
func (d *draft) rolesOf(body clientBody) []genesyscloud.RoleDivision {
	if len(body.RoleDivisions) > 0 {
		return body.RoleDivisions
	}
	return each(body.RoleIDs, func(id string) genesyscloud.RoleDivision {
		return genesyscloud.RoleDivision{RoleID: id, DivisionID: d.homeDivision()}
	})
}

// checkPair refuses a grant of a role, or in a division, that does not exist.
func (d *draft) checkPair(pair genesyscloud.RoleDivision) *denial {
	if d.role(pair.RoleID) == nil {
		return refused("bad.request", "The role [%s] does not exist.", pair.RoleID)
	}
	if pair.DivisionID != allDivisions && d.division(pair.DivisionID) == nil {
		return refused("bad.request", "The division [%s] does not exist.", pair.DivisionID)
	}
	return nil
}

// holds says whether the caller has a role in a division.
func (x *exchange) holds(pair genesyscloud.RoleDivision) bool {
	return slices.ContainsFunc(x.grants(), func(g grant) bool {
		return g.role != nil && g.role.ID == pair.RoleID && (g.division == allDivisions || g.division == pair.DivisionID)
	})
}

func clientRef(c *Client) EntityRef { return EntityRef{ID: c.ID, Name: c.Name} }

func clientProperties(c *Client) properties {
	seconds := int64(validity(&c.OAuthClient).Seconds())
	return properties{
		"name":                       values(c.Name),
		"description":                values(c.Description),
		"accessTokenValiditySeconds": values(strconv.FormatInt(seconds, 10)),
		"registeredRedirectUri":      c.RegisteredRedirectURIs,
		"authorizedGrantType":        values(c.AuthorizedGrantType),
		"scope":                      c.Scope,
		"roleDivisions":              each(c.RoleDivisions, showPair),
		"state":                      values(cmp.Or(c.State, "active")),
		"dateToDelete":               values(c.DateToDelete),
	}
}

// showPair is a role in a division as the audit trail shows it.
func showPair(pair genesyscloud.RoleDivision) string { return pair.RoleID + ":" + pair.DivisionID }
