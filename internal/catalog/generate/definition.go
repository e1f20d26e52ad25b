package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// oauthScheme is the security scheme of the definition whose scopes are those of OAuth clients. The others, such as
// "Guest Chat JWT", are not open to an OAuth client.
const oauthScheme = "PureCloud OAuth"

// definition is the part of a Swagger 2.0 definition that the catalog needs.
type definition struct {
	Swagger string `json:"swagger"`
	Info    struct {
		Title   string `json:"title"`
		Version string `json:"version"`
	} `json:"info"`
	BasePath string                                `json:"basePath"`
	Security *[]securityRequirement                `json:"security"`
	Paths    map[string]map[string]json.RawMessage `json:"paths"`
}

// securityRequirement is one way of being allowed in: schemes with the scopes they need.
type securityRequirement map[string][]string

type operation struct {
	Security    *[]securityRequirement `json:"security"`
	Permissions *struct {
		Type        string   `json:"type"`
		Permissions []string `json:"permissions"`
	} `json:"x-inin-requires-permissions"`
}

var methods = []string{
	http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPatch, http.MethodPost, http.MethodPut,
}

// readDefinition reads a Swagger 2.0 definition. An operation without x-inin-requires-permissions needs no permission, as the
// platform documents it; one whose list is empty is enforced elsewhere and so not known. An operation for which neither it nor
// the definition as a whole has a security requirement is one whose scopes are not known.
func readDefinition(content []byte) (source, error) {
	var d definition
	if err := json.Unmarshal(content, &d); err != nil {
		return source{}, err
	}
	if d.Swagger != "2.0" {
		return source{}, fmt.Errorf("swagger %q instead of 2.0", d.Swagger)
	}
	s := source{comment: fmt.Sprintf("Definition: %s, version %s", d.Info.Title, d.Info.Version)}
	documented := false
	for path, item := range d.Paths {
		for key, raw := range item {
			method := strings.ToUpper(key)
			if !slices.Contains(methods, method) {
				continue // parameters, extensions
			}
			entry := catalog.Entry{Method: method, Path: strings.TrimSuffix(d.BasePath, "/") + path, Source: catalog.Published}
			var o operation
			if err := json.Unmarshal(raw, &o); err != nil {
				return source{}, fmt.Errorf("%s: %w", entry.Endpoint(), err)
			}
			documented = documented || o.Permissions != nil
			if err := o.describe(&entry, d.Security); err != nil {
				return source{}, fmt.Errorf("%s: %w", entry.Endpoint(), err)
			}
			s.entries = append(s.entries, entry)
		}
	}
	if !documented {
		// Without this, a definition without the extension would mean that no endpoint needs a permission.
		return source{}, errors.New("no operation has x-inin-requires-permissions")
	}
	return s, nil
}

// describe fills in what the operation wants.
func (o operation) describe(entry *catalog.Entry, byDefault *[]securityRequirement) error {
	security := o.Security
	if security == nil {
		security = byDefault
	}
	entry.ScopesMatch, entry.Scopes = scopes(security)

	if o.Permissions == nil {
		entry.PermissionsMatch = catalog.None
		return nil
	}
	match, known := map[string]catalog.Match{"ANY": catalog.Any, "ALL": catalog.All}[o.Permissions.Type]
	if !known {
		return fmt.Errorf("permissions of type %q", o.Permissions.Type)
	}
	entry.Permissions = sortedSet(o.Permissions.Permissions)
	entry.PermissionsMatch = match
	if len(entry.Permissions) == 0 {
		entry.PermissionsMatch = catalog.Unknown
	}
	return nil
}

// scopes returns the scopes of which any one is enough. The platform takes those of one requirement as alternatives too: a
// reading operation lists both "users" and "users:readonly".
func scopes(security *[]securityRequirement) (catalog.Match, []string) {
	if security == nil {
		return catalog.Unknown, nil
	}
	var all []string
	for _, requirement := range *security {
		needed, oauth := requirement[oauthScheme]
		if oauth && len(needed) == 0 {
			return catalog.None, nil
		}
		all = append(all, needed...)
	}
	if len(all) == 0 {
		return catalog.None, nil
	}
	return catalog.Any, sortedSet(all)
}

func sortedSet(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }
