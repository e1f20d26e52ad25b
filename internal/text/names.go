package text

import "sync"

// MostSuggestions is the number of near misses that a message offers.
const MostSuggestions = 3

// Names is a list of names to find near misses in. It keeps what it found: many validations ask for the same typo, and a search looks at
// every name.
type Names struct {
	all   []string
	found sync.Map // name -> []string
}

// NewNames makes a list of names.
func NewNames(names []string) *Names { return &Names{all: names} }

// All returns the names.
func (n *Names) All() []string { return n.all }

// Nearest returns the near misses of a name.
func (n *Names) Nearest(name string) []string {
	if found, ok := n.found.Load(name); ok {
		names, _ := found.([]string)
		return names
	}
	nearest := Nearest(name, n.all, MostSuggestions)
	n.found.Store(name, nearest)
	return nearest
}
