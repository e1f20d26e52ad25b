package genesyscloud

import (
	"strings"
	"testing"
)

func TestParseBaseURL(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		"https://api.mypurecloud.ie":              "https://api.mypurecloud.ie",
		" https://api.mypurecloud.ie/\n":          "https://api.mypurecloud.ie",
		"https://gateway.example.com/a/b///":      "https://gateway.example.com/a/b",
		"https://gateway.example.com:8443/x%20y/": "https://gateway.example.com:8443/x%20y",
		"http://localhost:8080/eu-west-1":         "http://localhost:8080/eu-west-1",
		"http://LOCALHOST":                        "http://LOCALHOST",
		"http://127.0.0.1:1234":                   "http://127.0.0.1:1234",
		"http://127.9.8.7":                        "http://127.9.8.7",
		"http://[::1]:80":                         "http://[::1]:80",
		"HTTPS://api.mypurecloud.ie":              "https://api.mypurecloud.ie",
	} {
		got, err := ParseBaseURL(input)
		if err != nil {
			t.Errorf("ParseBaseURL(%q): %v", input, err)
		} else if got.String() != want {
			t.Errorf("ParseBaseURL(%q) = %q, want %q", input, got, want)
		}
	}
}

func TestParseBaseURLRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ input, says string }{
		{"", "empty"},
		{"   ", "empty"},
		{"api.mypurecloud.ie", "no scheme"},
		{"api.mypurecloud.ie:443", "no scheme"},
		{"localhost:8080", "no scheme"},
		{"/api", "no scheme"},
		{"https:", "no host"},
		{"https://", "no host"},
		{"https:///path", "no host"},
		{"https://:443", "no host"},
		{"ftp://api.mypurecloud.ie", "must be https"},
		{"http://api.mypurecloud.ie", "loopback"},
		{"http://localhost.example.com", "loopback"},
		{"http://128.0.0.1", "loopback"},
		{"http://0.0.0.0", "loopback"},
		{"http://[::]", "loopback"},
		{"https://user:canary@api.mypurecloud.ie", "user name"},
		{"https://canary@api.mypurecloud.ie", "user name"},
		{"https://user:can%zzary@api.mypurecloud.ie", "not a URL"},
		{"https://user:can ary@api.mypurecloud.ie", "not a URL"},
		{"http://user:canary@localhost", "user name"},
		{"https://api.mypurecloud.ie?token=canary", "query"},
		{"https://api.mypurecloud.ie?", "query"},
		{"https://api.mypurecloud.ie#canary", "fragment"},
		{"https://api.mypurecloud.ie/#", "fragment"},
		{"https://api.mypurecloud.ie:canary", "not a URL"},
		{"https://[::%25\xf2]", "IP address or a name"},
		{"https://[::1%25eth~0]", "IP address or a name"},
		{"https://h\u00f4te.example.com", "xn--"},
		{"https://api%20host", "not a URL"},
		{"https://api.mypurecloud.ie:99999", "port"},
		{"https://api.mypurecloud.ie:0", "port"},
	} {
		got, err := ParseBaseURL(test.input)
		if err == nil {
			t.Errorf("ParseBaseURL(%q) = %q, want an error", test.input, got)
			continue
		}
		contains(t, err.Error(), test.says)
		if strings.Contains(err.Error(), "can") {
			t.Errorf("ParseBaseURL(%q): the error %q repeats the input", test.input, err)
		}
	}
}
