package office

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/casework"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/paper"
	"bujiao/internal/paper/pdf"
	"bujiao/internal/store"
)

// Dossier is the file of a case for a court: one ZIP.
type Dossier struct {
	Name   string
	ZIP    []byte
	Papers int // of the case, each as PDF and with its receipt
}

// dossierPaper is a paper with what goes into the file.
type dossierPaper struct {
	paper    paper.Paper
	page     paper.Page
	receipt  json.RawMessage
	services []paper.Service
}

// CourtDossier gives the papers of a case of recovery as one file with an index:
// every paper as PDF with its receipt and how it was served, and what happened.
// It is fault casework.dossier_lacks as long as something is missing that the
// court wants.
func (o *Office) CourtDossier(ctx context.Context, q Request, id string) (Dossier, error) {
	if o.Font == nil {
		return Dossier{}, fault.New(fault.Unavailable, "paper.no_font", nil)
	}
	type read struct {
		c      casework.Case
		events []casework.Event
		papers []dossierPaper
	}
	r, err := Show(ctx, o, q, "paper.read_plain", func(tx store.Tx) (r read, persons []string, err error) {
		s, err := o.caseStep(ctx, tx, q, "case.read", id)
		if err != nil {
			return r, nil, err
		}
		if s.c.Kind != arrearsKind {
			return r, nil, fault.New(fault.NotFound, "casework.no_kind", nil)
		}
		if err := access.Check(q.Actor, "paper.read_plain", caseScope(q.Area, s.desk.Table, s.c)); err != nil {
			return r, nil, err
		}
		lack, err := s.dossierLacks(ctx)
		if err == nil && len(lack) > 0 {
			err = fault.New(fault.Conflict, "casework.dossier_lacks", fault.Args{"list": strings.Join(lack, ", ")})
		}
		if err != nil {
			return r, nil, err
		}
		r.c = s.c
		if r.events, err = tx.CaseEvents(ctx, id); err != nil {
			return r, nil, err
		}
		r.papers, err = dossierPapers(ctx, tx, id)
		return r, nil, err
	})
	if err != nil {
		return Dossier{}, err
	}
	font, err := o.Font()
	if err != nil {
		return Dossier{}, err
	}
	f := folder{}
	for i, p := range r.papers {
		data, err := pdf.Render(p.page, font)
		if err != nil {
			return Dossier{}, err
		}
		name := fmt.Sprintf("%02d-%s-%s", i+1, p.paper.Kind, p.paper.Number)
		served := ""
		for _, x := range p.services {
			served += fmt.Sprintf(" %s %s %s", x.ServedOn, x.Method, x.Proof)
		}
		f.add(name+".pdf", data, p.page.Title+" "+p.paper.IssuedOn.String()+served)
		f.add(name+".receipt.json", p.receipt, "")
	}
	view := CaseView{Case: r.c, Events: r.events}
	if view.Table, err = CaseKindOf(r.c.Kind); err != nil {
		return Dossier{}, err
	}
	view.mask() // the papers say in full what the court is to read
	history, err := json.MarshalIndent(view.Events, "", "  ")
	if err != nil {
		return Dossier{}, err
	}
	f.add("events.json", history, "")
	out, err := f.zip()
	return Dossier{Name: "dossier-" + id + ".zip", ZIP: out, Papers: len(r.papers)}, err
}

func dossierPapers(ctx context.Context, tx store.Tx, id string) ([]dossierPaper, error) {
	list, err := paper.Of(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	var out []dossierPaper
	for _, p := range list {
		x := dossierPaper{paper: p}
		sheet, sealed, err := paper.Open(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		if x.page, err = sheet.Lay(lang.Chinese); err != nil {
			return nil, err
		}
		if x.receipt, err = json.Marshal(sealed); err != nil {
			return nil, err
		}
		if x.services, err = tx.Services(ctx, p.ID); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// folder gathers files and an index of them: name, SHA-256, what it is. The
// same files give the same bytes.
type folder struct {
	names []string
	files [][]byte
	index strings.Builder
}

func (f *folder) add(name string, data []byte, what string) {
	sum := sha256.Sum256(data)
	fmt.Fprintf(&f.index, "%s  %s  %s\n", hex.EncodeToString(sum[:]), name, what)
	f.names, f.files = append(f.names, name), append(f.files, data)
}

func (f *folder) zip() ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	put := func(name string, data []byte) error {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		out, err := w.CreateHeader(h)
		if err == nil {
			_, err = out.Write(data)
		}
		return err
	}
	if err := put("index.txt", []byte(f.index.String())); err != nil {
		return nil, err
	}
	for i, name := range f.names {
		if err := put(name, f.files[i]); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}
