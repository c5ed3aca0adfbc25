package cases_test

import (
	"strings"
	"testing/fstest"

	"bujiao/internal/access"
	"bujiao/internal/collection"
	"bujiao/internal/law"
	"bujiao/internal/money"
	"bujiao/internal/office"
	"bujiao/internal/store/storetest"
)

func init() {
	verbs["gives_back"] = (*play).givesBack
	verbs["by_case_only"] = (*play).byCaseOnly
	verbs["month_run"] = (*play).monthRun
	verbs["resident_rule"] = (*play).residentRule
}

// givesBack pays out at the bank what a case gives back, and holds the amount:
// "gives_back A 795.00".
func (p *play) givesBack(w []string) {
	v, err := p.view("clerk", w[0])
	p.must(err)
	var sum money.Fen
	for _, id := range strings.Fields(v.Facts["refunds"]) {
		r, err := p.PayRefund(p.Context(), p.key(p.as("finance")), office.RefundPaid{Refund: id, Bank: "工商银行", On: p.today})
		if err == nil {
			sum += r.PersonFen
		}
	}
	if sum != p.yuan(w[1]) {
		p.fail("%s gives back %s, want %s", w[0], sum, w[1])
	}
}

// byCaseOnly tries to ask for the refund of a case, and to decide it, by the door
// of refunds: neither may be: "by_case_only A".
func (p *play) byCaseOnly(w []string) {
	v, err := p.view("clerk", w[0])
	p.must(err)
	for _, id := range strings.Fields(v.Facts["refunds"]) {
		_, err := p.DecideRefund(p.Context(), p.key(p.as("reviewer")), office.RefundDecision{Refund: id, Approve: true})
		if why(err) != "collection.refund_by_case" {
			p.fail("decided: %v", err)
		}
	}
	_, err = p.RequestRefund(p.Context(), p.key(p.as("clerk")), collection.RefundCase{Kind: collection.NotBegun, Charge: "c", PersonFen: 1})
	if why(err) != "collection.refund_by_case" {
		p.fail("asked for: %v", err)
	}
}

// monthRun lets the monthly run bill a month of somebody who pays alone, and
// holds how much more it asks for: "month_run qin 2026-04 0.00".
func (p *play) monthRun(w []string) {
	b, err := p.ChargePerson(p.Context(), p.key(office.Request{Actor: access.Self, Area: storetest.Area}), p.id(w[0]), p.month(w[1]))
	p.must(err)
	if b.PersonFen != p.yuan(w[2]) {
		p.fail("the run bills %s to %s, want %s", b.PersonFen, w[0], w[2])
	}
}

// residentRules are rows that an area may have of its own; no area whose packs
// are shipped has any.
var residentRules = map[string]string{
	// the whole share of one group, a part of another's
	"support": `resident_support:
  - {id: cn-110000/resident_support/living, rule: R-REG-07, category: minimum_living, schemes: [390], borne: all, status: seed, origin: rules, source: [S-SIL], basis: "测试：假定当地有规定", text: {zh: "全额补助", en: "borne in full"}}
  - {id: cn-110000/resident_support/disabled, rule: R-REG-07, category: disabled, schemes: [390], borne: amount, amount: 500, status: seed, origin: rules, source: [S-SIL], basis: "测试：假定当地有规定", text: {zh: "补助500元", en: "500 yuan are borne"}}
`,
	// as in Jiangxi (R-MED-09): a newborn within 90 days, back to its birth
	"newborn": `waiting:
  - id: cn-110000/waiting/newborn
    rule: R-MED-07
    from: "2025-01-01"
    fixed_months: 3
    per_year_months: 1
    first_year_counts: {value: "true", status: disputed, other: ["false"], rule: R-MED-07, basis: "国办发〔2024〕38号"}
    floor_years: 4
    floor_months: 6
    benefits_from: {value: day_after_corresponding_day, status: assumed, other: [corresponding_day], rule: R-CAL-01, basis: "ADR 0004"}
    exempt_groups: [newborn]
    newborn_days: 90
    status: seed
    origin: rules
    source: [S-MED38]
    basis: "测试：假定当地有规定"
    text: {zh: "新生儿90天内参保追溯到出生。", en: "Newborns within 90 days are covered from birth."}
`,
}

// residentRule lets the area have a rule from now on: "resident_rule support".
func (p *play) residentRule(w []string) {
	tree := p.packs()
	tree["cn-110000/local_resident.yaml"] = &fstest.MapFile{Data: []byte(residentRules[w[0]])}
	laws, err := law.Open(tree)
	p.must(err)
	p.Laws = laws
}
