// Package record turns the facts of a person's history into a grid of months
// by scheme and answers what the grid says: category and cause of each month,
// gaps, counters and continuity.
//
// Facts are never rewritten; a later fact corrects an earlier one by its
// known_on date. The same facts in any order give the same grid. The package
// prices nothing: what a month should have cost is handed to it.
package record
