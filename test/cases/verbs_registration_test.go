package cases_test

import (
	"strconv"
	"strings"

	"bujiao/internal/books"
	"bujiao/internal/store"
	"bujiao/internal/store/storetest"
)

func init() {
	verbs["newcomer"] = (*play).newcomer
	verbs["audited"] = (*play).audited
}

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

// audited counts the lines of the audit about somebody for an action:
// "audited acme employer employer.write 2".
func (p *play) audited(w []string) {
	n := 0
	p.must(p.db.View(p.Context(), storetest.Area, func(tx store.Tx) error {
		list, err := tx.AuditOf(p.Context(), w[1], p.id(w[0]), books.Page{Limit: 1000})
		for _, l := range list {
			if string(l.Action) == w[2] {
				n++
			}
		}
		return err
	}))
	if want, err := strconv.Atoi(w[3]); err != nil || n != want {
		p.fail("%s stands %d times in the audit of %s, want %s", w[2], n, w[0], w[3])
	}
}
