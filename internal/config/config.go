// Package config reads the settings of the program: defaults, then a file
// (YAML), then the environment, then flags; the later goes before the earlier.
//
// All settings stand in one table. A setting may be read from a file that is
// named in its place (db_file, BUJIAO_DB_FILE), so that secrets need not stand
// in a configuration or an environment. Whatever is wrong is found in one run
// and listed with where it stands; no value of a secret is ever in a problem.
// The package opens no database and starts nothing.
package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bujiao/internal/fault"
)

// Config is a whole, checked set of settings.
type Config struct {
	Home          string        // directory of keys
	DB            string        // address of the books
	Packs         string        // directory of packs; empty: those of the program
	Font          string        // file of the font that papers are printed with; empty: where Debian has it
	Listen        string        // host:port
	URL           string        // under which people reach the server
	PlainHTTP     bool          // TLS ends at a proxy in front
	TLSCert       string        // file of the certificate chain
	TLSKey        string        // file of its key
	TLSClientCA   string        // file of the CA of client certificates of employers
	LogLevel      slog.Level    //
	Worker        bool          // this server also does jobs
	WorkerPoll    time.Duration // between looks for work
	Grace         time.Duration // for what runs when the server stops
	RatePerSecond int           // requests to public calculators from one address
	Proxies       int           // trusted proxies in front, whose X-Forwarded-For tells the address
	Area          string        // of logins that name none
	Files         string        // folder of uploaded files, or s3://BUCKET?...
	Clamd         string        // virus scanner: unix:PATH or tcp:HOST:PORT; empty: none
	OIDC          OIDC
	// PrivateWebhooks lets webhooks reach private addresses and plain http.
	PrivateWebhooks bool
	Mail            Mail
	SMS             SMS
	values          map[string]Value
}

// Mail is the server that takes letters; without one none are sent.
type Mail struct{ Server, Security, User, Password, From string }

// SMS is the gateway that takes text messages; without an address none are sent.
type SMS struct{ URL, Body, Headers, Token, Secret string }

// OIDC is the login of staff and people; it is off without an issuer.
type OIDC struct{ Issuer, ClientID, ClientSecret, PersonClaim string }

// Value is a setting as text, with where it came from.
type Value struct {
	Name   string `json:"name"`
	Text   string `json:"value"`
	From   string `json:"from"` // default, file, environment, flag
	Secret bool   `json:"-"`
	line   int
}

// setting is a row of the table. Set puts a text into the configuration; what
// it returns is the key of what is wrong with it.
type setting struct {
	name, def string
	secret    bool
	set       func(*Config, string) string
}

// settings is the table. The name in the environment is BUJIAO_ with dots as
// underscores, as a flag with hyphens.
var settings = []setting{
	{"home", "", false, func(c *Config, v string) string { c.Home = v; return "" }},
	{"db", "", true, func(c *Config, v string) string { c.DB = v; return "" }},
	{"packs", "", false, func(c *Config, v string) string { c.Packs = v; return directory(v) }},
	{"font", "", false, func(c *Config, v string) string { c.Font = v; return file(v) }},
	{"listen", "127.0.0.1:8787", false, func(c *Config, v string) string { c.Listen = v; return hostPort(v) }},
	{"url", "", false, func(c *Config, v string) string { c.URL = strings.TrimSuffix(v, "/"); return webURL(v) }},
	{"plain_http", "false", false, func(c *Config, v string) string { return truth(&c.PlainHTTP, v) }},
	{"tls.cert", "", false, func(c *Config, v string) string { c.TLSCert = v; return file(v) }},
	{"tls.key", "", false, func(c *Config, v string) string { c.TLSKey = v; return file(v) }},
	{"tls.client_ca", "", false, func(c *Config, v string) string { c.TLSClientCA = v; return file(v) }},
	{"log.level", "info", false, func(c *Config, v string) string { return level(&c.LogLevel, v) }},
	{"worker.run", "true", false, func(c *Config, v string) string { return truth(&c.Worker, v) }},
	{"worker.poll", "1s", false, func(c *Config, v string) string { return span(&c.WorkerPoll, v) }},
	{"grace", "20s", false, func(c *Config, v string) string { return span(&c.Grace, v) }},
	{"rate_per_second", "20", false, func(c *Config, v string) string { return number(&c.RatePerSecond, v, 1) }},
	{"proxies", "0", false, func(c *Config, v string) string { return number(&c.Proxies, v, 0) }},
	{"area", "", false, func(c *Config, v string) string { c.Area = v; return areaCode(v) }},
	{"files", "", false, func(c *Config, v string) string { c.Files = v; return fileStore(v) }},
	{"clamd", "", false, func(c *Config, v string) string { c.Clamd = v; return socket(v) }},
	{"webhooks.private", "false", false, func(c *Config, v string) string { return truth(&c.PrivateWebhooks, v) }},
	{"mail.server", "", false, func(c *Config, v string) string { c.Mail.Server = v; return server(v) }},
	{"mail.security", "starttls", false, func(c *Config, v string) string { c.Mail.Security = v; return security(v) }},
	{"mail.from", "", false, func(c *Config, v string) string { c.Mail.From = v; return sender(v) }},
	{"mail.user", "", false, func(c *Config, v string) string { c.Mail.User = v; return "" }},
	{"mail.password", "", true, func(c *Config, v string) string { c.Mail.Password = v; return "" }},
	{"sms.url", "", false, func(c *Config, v string) string { c.SMS.URL = v; return gateway(v) }},
	{"sms.body", "", false, func(c *Config, v string) string { c.SMS.Body = v; return template(v) }},
	{"sms.headers", "", false, func(c *Config, v string) string { c.SMS.Headers = v; return headers(v) }},
	{"sms.token", "", true, func(c *Config, v string) string { c.SMS.Token = v; return "" }},
	{"sms.secret", "", true, func(c *Config, v string) string { c.SMS.Secret = v; return "" }},
	{"oidc.issuer", "", false, func(c *Config, v string) string { c.OIDC.Issuer = v; return webURL(v) }},
	{"oidc.client_id", "", false, func(c *Config, v string) string { c.OIDC.ClientID = v; return "" }},
	{"oidc.person_claim", "", false, func(c *Config, v string) string { c.OIDC.PersonClaim = v; return "" }},
	{"oidc.client_secret", "", true, func(c *Config, v string) string { c.OIDC.ClientSecret = v; return "" }},
}

// Names lists the settings.
func Names() []string {
	out := make([]string, len(settings))
	for i, s := range settings {
		out[i] = s.name
	}
	return out
}

// FlagName is the flag of a setting, EnvName its variable.
func FlagName(name string) string { return strings.NewReplacer(".", "-", "_", "-").Replace(name) }

// EnvName is the environment variable of a setting.
func EnvName(name string) string {
	return "BUJIAO_" + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
}

// Problems are all that is wrong.
type Problems []*fault.Error

// Error lists them for the log; people see the sentences.
func (p Problems) Error() string {
	parts := make([]string, len(p))
	for i, f := range p {
		parts[i] = f.Error()
	}
	return strings.Join(parts, "; ")
}

func (p *Problems) add(key string, args fault.Args) {
	*p = append(*p, fault.New(fault.Invalid, key, args))
}

// Sources are where settings come from.
type Sources struct {
	File   string                           // path of the file; empty: none
	Getenv func(string) string              //
	Flag   func(name string) (string, bool) // by FlagName; nil: none
	Home   string                           // the usual directory of keys
}

// Load reads all sources. The error is Problems.
func Load(from Sources) (*Config, error) {
	var p Problems
	values := map[string]Value{}
	for _, s := range settings {
		values[s.name] = Value{Name: s.name, Text: s.def, From: "default", Secret: s.secret}
	}
	if from.File != "" {
		readFile(from.File, values, &p)
	}
	for _, s := range settings {
		direct, inFile := from.Getenv(EnvName(s.name)), from.Getenv(EnvName(s.name)+"_FILE")
		v := Value{Name: s.name, Text: direct + inFile, From: "environment"}
		switch {
		case direct != "" && inFile != "":
			p.add("settings.twice", v.where())
		case v.Text != "":
			take(values, s, inFile != "", v, &p)
		}
		if from.Flag != nil {
			if text, given := from.Flag(FlagName(s.name)); given {
				take(values, s, false, Value{Name: s.name, Text: text, From: "flag"}, &p)
			}
		}
	}
	c := &Config{values: values}
	for _, s := range settings {
		v := values[s.name]
		if key := s.set(c, v.Text); key != "" {
			p.add(key, v.where())
		}
	}
	c.usual(from.Home)
	c.together(&p)
	if len(p) > 0 {
		return nil, p
	}
	return c, nil
}

// take puts a value in its place; of a secret in a file it reads the file.
func take(values map[string]Value, s setting, inFile bool, v Value, p *Problems) {
	v.Secret = s.secret
	if inFile {
		data, err := os.ReadFile(v.Text)
		if err != nil {
			p.add("settings.no_secret_file", v.where())
			return
		}
		v.Text = strings.TrimRight(string(data), "\r\n")
	}
	values[s.name] = v
}

// where says which setting it is and where it was given.
func (v Value) where() fault.Args {
	from := v.From
	if v.line > 0 {
		from += ":" + strconv.Itoa(v.line)
	}
	return fault.Args{"name": v.Name, "from": from}
}

// usual fills in what follows from the directory of keys.
func (c *Config) usual(home string) {
	if c.Home == "" {
		c.Home = home
	}
	if c.DB == "" && c.Home != "" {
		c.DB = filepath.Join(c.Home, "books.db")
	}
	if c.Files == "" && c.Home != "" {
		c.Files = filepath.Join(c.Home, "files")
	}
	for name, text := range map[string]string{"home": c.Home, "db": c.DB} {
		v := c.values[name]
		v.Text = text
		c.values[name] = v
	}
}

// together checks what no setting shows alone.
func (c *Config) together(p *Problems) {
	if c.Home == "" {
		p.add("settings.no_home", nil)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		p.add("settings.tls_halves", nil)
	}
	if c.TLSClientCA != "" && c.TLSCert == "" {
		p.add("settings.client_ca_without_tls", nil)
	}
	if c.TLSCert != "" && c.PlainHTTP {
		p.add("settings.tls_and_plain", nil)
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if ip := net.ParseIP(host); err == nil && host != "localhost" && (ip == nil || !ip.IsLoopback()) && c.TLSCert == "" && !c.PlainHTTP {
		p.add("settings.open_without_tls", fault.Args{"listen": c.Listen})
	}
	if c.Mail.Server != "" && c.Mail.From == "" {
		p.add("settings.mail_needs", nil)
	}
	if (c.Mail.User == "") != (c.Mail.Password == "") {
		p.add("settings.mail_halves", nil)
	}
	if c.Mail.Server != "" && c.Mail.Security == "none" && !local(c.Mail.Server) {
		p.add("settings.mail_open", nil)
	}
	if c.OIDC.Issuer != "" && (c.OIDC.ClientID == "" || c.OIDC.ClientSecret == "" || c.URL == "") {
		p.add("settings.oidc_needs", nil)
	}
}

// Values lists all settings in the order of the table, secrets masked.
func (c *Config) Values() []Value {
	out := make([]Value, len(settings))
	for i, s := range settings {
		out[i] = c.values[s.name]
		out[i].Text = masked(out[i])
	}
	return out
}

// masked hides a secret; of an address of a database only the password.
func masked(v Value) string {
	if !v.Secret || v.Text == "" {
		return v.Text
	}
	if v.Name != "db" {
		return "******"
	}
	scheme, _, isURL := strings.Cut(v.Text, "://")
	if !isURL {
		return v.Text // a path
	}
	u, err := url.Parse(v.Text)
	if err != nil {
		return scheme + "://******"
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "******")
		u.RawQuery = q.Encode()
	}
	return strings.ReplaceAll(u.Redacted(), ":xxxxx@", ":******@")
}

func hostPort(v string) string {
	_, port, err := net.SplitHostPort(v)
	if err != nil {
		return "settings.bad_listen"
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return "settings.bad_listen"
	}
	return ""
}

func webURL(v string) string {
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return "settings.bad_url"
	}
	return ""
}

func truth(to *bool, v string) string {
	b, err := strconv.ParseBool(v)
	if err != nil {
		return "settings.bad_truth"
	}
	*to = b
	return ""
}

func span(to *time.Duration, v string) string {
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 || d > time.Hour {
		return "settings.bad_span"
	}
	*to = d
	return ""
}

func areaCode(v string) string {
	if v != "" && (len(v) != 6 || strings.Trim(v, "0123456789") != "") {
		return "settings.bad_area"
	}
	return ""
}

func number(to *int, v string, least int) string {
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > 1_000_000 {
		return "settings.bad_number"
	}
	*to = n
	return ""
}

func level(to *slog.Level, v string) string {
	if err := to.UnmarshalText([]byte(v)); err != nil {
		return "settings.bad_level"
	}
	return ""
}

func file(v string) string {
	if v == "" {
		return ""
	}
	if info, err := os.Stat(v); err != nil || info.IsDir() {
		return "settings.no_file"
	}
	return ""
}

// fileStore takes a folder, which need not be there yet, or a bucket.
func fileStore(v string) string {
	if !strings.Contains(v, "://") {
		return ""
	}
	if u, err := url.Parse(v); err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return "settings.bad_files"
	}
	return ""
}

// socket takes where a scanner listens.
func socket(v string) string {
	network, rest, _ := strings.Cut(v, ":")
	if v == "" || (network == "unix" || network == "tcp") && rest != "" {
		return ""
	}
	return "settings.bad_socket"
}

func directory(v string) string {
	if v == "" {
		return ""
	}
	if info, err := os.Stat(v); err != nil || !info.IsDir() {
		return "settings.no_directory"
	}
	return ""
}

// String keeps secrets out of what is printed by chance.
func (c *Config) String() string { return fmt.Sprint(c.Values()) }
