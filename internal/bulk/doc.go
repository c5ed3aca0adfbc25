// Package bulk is the kernel over columns: what millions of person-months cost,
// with the late fee of one day of payment, without a trace.
//
// An assess.Table holds the law of an area flat. A Chunk holds columns: month
// and wage in, employer's share, person's share and late fee of every scheme
// out. Chunk.Price runs the arithmetic of the traced path over them, without an
// allocation for a row; Sweep does that for a whole population, chunk by chunk,
// on several goroutines, with the same totals whatever their number.
//
// Amounts are in fen and equal those of assess.NewDue and assess.NewLateFee to
// the fen. A figure that the law does not give is Missing, its row is marked
// and counted, and no total passes over it in silence. A wage below zero or
// past money.MaxFen is refused: its row has no figures. The package knows no
// persons; who a row belongs to is the caller's business.
package bulk
