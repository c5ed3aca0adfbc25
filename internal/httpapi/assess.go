package httpapi

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
	"bujiao/internal/intake"
	"bujiao/internal/record"
	"bujiao/internal/report"
)

// AssessRequest asks for the gaps of persons by the rows of their histories.
type AssessRequest struct {
	AsOf    calendar.Date `json:"as_of"`
	KnownAt calendar.Date `json:"known_at,omitzero"` // default: AsOf
	Rows    []record.Row  `json:"rows"`
}

// maxFile bounds a file that anybody may send.
const maxFile = 8 << 20

type assessIn struct{ Doc[AssessRequest] }

func (in *assessIn) document(schemas huma.Registry, op *huma.Operation) {
	in.Doc.document(schemas, op)
	describeAnswer(schemas, op)
}

// describeAnswer describes the answer of assess, which is written as it is
// made.
func describeAnswer(schemas huma.Registry, op *huma.Operation) {
	op.Responses = orEmpty(op.Responses)
	op.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: schemas.Schema(reflect.TypeFor[inquiry.AssessShape](), true, "")},
	}}
}

func orEmpty(m map[string]*huma.Response) map[string]*huma.Response {
	if m == nil {
		m = map[string]*huma.Response{}
	}
	return m
}

func assessRows(c *call, in *assessIn) (func(huma.Context), error) {
	return c.sweep(in.value.AsOf, in.value.KnownAt, c.desk().Rows(in.value.Rows))
}

// fileIn is a file of rows, CSV or XLSX, as the body.
type fileIn struct {
	AsOf    string `query:"as_of" required:"true" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	KnownAt string `query:"known_at" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	Name    string `query:"name" maxLength:"100" default:"rows.csv"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (*fileIn) document(schemas huma.Registry, op *huma.Operation) { describeAnswer(schemas, op) }

func assessFile(c *call, in *fileIn) (func(huma.Context), error) {
	asOf, err := day("as_of", in.AsOf)
	if err != nil {
		return nil, err
	}
	knownAt, err := day("known_at", in.KnownAt)
	if err != nil {
		return nil, err
	}
	rows, err := c.desk().Open(filepath.Base(in.Name), bytes.NewReader(in.RawBody), int64(len(in.RawBody)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return c.sweep(asOf, knownAt, rows)
}

// sweep answers for all persons of a source. The answer is made on disk before
// the first byte is sent, so that an error is a problem and no half answer.
func (c *call) sweep(asOf, knownAt calendar.Date, rows intake.Source) (send func(huma.Context), err error) {
	if asOf == 0 {
		return nil, fault.New(fault.Usage, "inquiry.field_missing", fault.Args{"fields": "as_of"})
	}
	select {
	case c.s.heavy <- struct{}{}:
		defer func() { <-c.s.heavy }()
	default:
		return nil, fault.New(fault.Unavailable, "httpapi.busy", nil)
	}
	spool, err := os.CreateTemp("", "bujiao-assess-*")
	if err != nil {
		return nil, err
	}
	err = os.Remove(spool.Name()) // it lives as long as it is open
	s := c.desk().Sweep(asOf, knownAt, nil)
	s.Out = report.NewJSON(spool, s.AsOf, s.KnownAt)
	if err == nil {
		err = s.Run(c.ctx, []intake.Source{rows})
	}
	if err == nil {
		_, err = spool.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, spool.Close())
	}
	return func(ctx huma.Context) {
		defer spool.Close()
		ctx.SetHeader("Content-Type", "application/json")
		if _, err := io.Copy(ctx.BodyWriter(), spool); err != nil {
			c.hidden = err // the peer is gone, or the disk
		}
	}, nil
}
