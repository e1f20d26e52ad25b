package catalog

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pathPrefix is what the path of every endpoint of the Platform API begins with.
const pathPrefix = "/api/v2/"

// FormError says that a text does not have the form of an endpoint.
type FormError struct {
	Endpoint string // the text as given
	Reason   string
}

func (e *FormError) Error() string {
	return fmt.Sprintf("%q is not of the form METHOD /path: %s", e.Endpoint, e.Reason)
}

// Normalize returns the endpoint in its one spelling: the method in capitals, one space, the path without a slash at its end, and
// the variant if there is one. Segments of the path stay as they are, concrete ("123") or of a template ("{userId}"). The error is a
// *FormError; an endpoint of the right form need not exist.
func Normalize(endpoint string) (string, error) {
	written, err := parse(endpoint)
	if err != nil {
		return "", err
	}
	return written.String(), nil
}

// variantMark stands between the path of an endpoint and the name of a variant.
const variantMark = "#"

// written is an endpoint as a user wrote it, in its parts.
type written struct {
	method, path string
	variant      string // empty: none
}

func (w written) String() string {
	if w.variant != "" {
		return w.method + " " + w.path + variantMark + w.variant
	}
	return w.method + " " + w.path
}

// parse returns the parts of an endpoint. The error is a *FormError.
func parse(endpoint string) (written, error) {
	w, reason := split(endpoint)
	if reason != "" {
		return written{}, &FormError{Endpoint: endpoint, Reason: reason}
	}
	return w, nil
}

// split returns the parts of an endpoint, or the reason why it has none.
func split(endpoint string) (w written, reason string) {
	method, rest, found := strings.Cut(endpoint, " ")
	switch {
	case !found && strings.HasPrefix(endpoint, "/"):
		return w, "the method is missing"
	case !found:
		return w, "the path is missing"
	case method == "" || strings.ContainsFunc(method, notInMethod):
		return w, "a method such as GET must come first, followed by one space"
	case !strings.HasPrefix(rest, "/"):
		return w, `the path must begin with "/" and follow the method after one space, without a host`
	}
	path, variant, marked := strings.Cut(rest, variantMark)
	path = strings.TrimSuffix(path, "/")
	if reason := pathFault(path); reason != "" {
		return w, reason
	}
	for segment := range strings.SplitSeq(path, "/") {
		if isDisguised(segment) {
			return w, fmt.Sprintf("write the segment %q of the path without escapes and parameters", segment)
		}
	}
	if marked && (variant == "" || strings.ContainsFunc(variant, notInVariant)) {
		return w, `what follows "#" must be the name of a variant, of small letters and hyphens`
	}
	return written{method: strings.ToUpper(method), path: path, variant: variant}, ""
}

func notInMethod(r rune) bool { return (r < 'a' || 'z' < r) && (r < 'A' || 'Z' < r) }

func pathFault(path string) string {
	switch {
	case !utf8.ValidString(path):
		return "the path is not valid UTF-8"
	case strings.Contains(path, "?"):
		return "it must be without a query string"
	case strings.Contains(path, variantMark):
		return "it must be without a fragment"
	case strings.ContainsFunc(path, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return "the path contains a space or a control character"
	case path == "":
		return "the path is empty"
	}
	for segment := range strings.SplitSeq(path[1:], "/") {
		if fault := segmentFault(segment); fault != "" {
			return fault
		}
	}
	return ""
}

func segmentFault(segment string) string {
	switch {
	case segment == "":
		return "a segment of the path is empty"
	case segment == "." || segment == "..":
		return `the path contains "." or ".." as a segment`
	case isParameter(segment):
		segment = segment[1 : len(segment)-1]
	}
	if segment == "" || strings.ContainsAny(segment, "{}") {
		return "a parameter of the path must be a whole segment, such as {userId}"
	}
	return ""
}

// isDisguised reports whether a segment is a word, or several segments, to whoever decodes it: "%6De" is "me", and "me;x" may be.
func isDisguised(segment string) bool {
	plain, _, _ := strings.Cut(segment, ";")
	decoded, err := url.PathUnescape(plain)
	return err == nil && decoded != segment && (strings.Trim(decoded, ".") == "" || strings.Contains(decoded, "/") || onlyLetters(decoded))
}

// isParameter reports whether a segment is a parameter of a template, such as {userId}.
func isParameter(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}") && len(segment) > 1
}
