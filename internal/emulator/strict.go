package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// unread are the fields of the platform's entities that a state file may carry and the emulator does not read. Every other field that
// it has no place for is an error: a mistyped "applyToClients" would otherwise change what is enforced without a word. Models:
// purecloud-platform-client-v2 262.0.0.
var unread = map[reflect.Type]string{
	reflect.TypeFor[Client]():                              "roleIds",
	reflect.TypeFor[genesyscloud.OAuthClient]():            "roleIds secret",
	reflect.TypeFor[UsageRow]():                            "clientName organizationId userId date",
	reflect.TypeFor[genesyscloud.OAuthAuthorization]():     "resourceOwner createdBy modifiedBy",
	reflect.TypeFor[genesyscloud.Role]():                   "unusedPermissions roleNeedsUpdate baseLicense addonLicenses dateLicenseLastUpdated",
	reflect.TypeFor[genesyscloud.Division]():               "objectCounts",
	reflect.TypeFor[genesyscloud.Trustor]():                "createdBy authorization",
	reflect.TypeFor[genesyscloud.Trustee]():                "createdBy isTrustedUser",
	reflect.TypeFor[genesyscloud.Organization]():           "thirdPartyURI defaultSiteId supportURI voicemailEnabled",
	reflect.TypeFor[genesyscloud.AuthenticationSettings](): "passwordRequirements inactivityTimeoutExclusions universalLogout tokenStorageLocation",
	reflect.TypeFor[AuditEvent]():                          "message application initiatingAction transactionInitiator context entityChanges",
	reflect.TypeFor[Reference]():                           "name selfUri",
	reflect.TypeFor[User](): "version username title department preferredName manager chat images addresses primaryContactInfo " +
		"certifications biography employerInfo profileSkills locations groups team skills languages acdAutoAnswer languagePreference " +
		"lastTokenIssued dateLastLogin dateWelcomeSent selfUri",
	reflect.TypeFor[Group](): "version dateModified dateCreated createdBy memberCount images addresses rulesVisible includeOwners " +
		"callsEnabled owners ownerIds chat selfUri",
}

// written are the forms that a state file has for a type that reads itself.
var written = map[reflect.Type]reflect.Type{
	reflect.TypeFor[User]():  reflect.TypeFor[userJSON](),
	reflect.TypeFor[Group](): reflect.TypeFor[groupJSON](),
}

// decodeStrict decodes the one JSON value of r and refuses unknown fields at any depth.
func decodeStrict(r io.Reader, target any) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if !json.Valid(data) {
		return json.Unmarshal(data, target) // whose error says where it breaks
	}
	if err := refuseUnknown("", data, reflect.TypeOf(target).Elem()); err != nil {
		return err
	}
	return json.Unmarshal(data, target)
}

// refuseUnknown looks for unknown fields. A value of another kind than the type's is left to the decoding, whose error names it.
func refuseUnknown(path string, data []byte, t reflect.Type) error {
	switch {
	case t == reflect.TypeFor[json.RawMessage]():
		return nil
	case t.Kind() == reflect.Pointer:
		return refuseUnknown(path, data, t.Elem())
	case t.Kind() == reflect.Slice:
		var elements []json.RawMessage
		_ = json.Unmarshal(data, &elements)
		for i, element := range elements {
			if err := refuseUnknown(fmt.Sprintf("%s[%d]", path, i), element, t.Elem()); err != nil {
				return err
			}
		}
	case t.Kind() == reflect.Map || t.Kind() == reflect.Struct:
		var object map[string]json.RawMessage
		_ = json.Unmarshal(data, &object)
		known := map[string]reflect.Type{}
		if t.Kind() == reflect.Struct {
			known = knownFields(t)
		}
		for _, name := range slices.Sorted(maps.Keys(object)) {
			field, ok := known[name]
			if t.Kind() == reflect.Map {
				field, ok = t.Elem(), true
			}
			inner := strings.TrimPrefix(path+"."+name, ".")
			if !ok {
				return fmt.Errorf("unknown field %q", inner)
			}
			if err := refuseUnknown(inner, object[name], field); err != nil {
				return err
			}
		}
	}
	return nil
}

// knownFields are the JSON names of the fields of a struct, those of embedded structs included.
func knownFields(t reflect.Type) map[string]reflect.Type {
	known := map[string]reflect.Type{}
	for _, name := range strings.Fields(unread[t]) {
		known[name] = reflect.TypeFor[json.RawMessage]()
	}
	if form, ok := written[t]; ok {
		t = form
	}
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			for inner, innerType := range knownFields(field.Type) {
				if _, outer := known[inner]; !outer {
					known[inner] = innerType
				}
			}
		case name != "" && name != "-":
			known[name] = field.Type
		}
	}
	return known
}
