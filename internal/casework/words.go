package casework

import (
	"errors"
	"maps"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/fault"
	"bujiao/internal/law"
)

// typeWords say how a value is written, for people who never saw the table.
var typeWords = map[string]law.Text{
	"bool":  {ZH: "true 或 false", EN: "true or false"},
	"int":   {ZH: "不带符号的整数", EN: "a whole number without a sign"},
	"fen":   {ZH: "不为负的金额，单位为元，如 1234.56", EN: "an amount in yuan that is not negative, such as 1234.56"},
	"day":   {ZH: "日历上有的日期，如 2026-03-02", EN: "a day of the calendar, such as 2026-03-02"},
	"month": {ZH: "月份，如 2026-03", EN: "a month, such as 2026-03"},
	"text":  {ZH: "文字，不能只有空格，不能有控制字符，不超过2000字节", EN: "text of at most 2000 bytes: not blanks alone, no control characters"},
}

// beside are what is given beside the fields of an event.
var beside = map[string]law.Text{"reason": {ZH: "理由", EN: "reason"}, "months": {ZH: "月份", EN: "months"}}

// WrongValue says that a value is not written as its type wants it.
func WrongValue(field, typ string, cause error) *fault.Error {
	if typ == Words {
		typ = "text"
	}
	args := fault.Args{"field": field, "type": typ}
	name(args, "field", beside[field])
	for lang, w := range inBoth(typeWords[typ]) {
		args["type."+lang] = w
	}
	return fault.Wrap(fault.Invalid, "casework.value", args, cause)
}

// inWords adds to a fault that names things of the table by id what people call
// them; package lang shows that in their language.
func (t *Table) inWords(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || t == nil {
		return err
	}
	named := *f
	named.Args = maps.Clone(f.Args)
	for _, arg := range []string{"event", "action"} {
		if m := t.Move(f.Args[arg]); m != nil {
			name(named.Args, arg, m.Name)
		}
	}
	if f.Args["kind"] == t.Kind {
		name(named.Args, "kind", t.Name)
	}
	if s := t.State(f.Args["state"]); s != nil {
		name(named.Args, "state", s.Name)
	}
	if x := t.Fact(f.Args["field"]); x != nil {
		name(named.Args, "field", x.Text)
	}
	for _, who := range []string{"role", "by"} {
		for _, lang := range []string{"zh", "en"} {
			if roles := rolesIn(f.Args[who], lang); roles != "" {
				named.Args[who+"."+lang] = roles
			}
		}
	}
	return &named
}

// name puts what something is called beside its id, which programs and the
// command line need.
func name(args fault.Args, arg string, text law.Text) {
	id := args[arg]
	for lang, w := range inBoth(text) {
		switch {
		case w == "" || w == id:
		case lang == "en":
			args[arg+"."+lang] = w + " (" + id + ")"
		default:
			args[arg+"."+lang] = w + "（" + id + "）"
		}
	}
}

func inBoth(t law.Text) map[string]string { return map[string]string{"zh": t.ZH, "en": t.EN} }

func rolesIn(list, lang string) string {
	var out []string
	for _, r := range strings.Fields(list) {
		if w := RoleName(access.Role(r), lang); w != "" {
			out = append(out, w)
		}
	}
	if lang == "en" {
		return strings.Join(out, ", ")
	}
	return strings.Join(out, "、")
}
