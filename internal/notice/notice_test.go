package notice_test

import (
	"slices"
	"strings"
	"testing"

	"bujiao/internal/access"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/notice"
	"bujiao/internal/store"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
)

func words(l, key string, args map[string]string) string { return lang.Text(l, key, args) }

// TestEveryTopicHasSentences: those of a topic use its arguments, and nothing
// is left unfilled in either language.
func TestEveryTopicHasSentences(t *testing.T) {
	for _, topic := range notice.Topics() {
		args := map[string]string{}
		for _, a := range notice.Arguments(topic) {
			args[a] = "<" + a + ">"
		}
		for _, l := range []string{lang.Chinese, lang.English} {
			m := notice.Message{Topic: topic, Args: args}
			text := m.Say(func(_, key string, args map[string]string) string { // a key that is an argument stands for itself
				if strings.HasPrefix(key, "<") {
					return key
				}
				return lang.Text(l, key, args)
			}, l)
			if !lang.Has("notice."+topic+".title") || !lang.Has("notice."+topic+".text") {
				t.Errorf("%s has no sentences", topic)
			}
			if s := text.Title + text.Body; strings.ContainsAny(s, "{}") {
				t.Errorf("%s in %s: %s", topic, l, s)
			}
			for name := range args {
				if !strings.Contains(text.Body, "<"+name+">") {
					t.Errorf("%s in %s does not say %s: %s", topic, l, name, text.Body)
				}
			}
		}
	}
}

// TestNothingPersonalGoesIn: whatever is no code, month, day, amount or
// reference is refused, and so is whoever is nobody or two.
func TestNothingPersonalGoesIn(t *testing.T) {
	db, err := open(t)
	if err != nil {
		t.Fatal(err)
	}
	person := notice.To{Person: "p"}
	pay := func(amount string) map[string]string {
		return map[string]string{"month": "2026-07", "amount": amount, "due": "2026-08-15"}
	}
	for _, tt := range []struct {
		what  string
		to    notice.To
		topic string
		args  map[string]string
		key   string
	}{
		{"well made", person, "payment.notice", pay("1.00"), ""},
		{"an unknown topic", person, "payment.gift", nil, "notice.bad_args"},
		{"a name", person, "case.opened", map[string]string{"kind": "张三丰"}, "notice.bad_args"},
		{"a name in letters", person, "case.opened", map[string]string{"kind": "Zhang San"}, "notice.bad_args"},
		{"a citizen number", person, "paper.issued", map[string]string{"paper": "case.x", "number": "11010519491231002X"}, "notice.bad_args"},
		{"a citizen number in a word", person, "case.opened", map[string]string{"kind": "case.110105194912310021"}, "notice.bad_args"},
		{"an amount that is none", person, "payment.notice", pay("1.0"), "notice.bad_args"},
		{"an argument is missing", person, "payment.notice", map[string]string{"month": "2026-07"}, "notice.bad_args"},
		{"one too many", person, "card.ready", map[string]string{"name": "x"}, "notice.bad_args"},
		{"nobody", notice.To{}, "card.ready", nil, "notice.nobody"},
		{"two", notice.To{Person: "p", Employer: "e"}, "card.ready", nil, "notice.nobody"},
		{"all insured persons", notice.To{Role: access.Insured}, "card.ready", nil, "notice.nobody"},
		{"all clerks", notice.To{Role: access.Clerk}, "card.ready", nil, ""},
	} {
		err := db.Update(t.Context(), storetest.Area, func(tx store.Tx) error {
			return notice.Tell(t.Context(), tx, tt.to, tt.topic, tt.args, "")
		})
		if f, _ := err.(*fault.Error); (f == nil) != (tt.key == "") || (f != nil && f.Key != tt.key) {
			t.Errorf("%s: %v, want %q", tt.what, err, tt.key)
		}
	}
}

func open(t *testing.T) (*sqlstore.DB, error) {
	t.Helper()
	db, _ := storetest.New(t, storetest.SQLite)
	return db, nil
}

func TestAddresses(t *testing.T) {
	for _, tt := range []struct {
		channel  notice.Channel
		in, want string
		mask     string
	}{
		{notice.Email, " zhang@example.org ", "zhang@example.org", "z***@example.org"},
		{notice.Email, "Zhang <zhang@example.org>", "", ""},
		{notice.Email, "zhang", "", ""},
		{notice.Email, "z@example.org\r\nBcc: x@example.org", "", ""},
		{notice.Email, "张@example.org", "", ""},
		{notice.Email, strings.Repeat("a", 250) + "@example.org", "", ""},
		{notice.SMS, "138 0013 8000", "13800138000", "*********00"},
		{notice.SMS, "+86-138-0013-8000", "13800138000", "*********00"},
		{notice.SMS, "+85251234567", "+85251234567", "**********67"},
		{notice.SMS, "12345", "", ""},
		{notice.SMS, "1380013800x", "", ""},
		{"pigeon", "13800138000", "", ""},
	} {
		got, err := notice.CheckAddress(tt.channel, tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s %q: %q %v, want %q", tt.channel, tt.in, got, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), tt.in) {
			t.Errorf("the error shows the address: %v", err)
		}
		if err == nil && notice.Mask(got) != tt.mask {
			t.Errorf("mask of %s: %s, want %s", got, notice.Mask(got), tt.mask)
		}
	}
	if got := notice.Mask("a"); got != "*" {
		t.Errorf("mask of one letter: %s", got)
	}
}

// TestLetter: what leaves the office ends with the case and where to read on.
func TestLetter(t *testing.T) {
	m := notice.Message{Topic: "payment.notice", Args: map[string]string{"month": "2026-07", "amount": "3703.00", "due": "2026-08-15"}, Case: "C-1"}
	got := m.Letter(words, lang.English, "https://office.example")
	want := "Social insurance for 2026-07 comes to 3703.00 yuan; it is due on 2026-08-15.\nCase: C-1\nLog in to read on: https://office.example"
	if got.Body != want || got.Title != "Payment notice for 2026-07" {
		t.Errorf("got %+v", got)
	}
	if zh := m.Letter(words, lang.Chinese, ""); !slices.Equal(strings.Split(zh.Body, "\n"), []string{"2026-07 的社会保险费共 3703.00 元，请在 2026-08-15 前缴纳。", "办件编号：C-1"}) {
		t.Errorf("got %q", zh.Body)
	}
}
