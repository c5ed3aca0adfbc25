// Package roster reads rosters (职工名册): files that say who works for an
// employer, from when to when, as CSV or workbook.
//
// Each row becomes a registry.RosterEntry with a person whose number, birth and
// sex were checked; each problem of a row is named with file, row and column,
// without its value. The package reads no books and enters nothing.
package roster

import (
	_ "embed"
	"errors"
	"io"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/intake"
	"bujiao/internal/registry"
)

//go:embed form.yaml
var formYAML []byte

// Sheet is the form of a roster as a file.
var Sheet = intake.MustForm(formYAML)

// Reader reads the rows of a roster.
type Reader struct {
	rows  *intake.FormReader
	today calendar.Date
	index registry.Index
}

// Open reads the header of a file. A file that cannot be read is a fault of
// kind Invalid. The caller keeps r and closes it.
func Open(name string, r io.Reader, size int64, today calendar.Date, index registry.Index) (*Reader, error) {
	rows, err := Sheet.Open(name, r, size)
	if err != nil {
		return nil, err
	}
	return &Reader{rows, today, index}, nil
}

// Has reports whether the file has a column.
func (r *Reader) Has(column string) bool { return r.rows.Has(column) }

// Close frees what the reader holds, not the file.
func (r *Reader) Close() error { return r.rows.Close() }

// Mend starts a file of the rows that have to be corrected.
func (r *Reader) Mend(w io.Writer, reason func(*fault.Error) string) *intake.MendWriter {
	return intake.NewMendWriter(w, r.rows.Header(), reason)
}

// Next reads an entry, or io.EOF. A row with problems has all of them, and its
// entry is then good for nothing; the row is valid until the next call.
func (r *Reader) Next() (registry.RosterEntry, *intake.FormRow, error) {
	row, err := r.rows.Next()
	if err != nil {
		return registry.RosterEntry{}, nil, err
	}
	n := registry.RosterEntry{CreditCode: strings.ToUpper(row.Text("employer")), From: row.Day("from"), To: row.Day("to"), RegisteredOn: row.Day("registered_on"),
		Employment: registry.Employment{Population: row.Tags("population"), Tier: row.Text("tier"), Category: row.Word("category"), Wage: row.Amount("wage"), Reason: "roster"}}
	in := registry.NewPerson{Document: registry.Document{Kind: row.Word("id_kind"), Number: row.Text("id_number"), Nation: row.Text("nation")}, Name: row.Text("name"),
		Birth: row.Day("birth"), Sex: insurance.Sex(row.Word("sex")), HukouArea: row.Text("hukou_area"), HukouKind: row.Word("hukou_kind"), Category: row.Word("category"),
		Bank: row.Text("bank"), BankAccount: row.Text("bank_account"), Reason: "roster"}
	if len(row.Rejects) > 0 {
		return registry.RosterEntry{}, row, nil
	}
	if n.Person, err = in.Person(r.index, r.today); err != nil {
		var f *fault.Error
		if !errors.As(err, &f) {
			return registry.RosterEntry{}, nil, err
		}
		row.Reject(Column(f.Key), f.Key, f.Args)
	}
	return n, row, nil
}

// Column is the column that a fault of the registry speaks of; empty: the row.
func Column(key string) string {
	if strings.HasPrefix(key, "identity.") {
		return "id_number"
	}
	return map[string]string{
		"registry.not_hkmt": "id_number", "registry.bad_passport": "id_number", "registry.bad_foreign_card": "id_number", "registry.no_nation": "nation",
		"registry.bad_name": "name", "registry.name_differs": "name", "registry.bad_birth": "birth", "registry.birth_contradicts": "birth", "registry.bad_sex": "sex",
		"registry.sex_contradicts": "sex", "registry.bad_hukou_area": "hukou_area", "registry.bad_account": "bank_account", "registry.bank_and_account": "bank_account",
		"registry.bad_from": "from", "registry.before_employer": "from", "registry.employed_already": "from", "registry.ends_before_start": "to", "registry.ended": "to",
		"registry.bad_wage": "wage", "registry.no_employer": "employer", "registry.other_employer": "employer", "registry.employer_closed": "employer",
	}[key]
}
