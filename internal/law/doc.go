// Package law reads the packs: law as dated data, one folder an area, a
// national base below them.
//
// A Library opens a tree of packs; Book gives the law of one area: its own
// rows, the national amounts that it adopts by id, and the rules of the levels
// above. Nothing outside this package sees a row of a Book except through a
// Reader, and a Reader records every row that it hands out, so that a receipt
// built from it is complete by construction. Embedded rows of a receipt make a
// Book again, without the packs.
//
// The package refuses to fill holes: a value that no row gives is a Hole that
// names the parameter and, where a fact of the user would close it, what to
// ask. It never carries a year over, never prices a guideline, and never
// decides between two rows by their order in a file.
package law
