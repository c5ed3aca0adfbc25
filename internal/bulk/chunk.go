package bulk

import (
	"fmt"
	"math"

	"bujiao/internal/assess"
	"bujiao/internal/fault"
	"bujiao/internal/money"
)

// Missing stands in an amount that is not known. It is no amount.
const Missing money.Fen = math.MinInt64

// MaxRows bounds a Chunk, so that its sums stay far from the edge of int64.
// Chunks of some thousand rows fit the processor's caches and are fastest.
const MaxRows = 1 << 20

// Chunk is a run of person-months of one Table, by columns. Fill Month and
// Wage, or put columns of your own of the same length in their place, then
// Price. A Chunk is for one goroutine and made to be used again.
type Chunk struct {
	Month []uint16    // months after Table.From: 0 is the first
	Wage  []money.Fen // fen a month, 0..money.MaxFen
	Lines []Lines     // one for each column of the Table
	Short []uint64    // bit i%64 of word i/64: row i has a figure that is Missing

	table   *assess.Table
	month   []uint16 // the chunk's own columns
	wage    []money.Fen
	rounded []money.Fen
	attend  []int32
	sums    []lineSums
	exact   assess.Exact
}

// Lines holds the amounts of one scheme, row by row, in fen.
type Lines struct {
	Employer, Person, LateFee []money.Fen
}

// lineSums are the sums of a chunk for one scheme.
type lineSums struct {
	sum     [3]money.Fen
	missing [3]int64
}

// NewChunk returns a chunk with room for so many rows, empty. More than MaxRows
// are cut to MaxRows.
func NewChunk(t *assess.Table, rows int) *Chunk {
	rows = min(max(rows, 0), MaxRows)
	c := &Chunk{
		table: t, month: make([]uint16, rows), wage: make([]money.Fen, rows), Lines: make([]Lines, len(t.Columns)),
		Short: make([]uint64, (rows+63)/64), attend: make([]int32, 0, rows), sums: make([]lineSums, len(t.Columns)),
	}
	if t.Rounds != nil {
		c.rounded = make([]money.Fen, rows)
	}
	for k := range c.Lines {
		c.Lines[k] = Lines{make([]money.Fen, rows), make([]money.Fen, rows), make([]money.Fen, rows)}
	}
	c.Resize(0)
	return c
}

// Cap is the number of rows there is room for.
func (c *Chunk) Cap() int { return cap(c.month) }

// Resize sets the number of rows, at most Cap, and makes Month and Wage the
// chunk's own columns again. What stands in the rows is undefined.
func (c *Chunk) Resize(rows int) {
	rows = min(max(rows, 0), c.Cap())
	c.Month, c.Wage, c.Short = c.month[:rows], c.wage[:rows], c.Short[:(rows+63)/64]
	if c.rounded != nil {
		c.rounded = c.rounded[:rows]
	}
	for k := range c.Lines {
		l := &c.Lines[k]
		l.Employer, l.Person, l.LateFee = l.Employer[:rows], l.Person[:rows], l.LateFee[:rows]
	}
}

// IsShort reports whether a figure of the row is Missing.
func (c *Chunk) IsShort(row int) bool { return c.Short[row/64]>>(row%64)&1 != 0 }

// Price fills Lines and Short and adds the chunk to the totals. Columns of
// unequal length and a month outside the table are Invalid faults; then, and
// when a total leaves its range, the totals are worth nothing any more.
func (c *Chunk) Price(totals *Totals) error {
	if err := c.look(); err != nil {
		return err
	}
	wage := c.Wage
	if c.rounded != nil {
		roundWages(c.table.Rounds, c.Month, c.Wage, c.rounded)
		wage = c.rounded
	}
	for k := range c.table.Columns {
		column, l := &c.table.Columns[k], &c.Lines[k]
		price := priceAny
		if column.Plain {
			price = pricePlain
		}
		c.sums[k] = lineSums{sum: price(column.Cells, c.Month, wage, l)}
	}
	clear(c.Short)
	var short, refused int64
	for _, row := range c.attend {
		isShort, isRefused, err := c.again(int(row))
		if err != nil {
			return err
		}
		if isShort {
			c.Short[row/64] |= 1 << (row % 64)
			short++
		}
		if isRefused {
			refused++
		}
	}
	return totals.add(int64(len(c.Month)), short, refused, c.sums)
}

// look checks the columns and finds the rows that cells alone do not price.
func (c *Chunk) look() error {
	month, lowest := c.Month, c.table.Attend
	if len(c.Wage) != len(month) || len(c.Short) != (len(month)+63)/64 || len(c.Lines) != len(c.table.Columns) || len(month) > c.Cap() {
		return fault.New(fault.Invalid, "bulk.columns", nil)
	}
	for k := range c.Lines {
		l := &c.Lines[k]
		if len(l.Employer) != len(month) || len(l.Person) != len(month) || len(l.LateFee) != len(month) {
			return fault.New(fault.Invalid, "bulk.columns", nil)
		}
	}
	attend := c.attend[:0]
	for i, w := range c.Wage {
		m := int(month[i])
		if m >= len(lowest) {
			return fault.New(fault.Invalid, "bulk.month", fault.Args{"row": fmt.Sprint(i), "month": fmt.Sprint(m)})
		}
		if uint64(w) >= lowest[m] { // a negative wage is a large number here
			attend = append(attend, int32(i))
		}
	}
	c.attend = attend
	return nil
}

// again prices a row that needs a second look: figures that are missing, wages
// that a cell does not reach, wages that are refused. The amounts that the
// cells gave are taken out of the sums.
func (c *Chunk) again(row int) (short, refused bool, err error) {
	wage, month := c.Wage[row], int(c.Month[row])
	refused = wage < 0 || wage > money.MaxFen
	for k := range c.table.Columns {
		column := &c.table.Columns[k]
		a := assess.Amounts{Missing: assess.AllFields}
		switch {
		case refused:
		case wage >= column.Exact[month]:
			if a, err = c.exact.Price(c.table, k, month, wage); err != nil {
				return false, false, fmt.Errorf("row %d: %w", row, err)
			}
		default:
			l := &c.Lines[k]
			a = assess.Amounts{Employer: l.Employer[row], Person: l.Person[row], LateFee: l.LateFee[row], Missing: column.Cells[month].Missing}
		}
		c.put(k, row, a)
		short = short || a.Missing != 0
	}
	return short, refused, nil
}

func (c *Chunk) put(k, row int, a assess.Amounts) {
	l, s := &c.Lines[k], &c.sums[k]
	for i, x := range [3]struct {
		to    *money.Fen
		v     money.Fen
		field assess.Fields
	}{{&l.Employer[row], a.Employer, assess.FieldEmployer}, {&l.Person[row], a.Person, assess.FieldPerson}, {&l.LateFee[row], a.LateFee, assess.FieldLateFee}} {
		s.sum[i] -= *x.to
		if a.Missing&x.field != 0 {
			*x.to = Missing
			s.missing[i]++
			continue
		}
		*x.to = x.v
		s.sum[i] += x.v
	}
}
