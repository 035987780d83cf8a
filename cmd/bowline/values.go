package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bowline/bowline"
)

func nonEmpty(s string) error {
	if s == "" {
		return errors.New("must not be empty")
	}
	return nil
}

func hostPort(s string) error {
	_, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return errors.New("must be host:port, such as 127.0.0.1:8080")
	}
	return nil
}

func publicURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("must be an http or https URL without a path, such as https://connect.example.com")
	}
	return nil
}

func databaseURL(s string) error {
	if s != "" && !strings.HasPrefix(s, "postgres://") && !strings.HasPrefix(s, "postgresql://") {
		return errors.New("must be empty or begin with postgres://")
	}
	return nil
}

// minBootstrapKey is the least length of a key that an operator makes up.
const minBootstrapKey = 24

func bootstrapKey(s string) error {
	if s != "" && (len(s) < minBootstrapKey || strings.ContainsAny(s, " \t\r\n:")) {
		return fmt.Errorf("must have at least %d characters, without spaces or colons", minBootstrapKey)
	}
	return nil
}

func prefixes(s string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, errors.New("must hold networks such as 10.0.0.0/8, with commas between")
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

func boolean(s string) (bool, error) {
	b, err := strconv.ParseBool(s)
	if err != nil {
		return false, errors.New("must be true or false")
	}
	return b, nil
}

func count(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, errors.New("must be a whole number of 0 or more")
	}
	return n, nil
}

// days reads whole days, such as 90d.
func days(s string, least uint64) (time.Duration, error) {
	const most = 36500
	text, found := strings.CutSuffix(s, "d")
	n, err := strconv.ParseUint(text, 10, 16)
	if !found || err != nil || n < least || n > most {
		return 0, fmt.Errorf("must be a number of days such as 90d, and %dd at least", least)
	}
	return time.Duration(n) * 24 * time.Hour, nil //nolint:gosec // bounded above
}

func duration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, errors.New("must be a duration such as 20s")
	}
	return d, nil
}

func permissions(s string) ([]bowline.Permission, error) {
	var list []bowline.Permission
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, bowline.Permission(part))
		}
	}
	list, err := bowline.CheckPermissions(list)
	if err != nil {
		return nil, errors.New("must hold credentials, proxy and export, with commas between")
	}
	return list, nil
}
