// Package archtest holds tests of the tree itself: which package may import
// which, that each says what it promises, and that no clock or float has crept
// in where it must not. It has no code of its own.
package archtest
