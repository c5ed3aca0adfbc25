// Package report shows answers of the kernel to people: as a table, JSON, CSV,
// a workbook or one HTML page, and as the explanation of a receipt.
//
// It computes no amount. Figures are those of the answer, summed where a table
// needs a sum, and every explanation is rendered from the body of a receipt
// alone: its input, the rows that were read, the result and the trace. A figure
// that is not known is said to be not known, with the reason; a figure that
// rests on a doubtful value carries the doubt in words.
//
// Persons are written as they arrive. What stands before them in a document
// but is known only after them waits in a temporary file, so that memory does
// not grow with the number of persons. All words come from the catalogue.
package report
