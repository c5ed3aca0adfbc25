// Package cast invents the persons of the shipped sample: some whose lives were
// thought out to show one situation each, and the rest drawn from ordinary
// lives by a seed.
//
// Everything is fictional and the same for the same seed. A label says the
// situation and is no name; a citizen number has a right check digit and a
// sequence of 990 or more, a credit code carries the letters FAKE. No amount is
// computed here: what a month costs is for the program to find out.
package cast
