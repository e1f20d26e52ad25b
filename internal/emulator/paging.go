package emulator

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
)

const (
	defaultPageSize = 25
	maxPageSize     = 100
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
func page[T any](x *exchange, all []T) answer {
	size, err := queryInt(x, "pageSize", defaultPageSize, maxPageSize)
	if err != nil {
		return x.invalidValue(x.query.Get("pageSize"), "pageSize", fmt.Sprintf("1 to %d", maxPageSize))
	}
	number, err := queryInt(x, "pageNumber", 1, 1<<30)
	if err != nil {
		return x.invalidValue(x.query.Get("pageNumber"), "pageNumber", "1 or greater")
	}
	count := (len(all) + size - 1) / size
	uri := func(n int) string {
		query := url.Values{}
		for name, values := range x.query {
			query[name] = values
		}
		query.Set("pageSize", strconv.Itoa(size))
		query.Set("pageNumber", strconv.Itoa(n))
		return x.path + "?" + query.Encode()
	}
	out := listing[T]{
		Entities: []T{}, PageSize: size, PageNumber: number, Total: len(all), PageCount: count,
		FirstURI: uri(1), LastURI: uri(max(count, 1)), SelfURI: uri(number),
	}
	if number <= count {
		out.Entities = all[(number-1)*size : min(number*size, len(all))]
	}
	if number < count {
		out.NextURI = uri(number + 1)
	}
	if number > 1 {
		out.PreviousURI = uri(number - 1)
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
