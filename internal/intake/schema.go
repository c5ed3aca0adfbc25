package intake

import _ "embed"

// RowSchema is the JSON Schema (draft 2020-12) of one row in JSON, as in the
// history of a quote.
//
//go:embed row.schema.json
var RowSchema []byte
