package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// requirements is a list of what endpoints want, collected from documentation: scopes of which any one is enough, null where
// they are not known, and permissions with their match.
type requirements struct {
	Comment   string        `json:"comment"`
	Endpoints []requirement `json:"endpoints"`
}

type requirement struct {
	Method      string    `json:"method"`
	Path        string    `json:"path"`
	Scopes      *[]string `json:"scopes"`
	Permissions struct {
		Match catalog.Match `json:"match"`
		Of    []string      `json:"of"`
	} `json:"permissions"`
}

func readRequirements(content []byte) (source, error) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var list requirements
	if err := decoder.Decode(&list); err != nil {
		return source{}, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return source{}, errors.New("something comes after the list")
	}
	if len(list.Endpoints) == 0 {
		return source{}, errors.New("no endpoints")
	}
	s := source{comment: list.Comment}
	for _, r := range list.Endpoints {
		entry, err := r.entry()
		if err != nil {
			return source{}, fmt.Errorf("%s: %w", entry.Endpoint(), err)
		}
		s.entries = append(s.entries, entry)
	}
	return s, nil
}

func (r requirement) entry() (catalog.Entry, error) {
	entry := catalog.Entry{
		Method: r.Method, Path: r.Path,
		ScopesMatch: catalog.Unknown,
		Permissions: sortedSet(r.Permissions.Of), PermissionsMatch: r.Permissions.Match,
		Source: catalog.Published,
	}
	if r.Scopes != nil {
		entry.Scopes, entry.ScopesMatch = sortedSet(*r.Scopes), catalog.Any
		if len(entry.Scopes) == 0 {
			entry.ScopesMatch = catalog.None
		}
	}
	if !slices.Contains([]catalog.Match{catalog.Any, catalog.All, catalog.None, catalog.Unknown}, entry.PermissionsMatch) {
		return entry, fmt.Errorf("permissions match %q", entry.PermissionsMatch)
	}
	return entry, nil
}
