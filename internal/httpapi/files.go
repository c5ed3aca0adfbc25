package httpapi

import (
	"bytes"
	"path/filepath"

	"bujiao/internal/declaration"
	"bujiao/internal/intake"
	"bujiao/internal/lang"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/report"
)

// maxImport bounds a file that a clerk or an employer sends.
const maxImport = 64 << 20

// Sent is a file, CSV or XLSX, as the body.
type Sent struct {
	Keyed
	Name    string `query:"name" required:"true" maxLength:"200"`
	RawBody []byte `contentType:"application/octet-stream"`
}

// name is the file's own, whatever path came along.
func (s Sent) name() string { return filepath.Base(s.Name) }

// rejected are rows that were not taken, in the words of the call.
func (c *call) rejected(list []intake.Reject) []report.Rejected {
	out := make([]report.Rejected, len(list))
	for i, r := range list {
		out[i] = report.Rejected{File: r.File, Row: r.Row, Column: r.Column, Reason: lang.Fault(c.lang, r.Reason)}
	}
	return out
}

// RosterAnswer says what became of a roster. Mend has the rows that were
// refused as CSV, to be corrected and sent again: it is the sender's own data.
type RosterAnswer struct {
	Rows int `json:"rows"`
	registry.Entered
	Rejected []report.Rejected `json:"rejected"`
	Mend     string            `json:"mend,omitempty"`
}

type importRosterIn struct {
	Sent
	Employer string `query:"employer" maxLength:"64"`
}

func importRoster(c *call, in *importRosterIn) (*RosterAnswer, error) {
	var mend bytes.Buffer
	out, err := c.office().ImportRoster(c.ctx, c.ask(in.Area, in.Key), office.RosterFile{Name: in.name(), Data: bytes.NewReader(in.RawBody), Size: int64(len(in.RawBody)),
		Employer: in.Employer, Lang: c.lang, Mend: &mend})
	if err != nil {
		return nil, err
	}
	return &RosterAnswer{out.Rows, out.Entered, c.rejected(out.Rejects), mend.String()}, nil
}

// DeclarationFileAnswer says what became of a file of an employer's month: a
// bill, or the rows that are wrong.
type DeclarationFileAnswer struct {
	Bill     declaration.Bill  `json:"bill"`
	Rejected []report.Rejected `json:"rejected"`
	Mend     string            `json:"mend,omitempty"`
}

type declareFileIn struct {
	Sent
	OfEmployer
	OfMonth
	DeclaredOn string `query:"declared_on" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	Corrects   string `query:"corrects" maxLength:"64"`
	Reason     string `query:"reason" maxLength:"500"`
}

func declareFile(c *call, in *declareFileIn) (*DeclarationFileAnswer, error) {
	m, err := month("month", in.Month)
	if err != nil {
		return nil, err
	}
	on, err := day("declared_on", in.DeclaredOn)
	if err != nil {
		return nil, err
	}
	out, err := c.office().DeclareByFile(c.ctx, c.ask(in.Area, in.Key), office.DeclareFile{Name: in.name(), Data: in.RawBody, Lang: c.lang,
		DeclareInput: office.DeclareInput{Employer: in.Employer, Month: m, DeclaredOn: on, Corrects: in.Corrects, Reason: in.Reason}})
	if err != nil {
		return nil, c.refused(err)
	}
	return &DeclarationFileAnswer{out.Bill, c.rejected(out.Rejects), string(out.Mend)}, nil
}

// DeclarationsAnswer says what became of a file of many employers.
type DeclarationsAnswer struct {
	office.Imported
	Mend string `json:"mend,omitempty"`
}

type importDeclarationsIn struct {
	Sent
	OfMonth
}

func importDeclarations(c *call, in *importDeclarationsIn) (*DeclarationsAnswer, error) {
	m, err := month("month", in.Month)
	if err != nil {
		return nil, err
	}
	var mend bytes.Buffer
	out, err := c.office().ImportDeclarations(c.ctx, c.ask(in.Area, in.Key), office.ImportFile{Name: in.name(), Data: bytes.NewReader(in.RawBody), Size: int64(len(in.RawBody)),
		Month: m, Lang: c.lang, Mend: &mend})
	if err != nil {
		return nil, err
	}
	return &DeclarationsAnswer{out, mend.String()}, nil
}
