package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVisible(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                          "",
		"Analytics - Export":        "Analytics - Export",
		"Zürich Büro 東京 🙂":          "Zürich Büro 東京 🙂",
		"a\tb\r\nc":                 "a b  c",
		"a\u0000b\u001bc\u007f":     "a[U+0000]b[U+001B]c[U+007F]",
		"analytics\u202etropxe":     "analytics[U+202E]tropxe",
		"\u2066a\u2069\u200e\u061c": "[U+2066]a[U+2069][U+200E][U+061C]",
		"ana\u200blytics\ufeff":     "ana[U+200B]lytics[U+FEFF]",
		"a\u2028b\u2029":            "a[U+2028]b[U+2029]",
		"a\U000E0041":               "a[U+E0041]",
		"\xff\xfe":                  "[0xFF][0xFE]",
		"real \uFFFD":               "real \uFFFD",
		"می\u200cخواهم":             "می\u200cخواهم", // the joiner is part of the word
	} {
		if got := visible(text); got != want {
			t.Errorf("visible(%+q) = %+q, want %+q", text, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		room int
		want string
	}{
		{"analytics:read", 14, "analytics:read"},
		{"analytics:conversationAggregate:view", 24, "analytics:conve…ate:view"},
		{"analytics:readonly", 10, "analyt…nly"},
		{"東京オフィス管理者", 10, "東京オ…者"},
		{"🙂🙂🙂🙂🙂", 9, "🙂…🙂"},
		{"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"}, // accents take no room
		{"Role with words", 10, "Role w…rds"},
		{"", 5, ""},
	} {
		if got := shorten(test.text, test.room); got != test.want {
			t.Errorf("shorten(%q, %d) = %q, want %q", test.text, test.room, got, test.want)
		}
	}
}

// outline is the chain in short, a line for each stage.
func outline(c chain) []string {
	list := []string{fmt.Sprintf("client: %s %s", c.client.label, c.client.link)}
	for _, s := range []stage{c.roles, c.permissions, c.divisions, c.scopes, c.token} {
		var parts []string
		for _, p := range s.parts {
			parts = append(parts, fmt.Sprintf("%s %s", p.label, p.link))
		}
		list = append(list, strings.ToLower(s.title)+": "+strings.Join(parts, ", "))
	}
	return list
}

func TestChain(t *testing.T) {
	t.Parallel()
	base := Validation{
		ClientID: "9b1d", ClientName: "Dashboard", GrantedScopes: []string{"org:read"}, GrantedRoles: []string{"employee"},
		PassedChecks: []string{"client"},
	}
	tests := map[string]struct {
		change  func(*Validation)
		want    []string
		caption string
	}{
		"nothing amiss": {
			func(v *Validation) {
				v.PassedChecks = []string{"client", "permission", "permission_division", "token_scope"}
			},
			[]string{
				"client: Dashboard held", "roles: employee held", "permissions: all that are needed held", "divisions: all that are needed held",
				"scopes: org:read held", "token: all that are needed held",
			},
			"No break in the chain, as far as it was examined.",
		},
		"no client": {
			func(v *Validation) {
				*v = Validation{PassedChecks: []string{}, Findings: []Finding{{Check: "client", Status: "fail", Subject: "Dash"}}}
			},
			[]string{
				"client: not known missing", "roles: not checked none", "permissions: not checked none", "divisions: not checked none",
				"scopes: not checked none", "token: ",
			},
			"The chain breaks at client.",
		},
		"nothing known": {
			func(v *Validation) { *v = Validation{} },
			[]string{
				"client: not known none", "roles: not known none", "permissions: not known none", "divisions: not known none",
				"scopes: not known none", "token: ",
			},
			"Nothing is known of the chain.",
		},
		"nothing granted": {
			func(v *Validation) {
				v.GrantedRoles, v.GrantedScopes = []string{}, []string{}
				v.Findings = []Finding{{Check: "permission", Status: "fail", Subject: "a:b:c"}}
			},
			[]string{
				"client: Dashboard held", "roles: no role none", "permissions: a:b:c missing", "divisions: not reached none",
				"scopes: no scope none", "token: ",
			},
			"The chain breaks at permission a:b:c.",
		},
		"every link broken": {
			func(v *Validation) {
				v.Findings = []Finding{
					{Check: "client_state", Status: "fail", Subject: "Dashboard"},
					{Check: "scope", Status: "fail", Subject: "users"},
					{Check: "role", Status: "fail", Subject: "Export"},
					{Check: "permission_unavailable", Status: "fail", Subject: "a:b:c"},
					{Check: "permission_division", Status: "fail", Subject: "d:e:f"},
					{Check: "token_scope", Status: "fail", Subject: "org:read"},
				}
			},
			[]string{
				"client: Dashboard missing", "roles: employee held, Export missing", "permissions: a:b:c missing, d:e:f held",
				"divisions: a required division missing", "scopes: org:read held, users missing", "token: org:read missing",
			},
			"The chain breaks at client Dashboard, role Export, permission a:b:c, a required division and 2 more.",
		},
		"what must not be there": {
			func(v *Validation) {
				v.Findings = []Finding{
					{Check: "role_forbidden", Status: "fail", Subject: "employee"},
					{Check: "scope_excess", Status: "fail", Subject: "org:read"},
					{Check: "permission_forbidden", Status: "fail", Subject: "a:*:*"},
				}
			},
			[]string{
				"client: Dashboard held", "roles: employee excess", "permissions: a:*:* excess", "divisions: not checked none",
				"scopes: org:read excess", "token: ",
			},
			"Must not be there: role employee, permission a:*:*, scope org:read.",
		},
		"a break beside what must not be there": {
			func(v *Validation) {
				v.Findings = []Finding{
					{Check: "role_forbidden", Status: "fail", Subject: "employee"},
					{Check: "role", Status: "unknown", Subject: "Export"},
					{Check: "permission", Status: "fail", Subject: "a:b:c"},
				}
			},
			[]string{
				"client: Dashboard held", "roles: employee excess, Export unknown", "permissions: a:b:c missing", "divisions: not reached none",
				"scopes: org:read held", "token: ",
			},
			"The chain breaks at permission a:b:c. Must not be there: role employee. Not known: role Export.",
		},
		"what could not be read": {
			func(v *Validation) {
				v.GrantedRoles, v.GrantedScopes = nil, nil
				v.Findings = []Finding{
					{Check: "grant_type", Status: "unknown", Subject: "NEW"},
					{Check: "scope", Status: "unknown", Subject: "Dashboard"},
					{Check: "role", Status: "unknown", Subject: "GET /api/v2/authorization/roles"},
					{Check: "permission", Status: "unknown", Subject: "GET /api/v2/authorization/roles"},
					{Check: "permission_conditional", Status: "unknown", Subject: "a:b:c"},
				}
			},
			[]string{
				"client: Dashboard unknown", "roles: not known unknown", "permissions: not known unknown, a:b:c unknown",
				"divisions: not reached none", "scopes: not known unknown", "token: ",
			},
			"Not known: client Dashboard, roles, permissions, permission a:b:c and 1 more.",
		},
		"waived": {
			func(v *Validation) {
				v.Findings = []Finding{
					{Check: "role", Status: "fail", Subject: "Export", Waived: true},
					{Check: "role_forbidden", Status: "fail", Subject: "employee", Waived: true},
					{Check: "permission_division", Status: "unknown", Subject: "a:b:c", Waived: true}, // no waiver can vouch for it
				}
			},
			[]string{
				"client: Dashboard held", "roles: employee waived, Export waived", "permissions: a:b:c held", "divisions: a required division unknown",
				"scopes: org:read held", "token: ",
			},
			"Not known: a required division.",
		},
		"a division that does not exist, and a warning": {
			func(v *Validation) {
				v.PassedChecks = []string{"client", "permission"}
				v.Findings = []Finding{
					{Check: "permission_division", Status: "fail", Subject: "Sales"}, {Check: "scope_unknown", Status: "warn", Subject: "usres"},
				}
			},
			[]string{
				"client: Dashboard held", "roles: employee held", "permissions: all that are needed held", "divisions: Sales missing",
				"scopes: org:read held", "token: ",
			},
			"The chain breaks at division Sales.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := base
			test.change(&v)
			c := chainOf(v)
			if diff := cmp.Diff(test.want, outline(c)); diff != "" {
				t.Errorf("chain (-want +got):\n%s", diff)
			}
			if got := c.caption(); got != test.caption {
				t.Errorf("caption %q, want %q", got, test.caption)
			}
		})
	}
}

// A drawing stays of one width, and what is too much for it is counted.
func TestDrawingOfMany(t *testing.T) {
	t.Parallel()
	v := Validation{ClientID: strings.Repeat("c", 300), PassedChecks: []string{"client"}}
	for i := range 30 {
		v.GrantedRoles = append(v.GrantedRoles, fmt.Sprintf("role %02d", i))
		v.Findings = append(v.Findings, Finding{Check: "permission", Status: "fail", Subject: fmt.Sprintf("a:b:%02d", i)})
	}
	c := chainOf(v)
	d := c.draw()
	var labels []string
	for _, n := range d.Nodes {
		labels = append(labels, n.Label)
		if n.X < 0 || n.X+n.Width > d.Width || n.Y+n.Height > d.Height {
			t.Errorf("%s is outside the drawing", n.Label)
		}
	}
	want := []string{
		"ccccccccccccc…ccccccc",
		"role 00", "role 01", "role 02", "27 more",
		"a:b:00", "a:b:01", "a:b:02", "a:b:03", "a:b:04", "25 more",
		"not reached", "not checked",
	}
	if diff := cmp.Diff(want, labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	more := slices.IndexFunc(d.Nodes, func(n node) bool { return n.Label == "25 more" })
	if got := d.Nodes[more]; got.Class != linkMissing || !strings.HasPrefix(got.Title, "25 more: a:b:05, a:b:06, ") {
		t.Errorf("the rest is drawn as %s, %q", got.Class, got.Title)
	}
}
