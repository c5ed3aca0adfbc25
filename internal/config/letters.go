package config

import (
	"encoding/json"
	"net"
	"net/mail"
	"net/url"
	"strings"
)

// What is checked of the ways out of the office for letters.

func server(v string) string {
	if v == "" {
		return ""
	}
	if host, _, err := net.SplitHostPort(v); err != nil || host == "" {
		return "settings.bad_server"
	}
	return hostPort(v)
}

func security(v string) string {
	if v != "starttls" && v != "implicit" && v != "none" {
		return "settings.bad_security"
	}
	return ""
}

func sender(v string) string {
	if v == "" {
		return ""
	}
	if _, err := mail.ParseAddress(v); err != nil {
		return "settings.bad_sender"
	}
	return ""
}

// gateway is an address with placeholders; without TLS only on this machine,
// since telephone numbers and a token go there.
func gateway(v string) string {
	if v == "" {
		return ""
	}
	u, err := url.Parse(strings.NewReplacer("{id}", "x", "{phone}", "x", "{text}", "x", "{lang}", "x").Replace(v))
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || (u.Scheme != "https" && !(u.Scheme == "http" && local(u.Host))) {
		return "settings.bad_gateway"
	}
	return ""
}

func template(v string) string {
	if v == "" {
		return ""
	}
	if !json.Valid([]byte(v)) || !strings.Contains(v, "{text}") {
		return "settings.bad_template"
	}
	return ""
}

func headers(v string) string {
	for part := range strings.SplitSeq(v, ";") {
		if name, _, ok := strings.Cut(part, ":"); strings.TrimSpace(part) != "" && (!ok || strings.TrimSpace(name) == "") {
			return "settings.bad_headers"
		}
	}
	return ""
}

// local reports whether a host is this machine.
func local(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = hostPort
	}
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
