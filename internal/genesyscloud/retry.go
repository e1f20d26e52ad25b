package genesyscloud

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	maxTries = 8
	// maxCutAnswers is how often an answer may break off before the request fails: a dropped connection heals, a broken gateway does not.
	maxCutAnswers = 3
)

func (c *call) isPassing(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusBadRequest:
		return c.path == tokenPath && isTokenRateLimit(bodyOf(resp))
	}
	return false
}

// isTokenRateLimit recognizes the token endpoint's way to say 429: 400 invalid_request, "rate limit exceeded; ..." (the official
// Terraform provider matches it).
func isTokenRateLimit(data []byte) bool {
	var answer ErrorBody
	if json.Unmarshal(data, &answer) != nil {
		return false
	}
	text := strings.ToLower(answer.ErrorDescription + " " + answer.Description)
	return answer.Error == "invalid_request" && strings.Contains(text, "rate limit exceeded")
}

// mayHeal tells a connection that failed from one that cannot work: a name that does not exist, a certificate that is not trusted, a
// host that does not speak TLS, an answer that is too large, a proxy that refuses.
func mayHeal(err error, tries int) bool {
	var (
		cut         *cutError
		oversize    *oversizeError
		paced       *paceError
		certificate *tls.CertificateVerificationError
		noTLS       tls.RecordHeaderError
		name        *net.DNSError
		proxy       *proxyError
	)
	switch {
	case errors.As(err, &cut):
		return tries < maxCutAnswers
	case errors.As(err, &oversize), errors.As(err, &paced), errors.As(err, &certificate):
		return false
	case errors.As(err, &noTLS), errors.Is(err, http.ErrSchemeMismatch):
		return false
	case errors.As(err, &name):
		return !name.IsNotFound
	case errors.As(err, &proxy):
		return proxy.mayHeal()
	}
	return true
}

// backoff is how long to wait before the next try: what the platform asks for, else an exponential wait of which the second half is
// random, so that many providers do not come back at once.
func backoff(least, most time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if wait, ok := retryAfter(resp.Header); ok {
			return wait
		}
	}
	wait := min(least<<min(attempt, maxTries), most)
	return wait/2 + rand.N(wait/2+1)
}

// retryAfter reads the Retry-After header, in seconds or as a date.
func retryAfter(h http.Header) (time.Duration, bool) {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0, false
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		return seconds(n), n >= 0
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date)), true
	}
	return 0, false
}
