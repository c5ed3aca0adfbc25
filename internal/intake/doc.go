// Package intake reads contribution histories that offices and employers send
// (CSV in UTF-8 or GB18030, XLSX) into rows of package record, and sorts rows
// of any order by person.
//
// A Reader turns a file into rows, one at a time. What a file may call its
// columns and values is data (columns.yaml), never code. Each problem of a row
// is a Reject with file, row, column and a reason; a row that is not blank
// comes out either as a row or as rejected, and nothing is guessed, corrected
// or replaced: an amount with separators, a month 13 or a byte that is no text
// is handed back. The bad value itself goes to the mend file alone, never into
// a reason.
//
// A Grouping collects the rows of several files by person within a fixed
// amount of memory. A person with one wrong or contradicting row is held back
// whole, so that nothing is imported by half.
//
// Other files of rows (rosters, declarations) are Forms: their columns and words
// are data too, and header, charsets, workbooks, mend files and reasons are the
// same as those of histories.
//
// The package does not know what contributions cost, whether an area exists,
// or how a citizen number is checked: the last is handed in by the caller.
package intake
