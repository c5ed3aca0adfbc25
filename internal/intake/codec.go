package intake

import (
	"encoding/binary"
	"errors"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/money"
	"bujiao/internal/record"
)

// The spilled form of a row: numbers as varints, known words as one byte,
// absent amounts as a bit. It lives as long as one grouping and has no version.

// codeWords are written as one byte, their place here; others as text behind
// the byte 0. The empty word is the first.
var codeWords = []string{
	"", "employment", "declared", "paid", "benefit", "employee", "flexible", "resident", "M", "F",
	"never_registered", "not_declared", "under_declared", "declared_unpaid", "debit_failed", "misplaced", "rule_changed",
	"personal_reason", "policy", "micro_small_medium", "large_and_other", "government",
}

var codeOfWord = func() map[string]byte {
	m := map[string]byte{}
	for i, w := range codeWords {
		m[w] = byte(i + 1)
	}
	return m
}()

var errCodec = errors.New("spilled row is damaged")

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendWord(b []byte, s string) []byte {
	if c := codeOfWord[s]; c != 0 {
		return append(b, c)
	}
	return appendText(append(b, 0), s)
}

// appendRow appends all of a row but its person and line, which stand in
// front of it in a run.
func appendRow(b []byte, r *record.Row) []byte {
	amounts := [4]*money.Fen{r.Wage, r.Base, r.EmployerPaid, r.PersonPaid}
	var present byte
	for i, a := range amounts {
		if a != nil {
			present |= 1 << i
		}
	}
	if r.InjuryRate != nil {
		present |= 1 << 4
	}
	b = append(b, present)
	for _, a := range amounts {
		if a != nil {
			b = binary.AppendVarint(b, int64(*a))
		}
	}
	if r.InjuryRate != nil {
		b = binary.AppendVarint(b, int64(*r.InjuryRate))
	}
	for _, n := range [...]int64{int64(r.Birth), int64(r.Scheme), int64(r.From), int64(r.To), int64(r.PaidOn), int64(r.KnownOn), int64(r.InjuryClass)} {
		b = binary.AppendVarint(b, n)
	}
	for _, w := range [...]string{string(r.Kind), string(r.Sex), string(r.Payer), string(r.Cause), string(r.UnitType)} {
		b = appendWord(b, w)
	}
	for _, s := range [...]string{r.IDNumber, r.Area, r.Employer, r.Population, r.Tier, r.Category} {
		b = appendText(b, s)
	}
	return b
}

// decoder reads spilled rows. Equal strings of following rows are shared.
type decoder struct {
	b      []byte
	failed bool
	shared map[string]string
}

// maxShared bounds the strings that are kept for sharing.
const maxShared = 1 << 14

func (d *decoder) fail() { d.b, d.failed = nil, true }

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.fail()
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *decoder) bytes() []byte {
	n := d.uvarint()
	if n > uint64(len(d.b)) {
		d.fail()
		return nil
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *decoder) text() string {
	b := d.bytes()
	if len(b) == 0 {
		return ""
	}
	if s, ok := d.shared[string(b)]; ok {
		return s
	}
	if d.shared == nil || len(d.shared) >= maxShared {
		d.shared = map[string]string{}
	}
	s := string(b)
	d.shared[s] = s
	return s
}

func (d *decoder) word() string {
	switch c := int(d.byte()); {
	case c == 0:
		return d.text()
	case c <= len(codeWords):
		return codeWords[c-1]
	}
	d.fail()
	return ""
}

// row reads what appendRow wrote.
func (d *decoder) row() (r record.Row, err error) {
	present := d.byte()
	if present&0xF != 0 {
		fens := new([4]money.Fen)
		for i, p := range [...]**money.Fen{&r.Wage, &r.Base, &r.EmployerPaid, &r.PersonPaid} {
			if present&(1<<i) != 0 {
				fens[i] = money.Fen(d.varint())
				*p = &fens[i]
			}
		}
	}
	if present&(1<<4) != 0 {
		rate := money.Rate(d.varint())
		r.InjuryRate = &rate
	}
	r.Birth = calendar.Date(d.varint())
	r.Scheme = insurance.Scheme(d.varint())
	r.From = calendar.Month(d.varint())
	r.To = calendar.Month(d.varint())
	r.PaidOn = calendar.Date(d.varint())
	r.KnownOn = calendar.Date(d.varint())
	r.InjuryClass = int(d.varint())
	r.Kind = record.Kind(d.word())
	r.Sex = insurance.Sex(d.word())
	r.Payer = insurance.Payer(d.word())
	r.Cause = insurance.Cause(d.word())
	r.UnitType = insurance.UnitType(d.word())
	r.IDNumber = d.text()
	r.Area = d.text()
	r.Employer = d.text()
	r.Population = d.text()
	r.Tier = d.text()
	r.Category = d.text()
	if d.failed {
		return record.Row{}, errCodec
	}
	return r, nil
}
