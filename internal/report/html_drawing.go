package report

import (
	"fmt"
	"slices"
	"strings"
)

// Measures of the drawing, in pixels at its natural size.
const (
	nodeHeight   = 32
	clientHeight = 52
	nodeGap      = 10
	headHeight   = 30 // a heading of a column, above its nodes
	bandGap      = 26 // between the roles and the scopes
	columnGap    = 56
	padding      = 12
	markSize     = 12
	markRoom     = 22   // for the mark at the right end of a node
	charWidth    = 7.25 // of the monospaced font at 12px, with something to spare
)

// The columns of the drawing: client, roles and scopes, permissions and token, divisions.
var columnWidths = [...]int{200, 210, 272, 186}

func columnLeft(column int) int {
	left := 0
	for _, width := range columnWidths[:column] {
		left += width + columnGap
	}
	return left
}

func columnRight(column int) int { return columnLeft(column) + columnWidths[column] }

// drawing is the chain, laid out.
type drawing struct {
	Width, Height int
	Caption       string
	Heads         []head
	Lines         []line
	Nodes         []node
	Marks         []mark
}

type head struct {
	X, Y int
	Text string
}

// line is all lines of one state.
type line struct {
	Class link
	Path  string
}

type node struct {
	X, Y, Width, Height, MarkX, MarkY int
	Class                             link
	Label, Second, Title              string
	there                             bool
}

// Symbol is the id of the page's symbol for the state.
func (n node) Symbol() string { return symbols[n.Class] }

var symbols = map[link]string{linkHeld: "tick", linkMissing: "cross", linkExcess: "bang", linkUnknown: "ask", linkWaived: "wave"}

// mark is the cross on a line that is broken, or the question mark on one that is not known. X and Y are its middle.
type mark struct {
	X, Y  int
	Class link
}

func (m mark) Symbol() string { return symbols[m.Class] }
func (m mark) Left() int      { return m.X - markSize/2 }
func (m mark) Top() int       { return m.Y - markSize/2 }

func (n node) middle() int { return n.Y + n.Height/2 }

// draw lays the chain out.
func (c *chain) draw() drawing {
	d := drawing{Width: columnRight(len(columnWidths) - 1), Caption: c.caption()}
	client := c.clientNode()
	d.Heads = append(d.Heads, head{0, 0, "Client"})
	d.Nodes = append(d.Nodes, client)

	roles := d.column(1, 0, c.roles)
	permissions := d.column(2, 0, c.permissions)
	divisions := d.column(3, 0, c.divisions)
	scopesTop := max(bottom(roles), bottom(permissions), bottom(divisions), bottom([]node{client})) + bandGap
	scopes := d.column(1, scopesTop, c.scopes)
	d.Height = bottom(scopes)

	d.connect(0, []node{client}, slices.Concat(roles, scopes))
	d.connect(1, roles, permissions)
	d.connect(2, permissions, divisions)
	if len(c.token.parts) > 0 {
		token := d.column(2, scopesTop, c.token)
		d.connect(1, scopes, token)
		d.Height = max(d.Height, bottom(token))
	}
	return d
}

func (c *chain) clientNode() node {
	n := node{
		Y: headHeight, Width: columnWidths[0], Height: clientHeight, Class: c.client.link, there: c.client.there,
	}
	n.MarkX, n.MarkY = n.Width-markRoom, n.Height/2-markSize/2
	n.Label, n.Second = shorten(visible(c.client.label), n.room()), shorten(visible(c.grantType), n.room())
	n.Title = title(c.client, n.Label)
	return n
}

// room is how many characters fit into a node.
func (n node) room() int { return int(float64(n.Width-2*padding-markRoom) / charWidth) }

func bottom(nodes []node) int {
	last := nodes[len(nodes)-1]
	return last.Y + last.Height
}

// How many parts of a stage are drawn, before the rest is only counted.
const (
	mostHeld = 4
	mostElse = 6
)

// column adds the nodes of a stage: first what is held, then the rest.
func (d *drawing) column(column, top int, s stage) []node {
	d.Heads = append(d.Heads, head{columnLeft(column), top, s.title})
	var held, rest []part
	for _, p := range s.parts {
		if p.link == linkHeld {
			held = append(held, p)
		} else {
			rest = append(rest, p)
		}
	}
	var nodes []node
	y := top + headHeight
	for _, p := range slices.Concat(fold(held, mostHeld), fold(rest, mostElse)) {
		n := node{X: columnLeft(column), Y: y, Width: columnWidths[column], Height: nodeHeight, Class: p.link, there: p.there}
		n.MarkX, n.MarkY = n.Width-markRoom, n.Height/2-markSize/2
		n.Label = shorten(visible(p.label), n.room())
		n.Title = title(p, n.Label)
		nodes = append(nodes, n)
		y += nodeHeight + nodeGap
	}
	d.Nodes = append(d.Nodes, nodes...)
	return nodes
}

// fold joins what exceeds the number of parts that are drawn into one that counts them.
func fold(parts []part, most int) []part {
	if len(parts) <= most {
		return parts
	}
	shown := most - 1
	more := part{label: fmt.Sprintf("%d more", len(parts)-shown), link: linkNone}
	var names []string
	for _, p := range parts[shown:] {
		more.link, more.there = worse(more.link, p.link), more.there || p.there
		names = append(names, shorten(p.label, 60))
	}
	const mostNamed = 20
	if len(names) > mostNamed {
		names = append(names[:mostNamed], "…")
	}
	more.detail = strings.Join(names, ", ")
	return append(slices.Clone(parts[:shown]), more)
}

// title is the tooltip of a part: its whole name, and what is wrong with it. It is empty where label, which is shown, says it all.
func title(p part, label string) string {
	text := visible(p.label)
	if p.detail != "" {
		return text + ": " + visible(p.detail)
	}
	if words := p.link.words(); words != "" {
		return text + ": " + words
	}
	if text == label {
		return ""
	}
	return text
}

// connect draws the lines from the nodes of one column to those of the next: from what is there to a common trunk, and from the trunk
// to each node, so that the last part of a line shows whether its node is reached.
func (d *drawing) connect(column int, from, to []node) {
	const half = columnGap / 2
	trunk := columnRight(column) + half
	var sources []node
	for _, n := range from {
		if n.there {
			sources = append(sources, n)
		}
	}
	class := link("trunk")
	if len(sources) == 0 {
		// Nothing leads on: a faint line from the first node shows where it would.
		sources, class = from[:1], linkNone
	}
	top, low := to[0].middle(), to[len(to)-1].middle()
	for _, n := range sources {
		top, low = min(top, n.middle()), max(low, n.middle())
		d.line(class, fmt.Sprintf("M%d %dH%d", n.X+n.Width, n.middle(), trunk))
	}
	if top != low {
		d.line(class, fmt.Sprintf("M%d %dV%d", trunk, top, low))
	}
	for _, n := range to {
		reach := n.Class
		if class == linkNone && reach == linkHeld {
			reach = linkNone
		}
		d.line(reach, fmt.Sprintf("M%d %dH%d", trunk, n.middle(), n.X))
		if reach == linkMissing || reach == linkUnknown {
			d.Marks = append(d.Marks, mark{trunk + half/2, n.middle(), reach})
		}
	}
}

func (d *drawing) line(class link, path string) {
	i := slices.IndexFunc(d.Lines, func(l line) bool { return l.Class == class })
	if i < 0 {
		d.Lines = append(d.Lines, line{Class: class})
		i = len(d.Lines) - 1
	}
	d.Lines[i].Path += path
}
