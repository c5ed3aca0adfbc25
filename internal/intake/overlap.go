package intake

import (
	"cmp"
	"slices"
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

// checker finds rows of one person that cannot both be true.
type checker struct {
	names []string // of the files
	spans []span
	rows  []Sourced
	found map[int][]Reject
}

// contradictions returns the problems by place in rows, nil if there are none.
// The order of the rows does not matter to what is found.
func (c *checker) contradictions(rows []Sourced) map[int][]Reject {
	if len(rows) < 2 {
		return nil
	}
	c.rows, c.found = rows, nil
	same := func(a, b string) bool { return a == b }
	// Birth and sex may come from the number; they add nothing once it differs.
	if !c.differing(colIDNumber, "intake.id_number_differs", func(r *Sourced) string { return r.IDNumber }, sameNumber) {
		c.differing(colSex, "intake.sex_differs", func(r *Sourced) string { return string(r.Sex) }, same)
		c.differingBirth()
	}
	c.overlaps()
	return c.found
}

func (c *checker) add(i int, col column, key string, other int) {
	if c.found == nil {
		c.found = map[int][]Reject{}
	}
	r, o := &c.rows[i], &c.rows[other]
	args := fault.Args{"column": col.String(), "row": strconv.Itoa(o.Line), "file": c.names[o.File]}
	c.found[i] = append(c.found[i], Reject{File: c.names[r.File], Row: r.Line, Column: col.String(), Reason: invalid(key, args)})
}

// differing reports rows whose values of a column are not all the same; rows
// without a value are left alone.
func (c *checker) differing(col column, key string, value func(*Sourced) string, same func(a, b string) bool) bool {
	first, other := -1, -1
	for i := range c.rows {
		v := value(&c.rows[i])
		switch {
		case v == "":
		case first < 0:
			first = i
		case !same(v, value(&c.rows[first])):
			other = i
		}
		if other >= 0 {
			break
		}
	}
	if other < 0 {
		return false
	}
	for i := range c.rows {
		v := value(&c.rows[i])
		switch {
		case v == "":
		case same(v, value(&c.rows[first])):
			c.add(i, col, key, other)
		default:
			c.add(i, col, key, first)
		}
	}
	return true
}

func (c *checker) differingBirth() {
	var birth calendar.Date
	for i := range c.rows {
		b := c.rows[i].Birth
		if b != 0 && birth != 0 && b != birth {
			c.differing(colBirth, "intake.birth_differs", func(r *Sourced) string { return r.Birth.String() }, func(a, b string) bool { return a == b })
			return
		}
		if b != 0 {
			birth = b
		}
	}
}

// sameNumber compares citizen numbers; one of 15 digits is one of 18 without
// the century and the check digit.
func sameNumber(a, b string) bool {
	if len(a) == 15 && len(b) == 18 {
		a, b = b, a
	}
	if len(a) == 18 && len(b) == 15 {
		return a[:6] == b[:6] && a[8:17] == b[6:]
	}
	return a == b
}

// span is a row under one of its schemes, for the search for overlaps.
type span struct {
	row    int32
	scheme insurance.Scheme
}

// overlaps finds rows of one kind, area, employer and scheme that state the
// same month twice without one being a later word on the other: facts are
// corrected by known_on, paid months added to by paid_on.
func (c *checker) overlaps() {
	c.spans = c.spans[:0]
	for i := range c.rows {
		c.addSpans(i)
	}
	slices.SortFunc(c.spans, func(a, b span) int {
		return cmp.Or(c.where(a, b), cmp.Compare(c.rows[a.row].From, c.rows[b.row].From), cmp.Compare(a.row, b.row))
	})
	told := map[int32]bool{}
	tell := func(row, other int32) {
		if !told[row] && row != other {
			told[row] = true
			c.add(int(row), colFrom, "intake.overlap", int(other))
		}
	}
	// Of the spans before, the one that ends last meets the next if any does;
	// the others that meet it have met a longer one already.
	last := 0
	for k := 1; k < len(c.spans); k++ {
		a, b := c.spans[last], c.spans[k]
		if c.where(a, b) != 0 {
			last = k
			continue
		}
		if c.rows[b.row].From <= c.rows[a.row].To {
			tell(a.row, b.row)
			tell(b.row, a.row)
		}
		if c.rows[b.row].To > c.rows[a.row].To {
			last = k
		}
	}
}

// where is zero for spans that may not share a month.
func (c *checker) where(a, b span) int {
	r, o := &c.rows[a.row], &c.rows[b.row]
	if d := cmp.Or(cmp.Compare(r.Kind, o.Kind), cmp.Compare(a.scheme, b.scheme), cmp.Compare(r.KnownOn, o.KnownOn)); d != 0 {
		return d
	}
	if r.Kind == record.Paid && r.PaidOn != o.PaidOn {
		return cmp.Compare(r.PaidOn, o.PaidOn)
	}
	if d := cmp.Compare(r.Area, o.Area); d != 0 {
		return d
	}
	return cmp.Compare(r.Employer, o.Employer)
}

func (c *checker) addSpans(i int) {
	row := int32(i)
	switch r := &c.rows[i]; {
	case r.Kind == record.Employment:
		c.spans = append(c.spans, span{row: row})
	case r.Kind != record.Declared && r.Kind != record.Paid:
	case r.Scheme != 0:
		c.spans = append(c.spans, span{row, r.Scheme})
	default:
		for _, s := range insurance.Mandatory {
			c.spans = append(c.spans, span{row, s})
		}
	}
}
