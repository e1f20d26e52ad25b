package genesyscloud

import "slices"

// leastNeedle is the length of the shortest text that is searched for. The platform's secrets and tokens have more than forty characters;
// a short word, chosen for a test, may stand in many an answer.
const leastNeedle = 8

// needles are ASCII texts that are searched for in a large one, all at once, in any case.
type needles struct {
	byStart map[uint32][]string // in lower case, by their first four bytes
	starts  [1 << 12]bool       // the hashes of these
}

func (n *needles) add(texts ...string) {
	if n.byStart == nil {
		n.byStart = map[uint32][]string{}
	}
	for _, text := range texts {
		text = lower(text)
		if len(text) < leastNeedle {
			continue
		}
		start := uint32(text[0])<<24 | uint32(text[1])<<16 | uint32(text[2])<<8 | uint32(text[3])
		if !slices.Contains(n.byStart[start], text) {
			n.byStart[start] = append(n.byStart[start], text)
			n.starts[hash(start)] = true
		}
	}
}

// in tells whether one of the needles is in the text.
func (n *needles) in(text []byte) bool {
	if len(n.byStart) == 0 {
		return false
	}
	var start uint32
	for i, c := range text {
		start = start<<8 | uint32(lowerCase[c])
		if i < 3 || !n.starts[hash(start)] {
			continue
		}
		for _, needle := range n.byStart[start] {
			if begin := i - 3; begin+len(needle) <= len(text) && lower(string(text[begin:begin+len(needle)])) == needle {
				return true
			}
		}
	}
	return false
}

func hash(start uint32) uint32 { return start * 2654435761 >> 20 }

// lowerCase maps the capital letters of ASCII to small ones, and every other byte to itself.
var lowerCase = func() (table [256]byte) {
	for i := range table {
		table[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			table[i] += 'a' - 'A'
		}
	}
	return table
}()

// lower is strings.ToLower for ASCII: the length stays, whatever else the text holds.
func lower(text string) string {
	small := []byte(text)
	for i, c := range small {
		small[i] = lowerCase[c]
	}
	return string(small)
}
