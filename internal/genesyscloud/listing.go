package genesyscloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const (
	// pageSize is what the official Terraform provider asks for everywhere; the platform documents no maximum for these lists.
	pageSize = 100
	// maxPages ends a list that would never end.
	maxPages = 500
	// pagesAtOnce is how many pages of a list are asked for side by side.
	pagesAtOnce = 5
)

// noun is a kind of entity that the platform lists or shows: where it is read, and what an entity must have to be evidence.
type noun[T any] struct {
	endpoint
	// fields says which fields must be there, where absence and null would be read as a value of the field's type.
	fields fieldRule
	// identify returns what tells one entity from another, or an error that says which essential field has no usable value.
	identify func(*T) (string, error)
}

// decode reads one entity.
func (n noun[T]) decode(data json.RawMessage) (entity T, id string, err error) {
	if err = unmarshal(data, &entity); err != nil {
		return entity, "", err
	}
	if n.fields != nil {
		var fields map[string]json.RawMessage
		if err = unmarshal(data, &fields); err != nil {
			return entity, "", err
		}
		if err = n.fields(fields); err != nil {
			return entity, "", err
		}
	}
	id, err = n.identify(&entity)
	return entity, id, err
}

// unmarshal decodes JSON. Its errors do not quote the text.
func unmarshal(data []byte, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		return errors.New(describeJSON(err))
	}
	return nil
}

// fieldRule says what is wrong with the fields of an object, by their JSON names.
type fieldRule func(fields map[string]json.RawMessage) error

// required refuses an object in which the field is absent or null.
func required(name string) fieldRule {
	return func(fields map[string]json.RawMessage) error {
		if _, ok := fields[name]; !ok {
			return fmt.Errorf("the field %s is missing", name)
		}
		return notNull(name)(fields)
	}
}

// notNull refuses a field that is null. The field may be absent, since the platform leaves out false values.
func notNull(name string) fieldRule {
	return func(fields map[string]json.RawMessage) error {
		if string(fields[name]) == "null" {
			return fmt.Errorf("the field %s is null", name)
		}
		return nil
	}
}

// someOf refuses an object without any of the fields, since it is not the requested entity.
func someOf(names ...string) fieldRule {
	return func(fields map[string]json.RawMessage) error {
		for _, name := range names {
			if required(name)(fields) == nil {
				return nil
			}
		}
		return fmt.Errorf("none of the fields %s is there", strings.Join(names, ", "))
	}
}

// requireText returns an error that names the first empty field; names and values alternate.
func requireText(fields ...string) error {
	for pair := range slices.Chunk(fields, 2) {
		if pair[1] == "" {
			return fmt.Errorf("the field %s is missing", pair[0])
		}
	}
	return nil
}

// requireNames refuses a list with an empty name.
func requireNames(field string, names []string) error {
	if slices.Contains(names, "") {
		return fmt.Errorf("the field %s holds an empty name", field)
	}
	return nil
}

// requireID refuses an answer about something else than what was asked for.
func requireID(got, asked string) error {
	if got != asked {
		return fmt.Errorf("it is about the id %q, not the one asked for", got)
	}
	return nil
}

// page is the envelope of a list, without its entities. Which of its fields must be there: listing.add, addAfter and addWhole.
type page struct {
	Entities   List[struct{}] `json:"entities"` // nil if there are none, not even an empty list
	PageNumber *int64         `json:"pageNumber"`
	PageCount  *int64         `json:"pageCount"`
	Total      *int64         `json:"total"`
	NextURI    string         `json:"nextUri"`
	count      int            // of the entities
}

// listing is a list while it is being read.
type listing[T any] struct {
	noun     noun[T]
	entities []T
	seen     map[string]bool
	last     string // the id of the last entity
	weight   int64
}

func newListing[T any](n noun[T]) *listing[T] {
	return &listing[T]{noun: n, entities: []T{}, seen: map[string]bool{}}
}

// read reads a page and takes its entities.
func (l *listing[T]) read(ctx context.Context, answer document) (p page, err error) {
	if l.weight += answer.weight; l.weight > maxCollection {
		return p, errors.New("with it, the list is larger than any real one")
	}
	if err := unmarshal(answer.envelope, &p); err != nil {
		return p, err
	}
	p.count = len(answer.entities)
	return p, l.addEntities(ctx, answer.entities)
}

// readPages reads a list that the platform gives in pages. The list is complete, or it is an error.
func readPages[T any](ctx context.Context, c *Client, n noun[T], query url.Values) ([]T, error) {
	return readNumbered(ctx, c, n, func(number int64) (request, error) { return getting(n.endpoint, pageQuery(query, number)), nil })
}

// readNumbered is readPages with the request for each page. Where the first page tells how many there are, the others are asked for side by
// side, within the pace, and taken in order. One that fails ends the others, and fails the list.
func readNumbered[T any](ctx context.Context, c *Client, n noun[T], page func(number int64) (request, error)) ([]T, error) {
	l := newListing(n)
	var total, expected int64
	var done bool
	// read takes a page when it is its turn.
	read := func(ctx context.Context, number int64, turn <-chan struct{}) error {
		r, err := page(number)
		if err != nil {
			return err
		}
		if number > maxPages {
			return c.unusable(r, fmt.Errorf("the list does not end after %d pages", maxPages))
		}
		return c.ask(ctx, r, func(ctx context.Context, answer document) error {
			select {
			case <-turn:
			case <-ctx.Done():
				return ctx.Err()
			}
			p, err := l.read(ctx, answer)
			if err == nil && number == 1 && p.Total != nil {
				total = *p.Total
			}
			if err == nil && number == 1 && p.PageCount != nil {
				expected = *p.PageCount
			}
			if err == nil {
				done, err = l.add(number, total, p)
			}
			if err != nil {
				return fmt.Errorf("page %d: %w", number, err)
			}
			return nil
		})
	}
	now := make(chan struct{})
	close(now)
	if err := read(ctx, 1, now); err != nil {
		return nil, err
	}
	last := min(expected, maxPages)
	if err := inTurn(ctx, 2, last, read); err != nil {
		return nil, err
	}
	for number := max(last, 1) + 1; !done; number++ {
		if err := read(ctx, number, now); err != nil {
			return nil, err
		}
	}
	return l.entities, nil
}

// inTurn reads pages side by side, each told when the one before it has been taken. The first error ends all that are still being read.
func inTurn(ctx context.Context, first, last int64, read func(ctx context.Context, number int64, turn <-chan struct{}) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var pages sync.WaitGroup
	var once sync.Once
	var failed error
	slots := make(chan struct{}, pagesAtOnce)
	turn := make(chan struct{})
	close(turn)
	for number := first; number <= last && (number == first || ctx.Err() == nil); number++ {
		slots <- struct{}{}
		before, after := turn, make(chan struct{})
		turn = after
		pages.Go(func() {
			defer func() { <-slots }()
			if err := read(ctx, number, before); err != nil {
				once.Do(func() { failed = err })
				cancel() // no further turn comes
				return
			}
			close(after)
		})
	}
	pages.Wait()
	return failed
}

func pageQuery(query url.Values, number int64) url.Values {
	paged := url.Values{"pageSize": {strconv.Itoa(pageSize)}, "pageNumber": {strconv.FormatInt(number, 10)}}
	maps.Copy(paged, query)
	return paged
}

// readAfter reads a list that the platform gives in pages of which each is asked for by the id of the last entity before it. It has no
// total: a page that is not full is the last one, unless it says that more follow.
func readAfter[T any](ctx context.Context, c *Client, n noun[T]) ([]T, error) {
	l := newListing(n)
	query := url.Values{"pageSize": {strconv.Itoa(pageSize)}}
	for number := 1; ; number++ {
		r := getting(n.endpoint, query)
		if number > maxPages {
			return nil, c.unusable(r, fmt.Errorf("the list does not end after %d pages", maxPages))
		}
		var done bool
		err := c.ask(ctx, r, func(ctx context.Context, answer document) error {
			p, err := l.read(ctx, answer)
			if err == nil {
				done, err = l.addAfter(p)
			}
			if err != nil {
				return fmt.Errorf("page %d: %w", number, err)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if done {
			return l.entities, nil
		}
		query = url.Values{"pageSize": {strconv.Itoa(pageSize)}, "after": {l.last}}
	}
}

// readList reads a list that the platform returns whole. These endpoints take no paging parameters, so a sign of further pages is an error. An
// envelope without total and page fields is accepted, since there is no other way to read the list.
func readList[T any](ctx context.Context, c *Client, n noun[T]) ([]T, error) {
	return readWhole(ctx, c, n, nil)
}

// readWhole is readList with query parameters.
func readWhole[T any](ctx context.Context, c *Client, n noun[T], query url.Values) ([]T, error) {
	l := newListing(n)
	r := getting(n.endpoint, query)
	r.limit = listAnswer
	err := c.ask(ctx, r, func(ctx context.Context, answer document) error {
		p, err := l.read(ctx, answer)
		if err != nil {
			return err
		}
		return l.addWhole(p)
	})
	if err != nil {
		return nil, err
	}
	return l.entities, nil
}

// readOne reads what is not a list.
func readOne[T any](ctx context.Context, c *Client, n noun[T]) (T, error) {
	return readAnswer(ctx, c, n, getting(n.endpoint, nil))
}

// readAnswer reads the answer to a request that is not a list.
func readAnswer[T any](ctx context.Context, c *Client, n noun[T], r request) (T, error) {
	var entity T
	err := c.ask(ctx, r, func(_ context.Context, answer document) (err error) {
		entity, _, err = n.decode(answer.text)
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return entity, nil
}

// add takes a page and tells whether it is the last. The total must be there, since only it proves that nothing is missing. pageNumber and
// pageCount may be absent, and nextUri is never followed, but a field that is present must agree with the total and with the entities.
func (l *listing[T]) add(number, total int64, p page) (done bool, err error) {
	if err := p.check(number, total); err != nil {
		return false, err
	}
	read := int64(len(l.entities))
	last := p.PageCount != nil && *p.PageCount <= number
	more := p.PageCount != nil && *p.PageCount > number || p.NextURI != ""
	switch {
	case read > total, read < total && last:
		return false, fmt.Errorf("%d entities came where the list has %d by its total", read, total)
	case read < total && p.count == 0:
		return false, fmt.Errorf("it is empty although only %d of %d entities came", read, total)
	case read == total && more:
		return false, fmt.Errorf("it says that more pages follow although all %d entities of the total came", total)
	}
	return read == total, nil
}

// addAfter takes a page of a list without a total and tells whether it is the last.
func (l *listing[T]) addAfter(p page) (done bool, err error) {
	switch {
	case p.Entities == nil:
		return false, errors.New("it has no entities")
	case p.count > pageSize:
		return false, fmt.Errorf("it has %d entities where %d were asked for", p.count, pageSize)
	case p.count == 0 && p.NextURI != "":
		return false, errors.New("it is empty although it says that more pages follow")
	}
	return p.count < pageSize && p.NextURI == "", nil
}

func (p page) check(number, total int64) error {
	switch {
	case p.Entities == nil:
		return errors.New("it has no entities")
	case p.Total == nil:
		return errors.New("it has no total, so nothing shows whether the list is complete")
	case *p.Total != total:
		return fmt.Errorf("the total changed from %d to %d while the list was being read", total, *p.Total)
	case total < 0 || total > maxPages*pageSize:
		return fmt.Errorf("a total of %d cannot be", total)
	case p.PageCount != nil && *p.PageCount < 0:
		return fmt.Errorf("a page count of %d cannot be", *p.PageCount)
	case p.PageNumber != nil && *p.PageNumber != number:
		return fmt.Errorf("it says that it is page %d", *p.PageNumber)
	}
	return nil
}

func (l *listing[T]) addWhole(p page) error {
	switch {
	case p.Entities == nil:
		return errors.New("it has no entities")
	case p.Total != nil && *p.Total != int64(p.count):
		return fmt.Errorf("%d entities came where the list has %d by its total", p.count, *p.Total)
	case p.PageCount != nil && *p.PageCount < 0:
		return fmt.Errorf("a page count of %d cannot be", *p.PageCount)
	case p.PageCount != nil && *p.PageCount > 1, p.NextURI != "":
		return errors.New("it says that more pages follow, and this list has no way to ask for them")
	case p.PageNumber != nil && *p.PageNumber != 1:
		return fmt.Errorf("it says that it is page %d of a list that has only one", *p.PageNumber)
	}
	return nil
}

func (l *listing[T]) addEntities(ctx context.Context, entities [][]byte) error {
	var repeated []string
	for i, data := range entities {
		if err := ctx.Err(); err != nil {
			return err
		}
		if string(data) == "null" {
			return fmt.Errorf("null as element %d of a list", i)
		}
		entity, id, err := l.noun.decode(data)
		if err != nil {
			return fmt.Errorf("entity %d: %w", i+1, err)
		}
		if l.seen[id] {
			repeated = append(repeated, id)
		}
		l.seen[id], l.last = true, id
		l.entities = append(l.entities, entity)
	}
	switch {
	case len(repeated) == 0:
		return nil
	case len(repeated) == len(entities):
		return errors.New("it repeats what came before")
	}
	return fmt.Errorf("twice in the list: %s", strings.Join(repeated, ", "))
}
