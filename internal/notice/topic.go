package notice

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// kind is what an argument may look like. There is none for free text: what
// leaves the office by mail or telephone is made of these and of sentences in
// texts/notice.yaml.
type kind struct {
	name string
	form *regexp.Regexp
}

// The kinds of arguments.
var (
	month  = kind{"month", regexp.MustCompile(`^\d{4}-\d{2}$`)}
	day    = kind{"day", regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)}
	hour   = kind{"hour", regexp.MustCompile(`^\d{2}:\d{2}$`)}
	count  = kind{"count", regexp.MustCompile(`^\d{1,6}$`)}
	amount = kind{"amount", regexp.MustCompile(`^-?\d{1,12}\.\d{2}$`)}
	word   = kind{"word", regexp.MustCompile(`^[a-z_]+(\.[a-z0-9_]+)+$`)} // key of a text, such as the name of a kind of case
	ref    = kind{"ref", regexp.MustCompile(`^[A-Za-z0-9./-]{1,40}$`)}    // number of a paper or a case, of the office's own making
)

// identity is what a citizen number or a card number looks like, inside
// anything.
var identity = regexp.MustCompile(`\d{15}`)

func (k kind) takes(v string) bool { return k.form.MatchString(v) && !identity.MatchString(v) }

// topics say what there is to tell. The sentences of a topic stand under
// notice.TOPIC.title and notice.TOPIC.text; they use its arguments and no
// others.
var topics = map[string]map[string]kind{
	// money
	"payment.notice": {"month": month, "amount": amount, "due": day},
	"payment.failed": {"month": month, "amount": amount},
	"arrears.found":  {"month": month, "scheme": word},
	// what employees are to know every month and year (R-REC-02, R-REC-03)
	"statement.month": {"month": month},
	"statement.year":  {"year": count},
	// duties of employers
	"duty.due":     {"duty": word, "due": day},
	"duty.overdue": {"duty": word, "due": day},
	// cases
	"case.opened":    {"kind": word},
	"case.moved":     {"kind": word, "state": word},
	"case.returned":  {"kind": word, "due": day},
	"case.refused":   {"kind": word},
	"case.decided":   {"kind": word, "state": word},
	"case.suspended": {"kind": word},
	"case.resumed":   {"kind": word},
	"case.withdrawn": {"kind": word},
	"case.closed":    {"kind": word, "state": word},
	"case.due":       {"kind": word, "state": word, "due": day},
	"case.overdue":   {"kind": word, "state": word, "due": day},
	"case.assigned":  {"kind": word, "state": word},
	"case.pay":       {"kind": word, "amount": amount, "due": day},
	"case.made_up":   {"from": month, "to": month},
	// papers
	"paper.issued":  {"paper": word, "number": ref},
	"paper.missing": {"kind": word, "n": count},
	// appointments
	"visit.booked":    {"service": word, "day": day, "hour": hour, "number": ref},
	"visit.moved":     {"service": word, "day": day, "hour": hour, "number": ref},
	"visit.cancelled": {"service": word, "day": day, "hour": hour},
	"visit.offered":   {"service": word, "day": day, "hour": hour, "until": day},
	// cards
	"card.apply": {},
	"card.ready": {},
}

// Topics lists the topics.
func Topics() []string { return slices.Sorted(maps.Keys(topics)) }

// Arguments lists the arguments of a topic.
func Arguments(topic string) []string { return slices.Sorted(maps.Keys(topics[topic])) }

// checkArgs holds that the arguments are those of the topic, each of its kind.
func checkArgs(topic string, args map[string]string) error {
	want, ok := topics[topic]
	if !ok {
		return wrongArgs(topic, "no such topic")
	}
	for name, k := range want {
		if v, there := args[name]; !there || !k.takes(v) {
			return wrongArgs(topic, name+" is no "+k.name)
		}
	}
	if len(args) > len(want) {
		return wrongArgs(topic, "too many arguments")
	}
	return nil
}

// Words is how texts are found: lang.Text.
type Words func(lang, key string, args map[string]string) string

// Text is a message in the words of a language.
type Text struct {
	Title string `json:"title"`
	Body  string `json:"body"`
}

// Say puts a message into words. An argument that is a key of a text is said in
// the same language.
func (m Message) Say(words Words, lang string) Text {
	args := maps.Clone(m.Args)
	for name, k := range topics[m.Topic] {
		if k.name == word.name {
			args[name] = strings.TrimSpace(words(lang, args[name], nil))
		}
	}
	return Text{Title: words(lang, "notice."+m.Topic+".title", args), Body: words(lang, "notice."+m.Topic+".text", args)}
}

// Letter is a message as it leaves the office: with the number of its case and
// where to read on.
func (m Message) Letter(words Words, lang, link string) Text {
	t := m.Say(words, lang)
	if m.Case != "" {
		t.Body += "\n" + words(lang, "notice.about_case", map[string]string{"case": m.Case})
	}
	if link != "" {
		t.Body += "\n" + words(lang, "notice.read_on", map[string]string{"link": link})
	}
	return t
}
