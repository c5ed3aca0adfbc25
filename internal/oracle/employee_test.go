package oracle

import "slices"

// employee prices a scheme of somebody with an employer.
func (l *land) employee(q ask) line {
	switch q.scheme {
	case "injury":
		return l.injury(q)
	case "large_medical":
		return l.largeMedical(q)
	case "maternity":
		if len(l.speaking("rates", q.scheme, q.month, q.known)) == 0 && l.inMedical(q) {
			return contained
		}
	}
	chosen, behind := pick(l.speaking("rates", q.scheme, q.month, q.known), "employee", q)
	return l.byRates(chosen, behind, q)
}

// contained is a code that stays in the line of medical and is not charged again.
var contained = line{base: null, employer: "0.00", person: "0.00"}

// inMedical reports whether the medical rate of the payer includes the scheme:
// the list belongs to the employer's rate and is that of the same row.
func (l *land) inMedical(q ask) bool {
	chosen, behind := pick(l.speaking("rates", "medical", q.month, q.known), "employee", q)
	if chosen == nil {
		return false
	}
	if !chosen.has("employer_pct") && behind != nil {
		chosen = behind
	}
	return slices.Contains(chosen.list("includes"), q.scheme)
}

func (l *land) byRates(chosen, behind *row, q ask) line {
	base := l.wageBase(q.scheme, q)
	var employer, person *num
	if chosen != nil {
		employer, person = percentOf(field(chosen, behind, "employer_pct")), percentOf(field(chosen, behind, "employee_pct"))
		if x := field(chosen, behind, "base_amount"); x != nil {
			base = sure(*x)
		} else if of := chosen.text("base_of"); of != "" {
			base = l.wageBase(of, q)
		}
	}
	return l.shares(base, employer, person, q)
}

// shares prices both sides and adds the fixed amounts, which the person bears.
func (l *land) shares(base figure, employer, person *num, q ask) line {
	e := l.share(base, employer, l.relief(q), "employer", q)
	p := l.share(base, person, sure(whole(1)), "person", q)
	if sum, any := l.fixed(q); any {
		if person == nil {
			p = sure(sum)
		} else if p.known {
			p = sure(p.plus(sum))
		}
	}
	return line{base.String(), e.String(), p.String(), !base.known || !e.known || !p.known}
}

func percentOf(x *num) *num {
	if x == nil {
		return nil
	}
	y := x.percent()
	return &y
}

// relief multiplies the factors of the employer's share; one measure counts
// once. Where the unit's type matters and is not given, it is not known.
func (l *land) relief(q ask) figure {
	product := sure(whole(1))
	var counted []string
	for _, r := range l.speaking("relief", q.scheme, q.month, q.known) {
		kind := r.text("unit_type")
		if kind != "all" && q.unit == "" {
			return figure{}
		}
		if (kind == "all" || kind == q.unit) && !slices.Contains(counted, r.text("measure")) {
			counted = append(counted, r.text("measure"))
			product.num = product.times(*r.number("factor"))
		}
	}
	return product
}

// injury is the employer's alone: a rate of his own, else that of his class.
func (l *land) injury(q ask) line {
	base := l.wageBase(q.scheme, q)
	var rate *num
	if q.rate != "" {
		x := number(q.rate)
		rate = &x
	} else if rows := l.speaking("injury", "", q.month, q.known); len(rows) > 0 {
		rate = percentOf(classRate(rows[0].table("classes_pct"), q.class))
	}
	none := num{}
	return l.shares(base, rate, &none, q)
}

// classRate is the rate of a class; without a class all eight must agree.
func classRate(classes map[string]any, class int) *num {
	if class != 0 {
		s, ok := classes[string(rune('0'+class))].(string)
		if !ok {
			return nil
		}
		x := number(s)
		return &x
	}
	var one *num
	for c := '1'; c <= '8'; c++ {
		s, ok := classes[string(c)].(string)
		if !ok || (one != nil && !one.is(number(s))) {
			return nil
		}
		x := number(s)
		one = &x
	}
	return one
}

// largeMedical has a rate of its own, or fixed amounts, or stays in medical.
func (l *land) largeMedical(q ask) line {
	if rows := l.speaking("rates", q.scheme, q.month, q.known); len(rows) > 0 {
		chosen, behind := pick(rows, "employee", q)
		return l.byRates(chosen, behind, q)
	}
	if sum, any := l.fixed(q); any {
		return line{base: null, employer: "0.00", person: sum.yuan()}
	}
	if l.inMedical(q) {
		return contained
	}
	return line{null, null, null, true}
}
