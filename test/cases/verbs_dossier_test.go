package cases_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"bujiao/internal/books"
	"bujiao/internal/evidence"
	"bujiao/internal/paper/pdf"
)

func init() {
	verbs["dossier"] = (*play).dossier
	verbs["no_dossier"] = (*play).noDossier
	verbs["font"] = func(p *play, _ []string) { p.Font = font }
	verbs["attach"] = (*play).attach
}

// shelf keeps uploaded files in memory.
type shelf map[string][]byte

func (s shelf) Put(_ context.Context, name string, data []byte) error { s[name] = data; return nil }
func (s shelf) Delete(_ context.Context, name string) error           { delete(s, name); return nil }

func (s shelf) Get(_ context.Context, name string) ([]byte, error) {
	if s[name] == nil {
		return nil, books.ErrNotFound
	}
	return slices.Clone(s[name]), nil
}

// attach hands in a paper of an employer for a case, with its file or without
// one: "attach E payroll_ledger acme from=2022-09 to=2022-10 file=ledger".
func (p *play) attach(w []string) {
	f, _ := p.fields(w[3:])
	in := evidence.NewPiece{Case: p.id(w[0]), Kind: w[1], Employer: p.id(w[2]), From: p.month(f["from"]), To: p.month(f["to"])}
	if f["file"] != "" {
		if p.Files == nil {
			p.Files = shelf{}
		}
		u, err := p.Upload(p.Context(), p.as("clerk"), []byte("%PDF-1.7 "+f["file"]))
		p.must(err)
		in.File = u.Hash
	}
	_, err := p.HandIn(p.Context(), p.key(p.as("clerk")), in)
	p.must(err)
}

var font = sync.OnceValues(func() (*pdf.Font, error) { return pdf.Load("") })

// dossier takes the file for the court and holds it against its index: "dossier
// E papers=6 files=1 named=audit_opinion".
func (p *play) dossier(w []string) {
	f, _ := p.fields(w[1:])
	p.Font = font
	d, err := p.CourtDossier(p.Context(), p.as("enforcement"), p.id(w[0]))
	p.must(err)
	again, err := p.CourtDossier(p.Context(), p.as("enforcement"), p.id(w[0]))
	p.must(err)
	if !bytes.Equal(d.ZIP, again.ZIP) {
		p.fail("the same papers gave another file")
	}
	z, err := zip.NewReader(bytes.NewReader(d.ZIP), int64(len(d.ZIP)))
	p.must(err)
	var index string
	papers, files := 0, 0
	for i, x := range z.File {
		r, err := x.Open()
		p.must(err)
		data, err := io.ReadAll(r)
		p.must(err)
		if i == 0 {
			index = string(data)
			continue
		}
		sum := sha256.Sum256(data)
		if !strings.Contains(index, hex.EncodeToString(sum[:])+"  "+x.Name+"  ") {
			p.fail("%s is not in the index as it is", x.Name)
		}
		if strings.HasPrefix(x.Name, "evidence-") {
			files++
		} else if strings.HasSuffix(x.Name, ".pdf") && bytes.HasPrefix(data, []byte("%PDF")) {
			papers++
		}
	}
	if strconv.Itoa(papers) != f["papers"] || strconv.Itoa(files) != f["files"] || len(z.File) != 2*papers+files+2 || !strings.Contains(index, "-"+f["named"]+"  handed") {
		p.fail("%d papers and %d handed in, of %d files:\n%s", papers, files, len(z.File), index)
	}
	for _, who := range []string{"finance", "agent@acme"} {
		if _, err := p.CourtDossier(p.Context(), p.as(who), p.id(w[0])); why(err) != "access.forbidden" {
			p.fail("%s: %v", who, err)
		}
	}
}

// noDossier: papers are missing, so there is no file.
func (p *play) noDossier(w []string) {
	p.Font = font
	if _, err := p.CourtDossier(p.Context(), p.as("enforcement"), p.id(w[0])); why(err) != "casework.dossier_lacks" {
		p.fail("%v", err)
	}
}
