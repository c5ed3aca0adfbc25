package intake

import (
	"strconv"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// converter turns the fields of a row into a record.Row.
type converter struct {
	file     string
	head     *Header
	checkID  func(string) (calendar.Date, insurance.Sex, error)
	person   int // position of the column
	required [columnCount]bool

	row     int
	rejects []Reject
	id      identity // of the last number: rows of a person tend to follow one another
	pop     [2]string

	records   memo[record.Kind]
	payers    memo[insurance.Payer]
	schemes   memo[insurance.Scheme]
	causes    memo[insurance.Cause]
	sexes     memo[insurance.Sex]
	unitTypes memo[insurance.UnitType]
}

// identity is what a citizen number says.
type identity struct {
	number string
	birth  calendar.Date
	sex    insurance.Sex
	bad    bool
}

func newConverter(file string, h *Header, opt Options) *converter {
	c := &converter{file: file, head: h, checkID: opt.CheckID}
	c.records.words, c.payers.words, c.schemes.words = known.records, known.payers, known.schemes
	c.causes.words, c.sexes.words, c.unitTypes.words = known.causes, known.sexes, known.unitTypes
	for _, col := range known.required {
		c.required[col] = true
	}
	for i, col := range h.cols {
		if col == colPerson {
			c.person = i
		}
	}
	return c
}

func (c *converter) bad(col column, key string) {
	c.reject(col, key, fault.Args{"column": col.String()})
}

func (c *converter) reject(col column, key string, args fault.Args) {
	c.rejects = append(c.rejects, Reject{File: c.file, Row: c.row, Column: col.String(), Reason: invalid(key, args)})
}

// convert fills an empty row and returns all problems of it.
func (c *converter) convert(in *rawRow, row *record.Row) []Reject {
	c.row, c.rejects = in.row, nil
	row.Line = in.row
	if key, args := c.head.shape(in); key != "" {
		c.reject(colUnnamed, key, args)
		row.Person = c.roughPerson(in)
		return c.rejects
	}
	var amounts *[4]money.Fen
	cols := c.head.cols
	for i, s := range in.fields {
		col := cols[i]
		if in.suspect && !isText(s) {
			c.reject(col, "intake.undecodable", fault.Args{"position": strconv.Itoa(i + 1)})
			continue
		}
		if s = trim(s); s == "" {
			if c.required[col] {
				c.bad(col, "intake.empty")
			}
			continue
		}
		switch col {
		case colWage, colBase, colEmployerPaid, colPersonPaid:
			if amounts == nil {
				amounts = new([4]money.Fen)
			}
			c.amount(row, col, s, &amounts[col-colWage])
		default:
			c.set(row, col, s, i)
		}
	}
	c.checkMonths(row)
	c.checkIdentity(row)
	if isWords(row.Population) && row.Payer != insurance.Resident && !c.rejected(colPayer) {
		c.bad(colPopulation, "intake.unknown_population")
	}
	if row.Kind == record.Employment && row.Payer == insurance.Employee && row.Wage == nil && !c.rejected(colWage) {
		c.bad(colWage, "intake.wage_missing")
	}
	return c.rejects
}

// shape returns what is wrong with a row as a whole, as a key.
func (h *Header) shape(in *rawRow) (key string, args fault.Args) {
	want := len(h.cols)
	switch {
	case in.fault != "":
		return in.fault, nil
	case len(in.fields) < want:
		key = "intake.too_few_fields"
	case len(in.fields) > want:
		key = "intake.too_many_fields"
	default:
		return "", nil
	}
	return key, fault.Args{"want": strconv.Itoa(want), "got": strconv.Itoa(len(in.fields))}
}

// roughPerson tells whose row it probably is, so that the person's other rows
// can be held back with it.
func (c *converter) roughPerson(in *rawRow) string {
	if c.person >= len(in.fields) {
		return ""
	}
	s := trim(in.fields[c.person])
	if !isText(s) || strings.IndexByte(s, '"') >= 0 {
		return ""
	}
	return s
}

// set puts a value that is not an amount into the row.
func (c *converter) set(row *record.Row, col column, s string, position int) {
	switch col {
	case colUnnamed:
		c.reject(col, "intake.unnamed_column", fault.Args{"position": strconv.Itoa(position + 1)})
	case colRecord:
		row.Kind = enum(c, &c.records, col, s, "intake.unknown_record")
	case colPerson:
		row.Person = c.text(col, s)
	case colIDNumber:
		row.IDNumber = c.idNumber(s)
	case colBirth:
		row.Birth = c.date(col, s)
	case colSex:
		row.Sex = enum(c, &c.sexes, col, s, "intake.unknown_sex")
	case colArea:
		if len(s) != 6 || !allDigits(s) {
			c.bad(col, "intake.bad_area")
		}
		row.Area = s
	case colEmployer:
		row.Employer = c.text(col, s)
	case colPayer:
		row.Payer = enum(c, &c.payers, col, s, "intake.unknown_payer")
	case colPopulation:
		row.Population = c.population(s)
	case colScheme:
		row.Scheme = enum(c, &c.schemes, col, s, "intake.unknown_scheme")
	case colFrom:
		row.From = c.month(col, s)
		if c.head.single {
			row.To = row.From
		}
	case colTo:
		row.To = c.month(col, s)
	case colPaidOn:
		row.PaidOn = c.date(col, s)
	case colCause:
		row.Cause = enum(c, &c.causes, col, s, "intake.unknown_cause")
	case colKnownOn:
		row.KnownOn = c.date(col, s)
	case colTier:
		row.Tier = c.text(col, s)
	case colCategory:
		row.Category = c.category(s)
	case colUnitType:
		row.UnitType = enum(c, &c.unitTypes, col, s, "intake.unknown_unit_type")
	case colInjuryClass:
		if len(s) != 1 || s[0] < '0'+injuryFirst || s[0] > '0'+injuryLast {
			c.bad(col, "intake.bad_injury_class")
		} else {
			row.InjuryClass = int(s[0] - '0')
		}
	case colInjuryRate:
		row.InjuryRate = c.injuryRate(s)
	}
}

// checkIdentity holds birth and sex against the citizen number, and takes them
// from it where the row leaves them out.
func (c *converter) checkIdentity(row *record.Row) {
	if row.IDNumber == "" {
		return
	}
	if row.Birth == 0 && !c.rejected(colBirth) {
		row.Birth = c.id.birth
	} else if row.Birth != 0 && c.id.birth != 0 && row.Birth != c.id.birth {
		c.bad(colBirth, "intake.birth_contradicts")
	}
	if row.Sex == "" && !c.rejected(colSex) {
		row.Sex = c.id.sex
	} else if row.Sex != "" && c.id.sex != "" && row.Sex != c.id.sex {
		c.bad(colSex, "intake.sex_contradicts")
	}
}

func (c *converter) checkMonths(row *record.Row) {
	if row.From == 0 || row.To == 0 {
		return
	}
	if row.To < row.From {
		c.bad(colTo, "intake.to_before_from")
	} else if row.To-row.From >= maxSpan {
		c.reject(colTo, "intake.span_too_long", fault.Args{"column": colTo.String(), "max": strconv.Itoa(maxSpan)})
	}
}

// rejected reports a problem already found in a column.
func (c *converter) rejected(col column) bool {
	for _, r := range c.rejects {
		if r.Column == col.String() {
			return true
		}
	}
	return false
}
