package cast

import (
	"fmt"
	"strings"

	"bujiao/internal/identity"
)

// city makes the persons of one place.
type city struct {
	prefix, area string
	districts    []string // of citizen numbers and employers
	injury       set
	unit         string // how plain employer labels begin
	units        int    // employers handed out
	numbers      map[string]bool
	people       []*Person
}

func newBeijing() *city {
	return &city{prefix: "BJ", area: "110000", districts: []string{"110105", "110108", "110102"}, unit: "京演示单位",
		injury: func(r *Row) { r.InjuryClass = "1" }, numbers: map[string]bool{}}
}

func newShanghai() *city {
	return &city{prefix: "SH", area: "310000", districts: []string{"310101", "310115", "310104"}, unit: "沪演示单位",
		injury: func(r *Row) { r.InjuryClass = "1" }, numbers: map[string]bool{}}
}

// Nanjing's classes are known from 2026 only, so its employers tell their rate.
func newNanjing() *city {
	return &city{prefix: "NJ", area: "320100", districts: []string{"320102", "320106", "320115"}, unit: "Demo unit ",
		injury: func(r *Row) { r.InjuryRate = "0.002" }, numbers: map[string]bool{}}
}

// early gives an employer its rate where classes began only in October 2015.
func early(r *Row) { r.InjuryClass, r.InjuryRate = "", "0.005" }

// add makes a person of the place with an employer. who is sex and birth, as
// in M1988-04-12. Every seventh has no citizen number, only birth and sex.
func (c *city) add(situation, who string, story Story) *Person {
	n := len(c.people) + 1
	p := &Person{Label: fmt.Sprintf("%s-%03d %s", c.prefix, n, situation), Story: story}
	p.now = Row{Person: p.Label}
	sex, birth := who[:1], who[1:]
	if n%7 == 0 {
		p.now.Birth, p.now.Sex = birth, sex
	} else {
		p.now.IDNumber = c.number(c.districts[n%len(c.districts)], birth, sex)
	}
	c.hires(p)
	c.people = append(c.people, p)
	return p
}

// hires gives a person a new employer here.
func (c *city) hires(p *Person) {
	c.units++
	p.now.Area, p.now.Payer, p.now.UnitType = c.area, "employee", "large_and_other"
	p.now.InjuryClass, p.now.InjuryRate = "", ""
	c.injury(&p.now)
	p.now.Employer = creditCode(c.districts[c.units%len(c.districts)], c.units)
	if c.units%4 == 0 {
		p.now.Employer = fmt.Sprintf("%s%03d", c.unit, c.units)
	}
}

// number makes a citizen number (GB 11643) that hardly anybody has: its sequence
// is one that a district reaches after 990 births on one day. Odd is for men.
func (c *city) number(district, birth, sex string) string {
	for seq := 990; seq <= 999; seq++ {
		if (seq%2 == 1) != (sex == "M") {
			continue
		}
		s, err := identity.CompleteCitizen(fmt.Sprintf("%s%s%03d", district, strings.ReplaceAll(birth, "-", ""), seq))
		if err != nil {
			panic(err)
		}
		if !c.numbers[s] {
			c.numbers[s] = true
			return s
		}
	}
	panic("too many births on " + birth)
}

// creditCode makes a unified social credit code (GB 32100) whose organisation
// code reads FAKE, with both check characters right.
func creditCode(district string, n int) string {
	s, err := identity.CompleteUSCC(fmt.Sprintf("91%sFAKE%04d", district, n))
	if err != nil {
		panic(err)
	}
	return s
}
