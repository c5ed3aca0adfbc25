package intake

import (
	"bujiao/internal/fault"
)

// Reject is one problem of one row of a file.
type Reject struct {
	File   string       // name of the file
	Row    int          // as a spreadsheet counts: the header is row 1, blank rows count
	Column string       // code of the column (columns.yaml), "" where the whole row is meant
	Reason *fault.Error // without any value of the row
}

func invalid(key string, args fault.Args) *fault.Error { return fault.New(fault.Invalid, key, args) }
