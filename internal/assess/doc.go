// Package assess is the kernel: what a month costs, whether it may be made up,
// by which way, with which papers, and what that changes.
//
// It is pure. Facts, a law.Reader, a day and a day of knowledge go in; an
// answer comes out, the same for the same input on any machine. It reads no
// clock, no file and no parameter but through the Reader, which records what
// was read. Amounts are exact integers, rounded where a row says so and only
// there. A value that no row gives makes exactly the figures that need it
// null, with an entry in Missing that names it; it is never guessed.
//
// A late fee is the employer's: no type of this package has a place for a late
// fee of a person (O13 art. 20, R-LATEFEE-08).
package assess
