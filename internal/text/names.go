package text

import "sync"

const (
	// MostSuggestions is the number of near misses that a message offers.
	MostSuggestions = 3
	// MostSuggested is the number of findings of a check that offer near misses. A search takes time, and nobody reads hundreds of suggestions.
	MostSuggested = 30
)

// Names is a list of names to find near misses in. It keeps what they are compared by, and what it found: many validations ask for the same
// typo, and a search looks at every name.
type Names struct {
	all        []string
	candidates func() *Candidates
	found      sync.Map // name -> []string
}

// NewNames makes a list of names.
func NewNames(names []string) *Names {
	return &Names{all: names, candidates: sync.OnceValue(func() *Candidates { return NewCandidates(names) })}
}

// All returns the names.
func (n *Names) All() []string { return n.all }

// Nearest returns the near misses of a name.
func (n *Names) Nearest(name string) []string {
	if found, ok := n.found.Load(name); ok {
		names, _ := found.([]string)
		return names
	}
	nearest := n.candidates().Nearest(name, MostSuggestions)
	n.found.Store(name, nearest)
	return nearest
}
