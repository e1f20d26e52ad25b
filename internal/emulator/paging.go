package emulator

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

const (
	defaultPageSize = 25
	maxPageSize     = 100
	// The larger pages that some lists are documented with.
	maxCursorPageSize = 200
	maxGrantPageSize  = 500
)

// listing is the platform's envelope of a paged list. URIs are relative; there is no next one on the last page.
type listing[T any] struct {
	Entities    []T    `json:"entities"`
	PageSize    int    `json:"pageSize"`
	PageNumber  int    `json:"pageNumber"`
	Total       int    `json:"total"`
	FirstURI    string `json:"firstUri,omitempty"`
	LastURI     string `json:"lastUri,omitempty"`
	SelfURI     string `json:"selfUri,omitempty"`
	NextURI     string `json:"nextUri,omitempty"`
	PreviousURI string `json:"previousUri,omitempty"`
	PageCount   int    `json:"pageCount"`
}

// page answers the page of a list that the request asks for.
func page[T any](x *exchange, all []T) answer { return pageOf(x, all, maxPageSize) }

func pageOf[T any](x *exchange, all []T, largest int) answer {
	listed, denied := pageListing(x, all, largest)
	if denied != nil {
		return x.deny(denied)
	}
	return x.ok(listed)
}

// pageListing is the page that the request asks for: by its number, or by nextPage or previousPage, which stand for a page too. What the
// platform puts there is not published; here it is the page's number.
func pageListing[T any](x *exchange, all []T, largest int) (listing[T], *denial) {
	size, err := queryInt(x, "pageSize", defaultPageSize, largest)
	if err != nil {
		return listing[T]{}, invalidValue(x.query.Get("pageSize"), "pageSize", fmt.Sprintf("1 to %d", largest))
	}
	by := "pageNumber"
	for _, cursor := range []string{"nextPage", "previousPage"} {
		if x.query.Has(cursor) {
			by = cursor
		}
	}
	number, err := queryInt(x, by, 1, 1<<30)
	if err != nil {
		return listing[T]{}, invalidValue(x.query.Get(by), by, "1 or greater")
	}
	count := (len(all) + size - 1) / size
	uri := func(n int, by string) string {
		query := maps.Clone(x.query)
		for _, name := range []string{"pageNumber", "nextPage", "previousPage"} {
			query.Del(name)
		}
		query.Set("pageSize", strconv.Itoa(size))
		query.Set(by, strconv.Itoa(n))
		return x.path + "?" + query.Encode()
	}
	forward, back := "pageNumber", "pageNumber"
	if by != "pageNumber" {
		forward, back = "nextPage", "previousPage"
	}
	out := listing[T]{
		Entities: []T{}, PageSize: size, PageNumber: number, Total: len(all), PageCount: count,
		FirstURI: uri(1, forward), LastURI: uri(max(count, 1), forward), SelfURI: uri(number, by),
	}
	if number <= count {
		out.Entities = all[(number-1)*size : min(number*size, len(all))]
	}
	if number < count {
		out.NextURI = uri(number+1, forward)
	}
	if number > 1 {
		out.PreviousURI = uri(number-1, back)
	}
	return out, nil
}

// cursorListing is the platform's envelope of a list that is paged by a cursor. It has no total.
type cursorListing[T any] struct {
	Entities    []T    `json:"entities"`
	NextURI     string `json:"nextUri,omitempty"`
	PreviousURI string `json:"previousUri,omitempty"`
	SelfURI     string `json:"selfUri"`
}

// cursorPage answers the entities after the one whose id the request names in "after", or before that in "before".
func cursorPage[T any](x *exchange, all []T, id func(T) string) answer {
	size, err := queryInt(x, "pageSize", defaultPageSize, maxCursorPageSize)
	if err != nil {
		return x.deny(invalidValue(x.query.Get("pageSize"), "pageSize", fmt.Sprintf("1 to %d", maxCursorPageSize)))
	}
	at := func(cursor string) int {
		return slices.IndexFunc(all, func(entity T) bool { return id(entity) == x.query.Get(cursor) })
	}
	from := 0
	for _, cursor := range []string{"after", "before"} {
		if !x.query.Has(cursor) {
			continue
		}
		found := at(cursor)
		if found < 0 {
			return x.fail(http.StatusBadRequest, "bad.request", "The cursor is not valid.")
		}
		from = found + 1
		if cursor == "before" {
			from = max(found-size, 0)
			size = min(size, found)
		}
	}
	to := min(from+size, len(all))
	uri := func(cursor, id string) string {
		query := maps.Clone(x.query)
		query.Del("after")
		query.Del("before")
		query.Set("pageSize", strconv.Itoa(size))
		if cursor != "" {
			query.Set(cursor, id)
		}
		return x.path + "?" + query.Encode()
	}
	out := cursorListing[T]{Entities: append([]T{}, all[from:to]...), SelfURI: x.path}
	if to < len(all) && to > from {
		out.NextURI = uri("after", id(all[to-1]))
	}
	if from > 0 && to > from {
		out.PreviousURI = uri("before", id(all[from]))
	}
	return x.ok(out)
}

func queryInt(x *exchange, name string, absent, most int) (int, error) {
	if !x.query.Has(name) {
		return absent, nil
	}
	value, err := strconv.Atoi(x.query.Get(name))
	if err == nil && (value < 1 || value > most) {
		err = strconv.ErrRange
	}
	return value, err
}

// sorted orders entities by the field that the request names, in the order of the state when it names none.
func sorted[T any](x *exchange, entities []T, id, name func(T) string) []T {
	var key func(T) string
	switch x.query.Get("sortBy") {
	case "id":
		key = id
	case "name":
		key = name
	default:
		return entities
	}
	out := slices.Clone(entities)
	slices.SortStableFunc(out, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
	return out
}
