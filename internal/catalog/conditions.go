package catalog

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

//go:embed conditions.json
var conditionsFile string

type conditionsDocument struct {
	Comment   []string             `json:"comment"`
	Endpoints []endpointConditions `json:"endpoints"`
}

type endpointConditions struct {
	Endpoint   string          `json:"endpoint"`
	Conditions []conditionJSON `json:"conditions"`
	Variants   []variantJSON   `json:"variants"`
}

type conditionJSON struct {
	Kind        ConditionKind `json:"kind"`
	Permissions []string      `json:"permissions"`
	Scopes      []string      `json:"scopes"`
	Text        string        `json:"text"`
	Source      string        `json:"source"`
}

type variantJSON struct {
	Name        string   `json:"name"`
	When        string   `json:"when"`
	Match       Match    `json:"match"`
	Permissions []string `json:"permissions"`
}

// addConditions gives the entries, which are sorted, what the document says of them. It is as strict as ParseTable, for the same
// reason.
func addConditions(entries []Entry, document string) error {
	decoder := json.NewDecoder(strings.NewReader(document))
	decoder.DisallowUnknownFields()
	var d conditionsDocument
	if err := decoder.Decode(&d); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something comes after the document")
	}
	for _, e := range d.Endpoints {
		if err := e.addTo(entries); err != nil {
			return fmt.Errorf("%s: %w", e.Endpoint, err)
		}
	}
	return nil
}

func (e endpointConditions) addTo(entries []Entry) error {
	method, path, _ := strings.Cut(e.Endpoint, " ")
	at, found := slices.BinarySearchFunc(entries, Entry{Method: method, Path: path}, compareEntries)
	switch {
	case !found:
		return errors.New("no such endpoint")
	case len(entries[at].Conditions) > 0:
		return errors.New("there twice")
	case len(e.Conditions) == 0:
		return errors.New("no conditions")
	}
	entry := &entries[at]
	for _, c := range e.Conditions {
		condition := Condition(c)
		if err := condition.check(); err != nil {
			return fmt.Errorf("condition %q: %w", c.Kind, err)
		}
		if _, repeated := entry.Condition(c.Kind); repeated {
			return fmt.Errorf("condition %q: there twice", c.Kind)
		}
		entry.Conditions = append(entry.Conditions, condition)
	}
	for _, v := range e.Variants {
		variant := Variant{Name: v.Name, When: v.When, Permissions: v.Permissions, PermissionsMatch: v.Match}
		if err := variant.check(); err != nil {
			return fmt.Errorf("variant %q: %w", v.Name, err)
		}
		if _, repeated := entry.variant(v.Name); repeated {
			return fmt.Errorf("variant %q: there twice", v.Name)
		}
		entry.Variants = append(entry.Variants, variant)
	}
	_, byVariant := entry.Condition(ByVariant)
	_, own := entry.Condition(Own)
	switch {
	case byVariant && len(entry.Variants) < 2:
		return fmt.Errorf("condition %q with fewer than two variants", ByVariant)
	case len(entry.Variants) > 0 && !byVariant && !own:
		return fmt.Errorf("variants without the condition %q or %q", ByVariant, Own)
	}
	return nil
}

func (c Condition) check() error {
	switch {
	case !strings.HasSuffix(c.Text, "."):
		return errors.New("text must be sentences")
	case c.Source == "":
		return errors.New("no source")
	case (len(c.Scopes) > 0) != (c.Kind == ClientCredentialsOnly):
		return errors.New("scopes belong to client_credentials_only, and to nothing else")
	}
	switch c.Kind {
	case MayNeed:
		if len(c.Permissions) == 0 {
			return errors.New("no permissions")
		}
	case Partial:
	case ByVariant, Own, OwnJob, SameUser, ObjectDivision, AllDivisions, Topics, ClientCredentialsOnly, UserOnly, Undecidable:
		if len(c.Permissions) > 0 {
			return errors.New("it has no permissions")
		}
	default:
		return errors.New("no such kind")
	}
	return errors.Join(checkNames(c.Permissions), checkNames(c.Scopes))
}

func (v Variant) check() error {
	known := v.PermissionsMatch == Any || v.PermissionsMatch == All
	switch {
	case v.Name == "" || strings.ContainsFunc(v.Name, notInVariant):
		return errors.New("a name has only small letters and hyphens")
	case v.When == "":
		return errors.New("it does not say when")
	case !known && v.PermissionsMatch != Unknown:
		return fmt.Errorf("no such match: %q", v.PermissionsMatch)
	case known != (len(v.Permissions) > 0):
		return fmt.Errorf("match %q with %d permissions", v.PermissionsMatch, len(v.Permissions))
	}
	return checkNames(v.Permissions)
}

func notInVariant(r rune) bool { return (r < 'a' || 'z' < r) && r != '-' }

// variant returns the entry's variant of the name.
func (e Entry) variant(name string) (Variant, bool) {
	for _, variant := range e.Variants {
		if variant.Name == name {
			return variant, true
		}
	}
	return Variant{}, false
}

// belowMe reports whether a path is that of the calling user, /api/v2/users/me, or below it. A CLIENT-CREDENTIALS token has no
// user, so these answer 400 not.a.user to it, also where the template has a parameter in the place of "me".
func belowMe(path string) bool {
	return path == callerPath || strings.HasPrefix(path, callerPath+"/")
}

const callerPath = pathPrefix + "users/me"

// forCaller returns the entry with the condition of a path below /api/v2/users/me.
func (e Entry) forCaller() Entry {
	if _, known := e.Condition(UserOnly); !known {
		e.Conditions = append(slices.Clip(e.Conditions), Condition{
			Kind:   UserOnly,
			Text:   "The path means the calling user, so the endpoint answers 400 not.a.user to tokens of CLIENT-CREDENTIALS clients.",
			Source: "published definition of 2018-03-21",
		})
	}
	return e
}
