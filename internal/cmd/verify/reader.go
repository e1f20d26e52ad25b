package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	timeout      = 60 * time.Second
	maxBodyBytes = 64 << 20
	maxTries     = 4
)

// reader reads an organization. It can send nothing but reads.
type reader struct {
	http   *http.Client
	apiURL *url.URL
	token  string
	pause  time.Duration // before a try again, unless the platform says how long to wait
}

// response is an answer of the platform.
type response struct {
	status int
	header http.Header
	body   []byte
}

// errorCode is the code of an error answer, the platform's own word, or else the status.
func (r response) errorCode() string {
	var body struct {
		Code string `json:"code"`
	}
	if err := json.Unmarshal(r.body, &body); err != nil || !isWord(body.Code) {
		return "status " + strconv.Itoa(r.status)
	}
	return body.Code
}

// newReader signs in. Its errors hold no secret and no answer of the platform.
func newReader(ctx context.Context, getenv func(string) string) (*reader, error) {
	region, known := genesyscloud.LookupRegion(cmp.Or(getenv("GENESYSCLOUD_REGION"), "us-east-1"))
	if !known {
		return nil, errors.New("GENESYSCLOUD_REGION names no region")
	}
	api, err := genesyscloud.ParseBaseURL(cmp.Or(getenv("GENESYSAUDIT_API_URL"), region.APIURL()))
	if err != nil {
		return nil, fmt.Errorf("GENESYSAUDIT_API_URL: %w", err)
	}
	login, err := genesyscloud.ParseBaseURL(cmp.Or(getenv("GENESYSAUDIT_LOGIN_URL"), region.LoginURL()))
	if err != nil {
		return nil, fmt.Errorf("GENESYSAUDIT_LOGIN_URL: %w", err)
	}
	client := &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r := &reader{http: client, apiURL: api, token: getenv("GENESYSCLOUD_ACCESS_TOKEN")}
	if r.token != "" {
		return r, nil
	}
	id, secret := getenv("GENESYSCLOUD_OAUTHCLIENT_ID"), getenv("GENESYSCLOUD_OAUTHCLIENT_SECRET")
	if id == "" || secret == "" {
		return nil, errors.New("set GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or GENESYSCLOUD_ACCESS_TOKEN")
	}
	return r, r.signIn(ctx, login, id, secret)
}

func (r *reader) signIn(ctx context.Context, login *url.URL, id, secret string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, login.JoinPath("oauth", "token").String(),
		strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		return errors.New("the login URL cannot be asked")
	}
	request.SetBasicAuth(id, secret)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := r.send(request)
	if err != nil {
		return err
	}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(answer.body, &token); err != nil || answer.status != http.StatusOK || token.AccessToken == "" {
		return fmt.Errorf("the sign-in answers status %d", answer.status)
	}
	r.token = token.AccessToken
	return nil
}

// get reads a path below /api/v2.
func (r *reader) get(ctx context.Context, path string) (response, error) {
	return r.ask(ctx, http.MethodGet, path, nil)
}

// query sends a query that the platform documents as one.
func (r *reader) query(ctx context.Context, path string, body any) (response, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return response{}, err
	}
	return r.ask(ctx, http.MethodPost, path, data)
}

// ask tries again what the platform was too busy for.
func (r *reader) ask(ctx context.Context, method, path string, body []byte) (response, error) {
	for try := 1; ; try++ {
		path, query, _ := strings.Cut(path, "?")
		target := r.apiURL.JoinPath("api", "v2", path)
		target.RawQuery = query
		request, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
		if err != nil {
			return response{}, errors.New("the API URL cannot be asked")
		}
		request.Header.Set("Authorization", "Bearer "+r.token)
		request.Header.Set("Accept", "application/json")
		if body != nil {
			request.Header.Set("Content-Type", "application/json")
		}
		answer, err := r.send(request)
		busy := answer.status == http.StatusTooManyRequests || answer.status >= 500 && answer.status != http.StatusNotImplemented
		if err != nil || !busy || try == maxTries {
			return answer, err
		}
		if err := r.wait(ctx, answer.header.Get("Retry-After")); err != nil {
			return response{}, err
		}
	}
}

func (r *reader) wait(ctx context.Context, retryAfter string) error {
	pause := r.pause
	if seconds, err := strconv.Atoi(retryAfter); err == nil && seconds >= 0 {
		pause = time.Duration(seconds) * time.Second
	}
	timer := time.NewTimer(min(pause, timeout))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// send sends one request. An error of the transport may name the host, which is none of the report's business.
func (r *reader) send(request *http.Request) (response, error) {
	answer, err := r.http.Do(request)
	if err != nil {
		return response{}, errors.New("the platform did not answer")
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxBodyBytes))
	if err != nil {
		return response{}, errors.New("the platform's answer broke off")
	}
	return response{answer.StatusCode, answer.Header, body}, nil
}
