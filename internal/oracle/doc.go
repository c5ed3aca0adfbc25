// Package oracle holds a second engine for amounts and late fees, in its tests
// only, and holds the kernel against it.
//
// The second engine is naive on purpose: it reads the pack files itself, keeps
// rows as maps of text, counts months and days one by one, multiplies plain
// decimals and rounds them with a remainder. It was written from the contract
// and the rule book and shares no arithmetic, no calendar and no choice of
// rows with the kernel, so that a figure on which both agree was found twice.
//
// The tests price random people in random months of every area, and more of
// them around each date on which a row of a pack begins or ends. The seed is
// printed; BUJIAO_SEED repeats a run and BUJIAO_ORACLE_LINES sets its length.
package oracle
