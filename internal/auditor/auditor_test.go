package auditor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	auditorID = "00000000-0000-4000-8000-00000000000a"
	acmeID    = "00000000-0000-4000-8000-0000000000aa"
	acmeToken = `{"organization": {"id": "` + acmeID + `", "name": "Acme"}, "homeOrganization": {"id": "` + acmeID + `"},
		"OAuthClient": {"id": "` + auditorID + `", "organization": {"id": "` + acmeID + `"}}}`
)

// platform answers as an organization whose client is called by a number, which a test may raise at any time.
type platform struct {
	version atomic.Int64
	token   string
	delay   time.Duration
	html    bool // what is not there is answered as a gateway would

	mu    sync.Mutex
	asked map[string]int // by path
}

func (p *platform) RoundTrip(req *http.Request) (*http.Response, error) {
	p.mu.Lock()
	p.asked[req.URL.Path]++
	p.mu.Unlock()
	version := p.version.Load()
	select {
	case <-req.Context().Done():
		return nil, req.Context().Err()
	case <-time.After(p.delay):
	}
	body := map[string]string{
		"/oauth/token":                 `{"access_token": "token", "token_type": "bearer", "expires_in": 86400}`,
		"/api/v2/tokens/me":            p.token,
		"/api/v2/oauth/authorizations": `{"entities": []}`,
		"/api/v2/oauth/clients": fmt.Sprintf(`{"entities": [{"id": "c", "name": "client %d", "state": "active",
			"authorizedGrantType": "CLIENT-CREDENTIALS", "scope": ["org:read"], "roleDivisions": []}], "total": 1}`, version),
	}[req.URL.Path]
	status := http.StatusOK
	if body == "" {
		status, body = http.StatusNotFound, `{"message": "no such path", "status": 404}`
	}
	kind := "application/json"
	if status == http.StatusNotFound && p.html {
		kind, body = "text/html", "<html>not found</html>"
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {kind}},
		Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

func (p *platform) requests(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

// start makes an organization on a platform.
func start(t *testing.T, run *Run, organizationID string) (*platform, *Organization) {
	t.Helper()
	p := &platform{token: acmeToken, delay: time.Millisecond, asked: make(map[string]int)}
	address, err := genesyscloud.ParseBaseURL("https://api.example.com")
	if err != nil {
		t.Fatal(err)
	}
	client, err := genesyscloud.New(genesyscloud.Config{
		APIURL: address, LoginURL: address, ClientID: auditorID, ClientSecret: "secret", Transport: p,
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, New(Config{Client: client, OwnClientID: auditorID, OrganizationID: organizationID, Run: run})
}

func requirementOf(client string) audit.Requirement {
	return audit.Requirement{ClientName: client, RequiredScopes: []string{"org:read"}}
}

// In an apply no evaluation may use what was read before it began, and those that run side by side share what is read.
func TestApplyReadsAnewAndShares(t *testing.T) {
	t.Parallel()
	var run Run
	run.Apply()
	p, o := start(t, &run, "")
	var wg sync.WaitGroup
	const workers, evaluations = 10, 30
	for worker := range workers {
		wg.Go(func() {
			for range evaluations {
				least := p.version.Load()
				if worker == 0 {
					least = p.version.Add(1)
				}
				err := o.Read(t.Context(), func(client *genesyscloud.Client) {
					clients, err := client.OAuthClients(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					var got int64
					if _, err := fmt.Sscanf(clients[0].Name, "client %d", &got); err != nil || got < least {
						t.Errorf("version %d was read, want at least %d, which was there before (%v)", got, least, err)
					}
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	// Each reading serves those that waited for it: about all but one of the workers.
	if got := p.requests("/api/v2/oauth/clients"); got > workers*evaluations/2 {
		t.Errorf("%d readings for %d evaluations", got, workers*evaluations)
	}
}

// Gates that are equal, planned and confirmed side by side as in an apply, share what is read: each reading serves about all of them.
func TestApplyOfEqualGatesShares(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var run Run
		run.Apply()
		p, o := start(t, &run, "")
		var wg sync.WaitGroup
		const workers, gates = 10, 20
		for worker := range workers {
			wg.Go(func() {
				for gate := range gates {
					<-time.After(time.Duration(1+(worker*7+gate*3)%20) * time.Millisecond) // what the CLI takes for each
					for _, judge := range []func(context.Context, audit.Requirement, time.Time) (audit.Result, error){o.Judge, o.Confirm} {
						if result, err := judge(t.Context(), requirementOf("client 0"), time.Now()); err != nil || result.Verdict != audit.Compliant {
							t.Errorf("%s, %v", result.Verdict, err)
						}
					}
				}
			})
		}
		wg.Wait()
		got := p.requests("/api/v2/oauth/clients")
		t.Logf("%d readings for %d gates", got, workers*gates)
		if got > gates*3/2 {
			t.Errorf("%d readings for %d gates, %d side by side", got, workers*gates, workers)
		}
	})
}

// The verdict of an apply is about the state that the apply has brought about, and a confirmation shares the reading of its plan.
func TestApplyJudgesTheChange(t *testing.T) {
	t.Parallel()
	var run Run
	run.Apply()
	p, o := start(t, &run, "")
	for version := range int64(3) {
		p.version.Store(version)
		requirement := requirementOf(fmt.Sprintf("client %d", version))
		for _, judge := range []func(context.Context, audit.Requirement, time.Time) (audit.Result, error){o.Judge, o.Confirm} {
			result, err := judge(t.Context(), requirement, time.Now())
			if err != nil || result.Verdict != audit.Compliant {
				t.Errorf("version %d: %s, %v %v", version, result.Verdict, result.Findings, err)
			}
		}
	}
	if got := p.requests("/api/v2/oauth/clients"); got != 3 {
		t.Errorf("%d readings, want one for each plan, which its confirmation shares", got)
	}
	if got := p.requests("/api/v2/tokens/me"); got != 1 {
		t.Errorf("the token was read %d times, want once: it does not change", got)
	}
}

// Where nothing tells that this is an apply, the first thing that only an apply does tells it.
func TestConfirmationNeverSharesOlderEvidence(t *testing.T) {
	t.Parallel()
	p, o := start(t, &Run{}, "")
	requirement := requirementOf("client 0")
	judge := func(of func(context.Context, audit.Requirement, time.Time) (audit.Result, error)) audit.Verdict {
		result, err := of(t.Context(), requirement, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return result.Verdict
	}
	if got := judge(o.Judge); got != audit.Compliant {
		t.Fatal(got)
	}
	p.version.Add(1)
	if got := judge(o.Judge); got != audit.Compliant {
		t.Errorf("%s, want what the plan shares", got)
	}
	if got := judge(o.Confirm); got != audit.Noncompliant {
		t.Errorf("%s, want noncompliant: the client was gone before the plan that is confirmed", got)
	}
	p.version.Add(-1)
	if got := judge(o.Judge); got != audit.Compliant {
		t.Errorf("%s, want compliant: the run is known to be an apply now", got)
	}
}

// A refusal by older evidence is looked at again before it is told, a few times in a run.
func TestRefusalIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	p, o := start(t, &Run{}, "")
	for version := range int64(mostLooksAgain + 2) {
		p.version.Store(version)
		result, err := o.Judge(t.Context(), requirementOf(fmt.Sprintf("client %d", version)), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if want := version <= mostLooksAgain; (result.Verdict == audit.Compliant) != want {
			t.Errorf("version %d: %s", version, result.Verdict)
		}
	}
}

// Where the CLI does not tell a plan from an apply, an ephemeral evaluation reads anew, up to a number of readings.
func TestSilentRunReadsAnewForEphemeralResources(t *testing.T) {
	t.Parallel()
	p, o := start(t, &Run{Silent: true}, "")
	for version := range int64(eager + 3) {
		p.version.Store(version)
		result, err := o.JudgeOpened(t.Context(), requirementOf("client 0"), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		want := audit.Noncompliant
		if version == 0 {
			want = audit.Compliant
		}
		if result.Verdict != want {
			t.Errorf("version %d: %s, want %s", version, result.Verdict, want)
		}
	}
	if got := p.requests("/api/v2/oauth/clients"); got > eager+1+mostLooksAgain {
		t.Errorf("%d readings, want no more than are eager and the looks again", got)
	}
}

func TestPlanSharesWhatIsRead(t *testing.T) {
	t.Parallel()
	p, o := start(t, &Run{}, "")
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for range 100 {
				if result, err := o.Judge(t.Context(), requirementOf("client 0"), time.Now()); err != nil || result.Verdict != audit.Compliant {
					t.Errorf("%s, %v", result.Verdict, err)
				}
			}
		})
	}
	wg.Wait()
	total := 0
	for _, count := range p.asked {
		total += count
	}
	if total > 10 {
		t.Errorf("%d requests for 1,000 evaluations, want at most 10: %v", total, p.asked)
	}
}

// An evaluation that is cancelled while it waits holds nobody else up.
func TestCancelledWaitEnds(t *testing.T) {
	t.Parallel()
	var run Run
	run.Apply()
	p, o := start(t, &run, "")
	release := make(chan struct{})
	began := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = o.Read(t.Context(), func(*genesyscloud.Client) { close(began); <-release })
	})
	<-began
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := o.Read(ctx, func(*genesyscloud.Client) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
	close(release)
	wg.Wait()
	if result, err := o.Judge(t.Context(), requirementOf("client 0"), time.Now()); err != nil || result.Verdict != audit.Compliant {
		t.Errorf("%s, %v", result.Verdict, err)
	}
	if got := p.requests("/api/v2/oauth/clients"); got != 1 {
		t.Errorf("%d readings, want 1", got)
	}
}

// Nothing is judged of an organization that is not the one that is meant, or by a token that is not its own client's.
func TestIdentity(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		meant, token string
		want         string // in the error; empty: none
	}{
		"the one that is meant": {acmeID, acmeToken, ""},
		"in another case":       {strings.ToUpper(acmeID), acmeToken, ""},
		"another one":           {"another-id", acmeToken, `organization_id is another-id, and the credentials sign in to "Acme" (` + acmeID + `)`},
		"a guest":               {"", `{"organization": {"id": "here"}, "homeOrganization": {"id": "home"}}`, "belongs to home and acts in here"},
		"another organization's client": {"", `{"organization": {"id": "here"}, "OAuthClient": {"id": "` + auditorID + `", "organization": {"id": "there"}}}`,
			"issued to the OAuth client " + auditorID + " of there and acts in here"},
		"the platform's own client": {"", `{"organization": {"id": "here"}, "OAuthClient": {"id": "` + auditorID + `",
			"organization": {"id": "purecloud-builtin"}}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, o := start(t, &Run{}, test.meant)
			p.token = test.token
			for range 2 {
				_, err := o.Judge(t.Context(), requirementOf("client 0"), time.Now())
				var identity *IdentityError
				switch {
				case test.want == "" && err != nil:
					t.Error(err)
				case test.want != "" && (!errors.As(err, &identity) || !strings.Contains(err.Error(), test.want)):
					t.Errorf("%v, want %q", err, test.want)
				}
			}
		})
	}
}

// A token of another client, or one that cannot be read, never leads to a pass: whose organization this is nobody knows.
func TestUnreadableTokenNeverPasses(t *testing.T) {
	t.Parallel()
	for _, token := range []string{`{"organization": {"id": "here"}, "OAuthClient": {"id": "another"}}`, `{}`, ``} {
		p, o := start(t, &Run{}, "")
		p.token = token
		result, err := o.Judge(t.Context(), requirementOf("client 0"), time.Now())
		if err != nil || result.Verdict != audit.Undetermined {
			t.Errorf("token %s: %s, %v", token, result.Verdict, err)
		}
		if got := p.requests("/api/v2/organizations/me"); got != 0 {
			t.Errorf("token %s: the organization was read %d times", token, got)
		}
	}
}

// Each source of the audit has an entry here, or a requirement that wants it would never be judged.
func TestEachSourceIsRead(t *testing.T) {
	t.Parallel()
	for _, info := range audit.Sources() {
		if sources[info.Source] == nil {
			t.Errorf("nothing reads %s", info.Source)
		}
	}
	if got, want := len(sources), len(audit.Sources()); got != want {
		t.Errorf("%d sources are read, and the audit has %d", got, want)
	}
}

// A topic whose list of conditions is empty takes none; of a topic without the list it is not known.
func TestTopicFacts(t *testing.T) {
	t.Parallel()
	var topics []genesyscloud.NotificationTopic
	if err := json.Unmarshal([]byte(`[{"id": "shown", "permissionDetails": []}, {"id": "hidden"}]`), &topics); err != nil {
		t.Fatal(err)
	}
	facts := topicFacts(topics)
	if facts[0].Details == nil || facts[1].Details != nil {
		t.Errorf("shown %v, hidden %v, want an empty list and nil", facts[0].Details, facts[1].Details)
	}
}

// A list that the platform does not show is something else than an empty one.
func TestClientFacts(t *testing.T) {
	t.Parallel()
	var clients []genesyscloud.OAuthClient
	if err := json.Unmarshal([]byte(`[{"id": "shown", "scope": [], "roleDivisions": []}, {"id": "hidden"}]`), &clients); err != nil {
		t.Fatal(err)
	}
	shown, hidden := oauthClientFacts(clients[0]), oauthClientFacts(clients[1])
	if !shown.GrantsShown || !shown.ScopesShown || hidden.GrantsShown || hidden.ScopesShown {
		t.Errorf("shown %+v, hidden %+v", shown, hidden)
	}
}

// What a topic says beside its permissions decides who may subscribe to it.
func TestTopicFactsAreWhole(t *testing.T) {
	t.Parallel()
	var topics []genesyscloud.NotificationTopic
	if err := json.Unmarshal([]byte(`[{"id": "t", "requiresPermissions": ["a:b:c"], "requiresDivisionPermissions": true, "requiresCurrentUser": true,
		"requiresCurrentUserOrPermission": true, "requiresAnyValidator": true, "enforced": false,
		"permissionDetails": [{"type": "requiresPermissions", "permissions": ["a:b:c"], "allowsCurrentUser": true, "enforced": false}]}]`), &topics); err != nil {
		t.Fatal(err)
	}
	want := audit.Topic{
		Name: "t", Permissions: []string{"a:b:c"}, AnyIsEnough: true, DivisionPermissions: true, CurrentUser: true, CurrentUserOrPermission: true,
		Enforced: new(false),
		Details: []audit.TopicDetail{{
			Type: "requiresPermissions", Permissions: []string{"a:b:c"}, AllowsCurrentUser: true, Enforced: new(false),
		}},
	}
	if got := topicFacts(topics)[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A user that the platform does not know is a fact; a user that a gateway does not know is none.
func TestAccount(t *testing.T) {
	t.Parallel()
	p, o := start(t, &Run{}, "")
	err := o.Read(t.Context(), func(client *genesyscloud.Client) {
		if user, err := account(client, t.Context(), "nobody"); user != nil || err != nil {
			t.Errorf("%v, %v, want no user and no error", user, err)
		}
		p.html = true
		if _, err := account(client, t.Context(), "nobody else"); err == nil {
			t.Error("no error of a page that is not the platform's")
		}
	})
	if err != nil {
		t.Error(err)
	}
}
