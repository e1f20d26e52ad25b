package catalog

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// The catalog has no list of notification topics: GET /api/v2/notifications/availabletopics lists those of an organization, with their
// permissions. These functions compare what a user wrote with that list.

const topicPrefix = "v2."

// CheckTopic returns an error if a text does not have the form of a notification topic, "v2.users.{id}.presence". A topic of the
// right form need not exist.
func CheckTopic(topic string) error {
	switch {
	case strings.ContainsFunc(topic, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return errors.New("a topic has neither spaces nor control characters")
	case strings.ContainsAny(topic, "?&"):
		return errors.New(`a topic stands alone: write "v2.users.{id}.presence" and "v2.users.{id}.station", not "v2.users.{id}?presence&station"`)
	case strings.ContainsAny(topic, "/#*"):
		return errors.New(`a topic has segments with dots between them, without "/", "#" or "*"`)
	case !strings.HasPrefix(topic, topicPrefix):
		return errors.New(`a topic begins with "v2."`)
	}
	for segment := range strings.SplitSeq(topic, ".") {
		if isParameter(segment) {
			segment = segment[1 : len(segment)-1]
		}
		if segment == "" || strings.ContainsAny(segment, "{}") {
			return errors.New("a topic has no empty segments, and a parameter such as {id} is a whole segment")
		}
	}
	return nil
}

// MatchTopic returns the topic of an organization's list that a user wrote: the same one, or the one of which it is an instance
// ("v2.users.9b1d....presence" of "v2.users.{id}.presence"). Where several fit, the one with the first literal segment wins. A word
// that is, or nearly is, another topic's word in that place is no id, so it fits none.
func MatchTopic(topic string, available []string) (template string, found bool) {
	written := strings.Split(topic, ".")
	var best []string
	for _, candidate := range available {
		segments := strings.Split(candidate, ".")
		if fitsTopic(written, segments) && (best == nil || moreLiteral(segments, best)) {
			best = segments
		}
	}
	if best == nil || mistypedTopic(written, best, available) {
		return "", false
	}
	return strings.Join(best, "."), true
}

// NearestTopics returns at most `most` topics of an organization's list that were probably meant, best first.
func NearestTopics(topic string, available []string, most int) []string {
	segments := strings.Split(topic, ".")
	for i, segment := range segments {
		if i > 0 && !isParameter(segment) && !onlyLetters(segment) {
			segments[i] = "{id}"
		}
	}
	return text.Nearest(strings.Join(segments, "."), slices.DeleteFunc(slices.Clone(available), func(s string) bool { return s == topic }), most)
}

func fitsTopic(written, template []string) bool {
	return slices.EqualFunc(written, template, func(w, t string) bool {
		if isParameter(t) {
			return w != "" && (isParameter(w) || !strings.ContainsAny(w, "{}"))
		}
		return w == t
	})
}

// moreLiteral reports whether a has a literal segment at the first place where one of the two has a parameter.
func moreLiteral(a, b []string) bool {
	for i := range a {
		if isParameter(a[i]) != isParameter(b[i]) {
			return isParameter(b[i])
		}
	}
	return false
}

// mistypedTopic reports whether a segment stands for a parameter of the template and is, or nearly is, a word that another topic has
// in that place.
func mistypedTopic(written, template, available []string) bool {
	for i, segment := range written {
		if !isParameter(template[i]) || isParameter(segment) || !onlyLetters(segment) {
			continue
		}
		var words []string
		for _, other := range available {
			segments := strings.Split(other, ".")
			if len(segments) > i && !isParameter(segments[i]) && slices.Equal(segments[:i], template[:i]) {
				words = append(words, segments[i])
			}
		}
		if slices.Contains(words, segment) || len(alike(segment, words)) > 0 {
			return true
		}
	}
	return false
}
