package town

import (
	"fmt"
	"math/rand/v2"

	"bujiao/internal/calendar"
	"bujiao/internal/identity"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
)

// firm is an employer of the town.
type firm struct {
	id      string // in the books
	area    string
	code    string // unified social credit code
	name    string
	unit    insurance.UnitType
	class   int
	bank    string
	account string
	mandate bool // the bank may debit; else it pays by transfer
	careful int  // 0..9: how seldom it forgets
	staff   []*citizen
	level   int           // of its wages, yuan a month
	formed  calendar.Date // zero: two years before the first month
}

// citizen is a person of the town.
type citizen struct {
	ids      map[string]string // in the books, by area
	number   string
	passport string // of a foreigner, in place of the number
	renewed  int    // passports it had before
	enrolled bool
	name     string
	birth    calendar.Date
	sex      insurance.Sex
	area     string
	job      *job
	out      bool // retired
	idle     int  // months until the next job
	alone    bool // pays for itself
}

// job is a labour relation.
type job struct {
	id    string // of the employment, once registered
	firm  *firm
	from  calendar.Date
	wage  money.Fen
	ended calendar.Date // last day; zero: goes on
	told  bool          // the office knows the last day
	low   bool          // declared on less than the wage
}

var (
	surnames = []rune("王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高㐂䶮𠮷")
	given    = []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文玉建国")
	trades   = []string{"商贸", "软件", "餐饮", "物流", "机械", "纺织", "建筑", "医药"}
	places   = []string{"永安", "清河", "石桥", "东风", "向阳", "长青", "南山", "白塔"}
)

// makers draws what the town is made of. Sequence numbers of citizens begin
// at 900, which hardly anybody has: the people are fictional.
type makers struct {
	*rand.Rand
	people, firms int
}

func (d *makers) pick(list []rune) string { return string(list[d.IntN(len(list))]) }

func (d *makers) citizen(area string, birth calendar.Date) (*citizen, error) {
	d.people++
	sex, odd := insurance.Female, 0
	if d.IntN(2) == 0 {
		sex, odd = insurance.Male, 1
	}
	y, m, day := birth.Civil()
	// District and sequence spread over more numbers than a town has people.
	first := fmt.Sprintf("%s%02d%04d%02d%02d%03d", area[:4], 1+d.people/49%80, y, m, day, 900+2*(d.people%49)+odd)
	number, err := identity.CompleteCitizen(first)
	if err != nil {
		return nil, err
	}
	name := d.pick(surnames) + d.pick(given)
	if d.IntN(2) == 0 {
		name += d.pick(given)
	}
	return &citizen{ids: map[string]string{}, number: number, name: name, birth: birth, sex: sex, area: area}, nil
}

func (d *makers) firm(area string) (*firm, error) {
	d.firms++
	code, err := identity.CompleteUSCC(fmt.Sprintf("91%s%08d", area, 50000000+d.firms))
	if err != nil {
		return nil, err
	}
	f := &firm{area: area, code: code, class: 1, unit: insurance.MicroSmallMedium, careful: d.IntN(10), mandate: d.IntN(10) < 7,
		name:    fmt.Sprintf("%s%s%s有限公司", places[d.IntN(len(places))], trades[d.IntN(len(trades))], chinese(d.firms)),
		account: fmt.Sprintf("62%04d%010d", d.IntN(10000), d.firms), bank: []string{"102", "105"}[d.IntN(2)], level: 6000 + 500*d.IntN(20)}
	if d.IntN(5) == 0 {
		f.unit, f.class = insurance.LargeAndOther, 1+d.IntN(3)
	}
	return f, nil
}

// chinese writes a number so that firms of one trade and place differ.
func chinese(n int) string {
	digits := []rune("零一二三四五六七八九")
	out := ""
	for ; n > 0; n /= 10 {
		out = string(digits[n%10]) + out
	}
	return out
}
