package cases_test

import "strings"

func init() { verbs["newcomer"] = (*play).newcomer }

// newcomer names somebody who is not in the register, with a name that begins
// with "new-": "newcomer new-school body", which has the credit code of a body
// that the market regulator does not register; "newcomer new-qian person", with
// a citizen number. Fields say the name instead.
func (p *play) newcomer(w []string) {
	if !strings.HasPrefix(w[0], "new-") {
		p.fail("%s does not begin with new-", w[0])
	}
	n := len(p.ids)
	if w[1] == "person" {
		p.ids[w[0]] = number("110105", "1991-01-01", 2*n+1)
		return
	}
	p.ids[w[0]] = creditCodeOf("52", n)
}
