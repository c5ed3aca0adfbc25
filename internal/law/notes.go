package law

import "bujiao/internal/calendar"

// Missing names a value that is not there: which parameter of which area and
// month, and the flag or field that would close the hole, if one would.
type Missing struct {
	Scheme    string         `json:"scheme,omitempty"`
	Month     calendar.Month `json:"month"`
	Parameter string         `json:"parameter"`
	Area      string         `json:"area"`
	Ask       string         `json:"ask,omitempty"`
	Text      string         `json:"text,omitempty"`
}

// Mark says that a figure rests on a value that is less than verified. Path is
// a JSON Pointer into the answer.
type Mark struct {
	Path   string `json:"path"`
	Status Status `json:"status"`
	Basis  string `json:"basis"`
}
