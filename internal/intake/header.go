package intake

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"bujiao/internal/fault"
)

// Header is the first row of a file with the meaning of each column.
type Header struct {
	words  *vocabulary
	names  []string // as the file writes them
	cols   []column
	single bool // one month column is both from and to
}

// maxColumns bounds the width of a file; the widest known export has 60.
const maxColumns = 256

// readHeader maps the first row. Every unknown, doubled or missing column is
// a fault of its own; they come joined.
func (v *vocabulary) readHeader(file string, fields []string) (*Header, error) {
	if len(fields) > maxColumns {
		return nil, invalid("intake.too_many_columns", fault.Args{"file": file, "max": strconv.Itoa(maxColumns)})
	}
	h := &Header{words: v, names: slices.Clone(fields), cols: make([]column, len(fields))}
	found := make([]heading, len(fields))
	var faults []error
	recognised := false
	for i, name := range fields {
		if !utf8.ValidString(name) || strings.ContainsRune(name, utf8.RuneError) {
			faults = append(faults, invalid("intake.header_undecodable", fault.Args{"file": file, "position": strconv.Itoa(i + 1)}))
			continue
		}
		key := fold(name)
		if key == "" {
			continue
		}
		hd, ok := v.headings[key]
		if !ok {
			faults = append(faults, v.unknownColumn(file, i, name))
			continue
		}
		recognised = true
		found[i] = hd
	}
	if !recognised {
		// The first row is probably a person's; it must not be echoed.
		return nil, invalid("intake.no_header", fault.Args{"file": file})
	}
	faults = append(faults, h.assign(file, found)...)
	if len(faults) == 0 {
		return h, nil
	}
	if len(faults) == 1 {
		return nil, faults[0]
	}
	return nil, errors.Join(faults...)
}

// assign gives each column of the file its meaning: of several headings for
// one column the lowest rank wins, and a second one of that rank is a fault.
func (h *Header) assign(file string, found []heading) (faults []error) {
	at := make([]int, len(h.words.codes)) // position + 1
	for i, hd := range found {
		h.cols[i] = hd.col
		if hd.col <= colMend {
			continue
		}
		j := at[hd.col] - 1
		switch {
		case j < 0 || hd.rank < found[j].rank:
			if j >= 0 {
				h.cols[j] = colIgnored
			}
			at[hd.col] = i + 1
		case hd.rank == found[j].rank:
			faults = append(faults, duplicateColumn(file, h.words.codes[hd.col], j, i))
		default:
			h.cols[i] = colIgnored
		}
	}
	if h.words != known {
		return append(faults, h.missing(file, at)...)
	}
	if m := at[colMonth]; m > 0 {
		if at[colFrom] > 0 {
			faults = append(faults, duplicateColumn(file, colFrom.String(), at[colFrom]-1, m-1))
		}
		h.cols[m-1] = colFrom
		at[colFrom] = m
		if at[colTo] == 0 {
			h.single = true
			at[colTo] = m
		}
	}
	return append(faults, h.missing(file, at)...)
}

// missing names the columns that a file of the kind must have.
func (h *Header) missing(file string, at []int) []error {
	var missing []string
	for _, c := range h.words.required {
		if at[c] == 0 {
			missing = append(missing, h.words.codes[c])
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return []error{invalid("intake.missing_columns", fault.Args{"file": file, "columns": strings.Join(missing, ", ")})}
}

func duplicateColumn(file, column string, first, second int) error {
	return invalid("intake.duplicate_column", fault.Args{
		"file": file, "column": column, "first": strconv.Itoa(first + 1), "second": strconv.Itoa(second + 1),
	})
}

func (v *vocabulary) unknownColumn(file string, i int, name string) error {
	return invalid("intake.unknown_column", fault.Args{
		"file": file, "position": strconv.Itoa(i + 1), "name": showHeading(name), "nearest": strings.Join(v.nearest(name, 3), ", "),
	})
}

// showHeading returns a heading fit for a message. A run of digits is more
// likely somebody's number than a heading, and is masked.
func showHeading(name string) string {
	out := make([]rune, 0, 40)
	for _, r := range name {
		if len(out) == 40 {
			break
		}
		if r == '\r' {
			break // what follows is no heading but the next row's data
		}
		switch {
		case r < ' ' || r == 0x7f:
			r = ' '
		case r >= '0' && r <= '9' && len(name) > 8:
			r = '#'
		}
		out = append(out, r)
	}
	return string(out)
}

// nearest returns the n known headings that take the fewest edits.
func (v *vocabulary) nearest(name string, n int) []string {
	type candidate struct {
		name string
		dist int
	}
	want := []rune(fold(name))
	if len(want) > 64 {
		want = want[:64]
	}
	all := make([]candidate, len(v.names))
	for i, k := range v.names {
		all[i] = candidate{k, distance(want, []rune(fold(k)))}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.dist, b.dist) })
	out := make([]string, 0, n)
	for _, c := range all[:min(n, len(all))] {
		out = append(out, c.name)
	}
	return out
}

// distance counts the insertions, deletions and replacements between two texts.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diag := row[0]
		row[0] = i + 1
		for j := range b {
			step := diag
			if a[i] != b[j] {
				step = 1 + min(diag, row[j], row[j+1])
			}
			diag, row[j+1] = row[j+1], step
		}
	}
	return row[len(b)]
}
