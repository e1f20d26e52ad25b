package genesyscloud

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// ParseBaseURL reads a base URL of a host, a gateway or the emulator: scheme, host, and an optional path prefix without its trailing
// slashes. Plain http is accepted for loopback hosts only. The errors never repeat the input, which may hold credentials.
func ParseBaseURL(s string) (*url.URL, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, errors.New("the URL is empty")
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, errors.New("not a URL: expected the form https://host or https://host/prefix")
	}
	if strings.Contains(s, "#") {
		return nil, errors.New("the URL must not have a fragment (#...)")
	}
	if err := checkBaseURL(u); err != nil {
		return nil, err
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	return u, nil
}

func checkBaseURL(u *url.URL) error {
	switch {
	case u.User != nil:
		return errors.New("the URL must not have a user name or password")
	case u.Scheme == "", u.Opaque != "": // host:port reads as a scheme and something opaque
		return errors.New("the URL has no scheme: expected the form https://host or https://host/prefix")
	case u.Scheme != "https" && u.Scheme != "http":
		return errors.New("the scheme must be https (http for loopback hosts only)")
	case u.Hostname() == "":
		return errors.New("the URL has no host: expected the form https://host or https://host/prefix")
	case !isHost(u.Hostname()):
		return errors.New("the host must be an IP address or a name of ASCII letters, digits, hyphens, underscores and dots " +
			"(an international name in its xn-- form)")
	case u.RawQuery != "" || u.ForceQuery:
		return errors.New("the URL must not have a query (?...)")
	case u.Fragment != "":
		return errors.New("the URL must not have a fragment (#...)")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return fmt.Errorf("plain http is accepted for loopback hosts only: use https for %s", u.Hostname())
	}
	return checkPort(u.Port())
}

// isHost tells an address or a host name in ASCII from what url.Parse also accepts as a host, such as an address with a zone of
// arbitrary bytes, which is then not read back as it is written.
func isHost(host string) bool {
	host, zone, zoned := strings.Cut(host, "%")
	_, err := netip.ParseAddr(host)
	switch {
	case zoned:
		return err == nil && isHostName(zone)
	case strings.Contains(host, ":"):
		return err == nil
	default:
		return isHostName(host)
	}
}

func isHostName(name string) bool {
	const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
	return name != "" && strings.Trim(name, characters) == ""
}

func checkPort(port string) error {
	if port == "" {
		return nil
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
		return errors.New("the port must be a number from 1 to 65535")
	}
	return nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}
