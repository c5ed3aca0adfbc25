package office

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"bujiao/internal/access"
	"bujiao/internal/casework"
	"bujiao/internal/evidence"
	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/paper"
	"bujiao/internal/paper/pdf"
	"bujiao/internal/store"
	"bujiao/internal/upload"
)

// Dossier is the file of a case for a court: one ZIP.
type Dossier struct {
	Name     string
	ZIP      []byte
	Papers   int // of the office, each as PDF and with its receipt
	Evidence int // papers that were handed in
}

// dossierPaper is a paper with what goes into the file.
type dossierPaper struct {
	paper    paper.Paper
	page     paper.Page
	receipt  json.RawMessage
	services []paper.Service
}

// evidenceFile is a paper that was handed in for the case, with its file if it
// has one.
type evidenceFile struct {
	piece evidence.Piece
	file  locked
}

// maxDossier bounds the files that were handed in, in bytes.
const maxDossier = 256 << 20

// dossierRead is what the books have for the file of a case.
type dossierRead struct {
	c      casework.Case
	events []casework.Event
	papers []dossierPaper
	handed []evidenceFile
}

// CourtDossier gives a case of recovery as one file with an index: every paper
// of the office as PDF with its receipt and how it was served, every paper that
// was handed in for it, and what happened. It is fault casework.dossier_lacks as
// long as something is missing that the court wants.
func (o *Office) CourtDossier(ctx context.Context, q Request, id string) (Dossier, error) {
	if err := access.Check(q.Actor, "case.dossier", access.Scope{Area: q.Area}); err != nil {
		return Dossier{}, err
	}
	if o.Font == nil {
		return Dossier{}, fault.New(fault.Unavailable, "paper.no_font", nil)
	}
	r, err := Show(ctx, o, q, "case.dossier", func(tx store.Tx) (r dossierRead, persons []string, err error) {
		s, err := o.caseStep(ctx, tx, q, "case.read", id)
		if err != nil {
			return r, nil, err
		}
		if s.c.Kind != arrearsKind {
			return r, nil, fault.New(fault.NotFound, "casework.no_dossier", nil)
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
		if r.papers, err = dossierPapers(ctx, tx, id); err != nil {
			return r, nil, err
		}
		r.handed, err = handedFor(ctx, tx, id)
		persons = personsOf(r.handed, func(x evidenceFile) string { return x.piece.Person })
		return r, append(persons, s.people()...), err
	})
	if err != nil {
		return Dossier{}, err
	}
	f := folder{}
	if err := o.addPapers(&f, r.papers); err != nil {
		return Dossier{}, err
	}
	if err := o.addEvidence(ctx, q, &f, r.handed); err != nil {
		return Dossier{}, err
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
	return Dossier{Name: "dossier-" + id + ".zip", ZIP: out, Papers: len(r.papers), Evidence: len(r.handed)}, err
}

// addPapers prints the papers of the case.
func (o *Office) addPapers(f *folder, papers []dossierPaper) error {
	font, err := o.Font()
	if err != nil {
		return err
	}
	for i, p := range papers {
		data, err := pdf.Render(p.page, font)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%02d-%s-%s", i+1, p.paper.Kind, p.paper.Number)
		served := ""
		for _, x := range p.services {
			served += fmt.Sprintf(" %s %s %s", x.ServedOn, x.Method, x.Proof)
		}
		f.add(name+".pdf", data, p.page.Title+" "+p.paper.IssuedOn.String()+served)
		f.add(name+".receipt.json", p.receipt, "")
	}
	return nil
}

// extensions of the kinds of files that are taken.
var extensions = map[string]string{upload.PDF: ".pdf", upload.JPEG: ".jpg", upload.PNG: ".png", upload.HEIC: ".heic"}

// addEvidence adds what was handed in. The index also names what has no file:
// the counter saw it, or its file was infected and is not kept.
func (o *Office) addEvidence(ctx context.Context, q Request, f *folder, handed []evidenceFile) error {
	size := int64(0)
	for _, x := range handed {
		if size += x.file.Size; size > maxDossier {
			return fault.New(fault.Invalid, "casework.dossier_too_big", fault.Args{"mib": strconv.Itoa(maxDossier >> 20)})
		}
	}
	for i, x := range handed {
		name := fmt.Sprintf("evidence-%02d-%s", i+1, x.piece.Kind)
		what := fmt.Sprintf("%s %s", x.piece.State, x.piece.KnownOn)
		if x.piece.From != 0 {
			what += fmt.Sprintf(" %s–%s", x.piece.From, x.piece.To)
		}
		switch {
		case x.piece.Upload == "":
			f.name(name, what+" (no file)")
			continue
		case x.file.State == upload.Infected:
			f.name(name, what+" (infected)")
			continue
		}
		data, err := o.unlock(ctx, q, x.file)
		if err != nil {
			return err
		}
		f.add(name+extensions[x.file.Media], data, what)
	}
	return nil
}

// handedFor lists what was handed in for a case.
func handedFor(ctx context.Context, tx store.Tx, id string) (out []evidenceFile, err error) {
	pieces, err := allPieces(ctx, tx, evidence.Filter{Case: id})
	if err != nil {
		return nil, err
	}
	for _, p := range pieces {
		x := evidenceFile{piece: p}
		if p.Upload != "" {
			if x.file, err = lockedFile(ctx, tx, p.Upload); err != nil {
				return nil, err
			}
		}
		out = append(out, x)
	}
	return out, nil
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

// name adds what is not in the folder to the index.
func (f *folder) name(name, what string) { fmt.Fprintf(&f.index, "-  %s  %s\n", name, what) }

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
