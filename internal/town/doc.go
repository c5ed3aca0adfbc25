// Package town plays an office: persons, firms, wages, banks, post and what
// goes wrong (late declarations, failed debits, omissions, duplicates,
// retirements, moves), and the cases that follow, through the office's own
// operations, day by day. The same seed gives the same books, on every engine.
//
// It invents nobody who exists: numbers are valid and their sequence is one
// that hardly anybody has. It computes no amount and writes to no table.
package town
