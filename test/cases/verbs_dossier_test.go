package cases_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"sync"

	"bujiao/internal/paper/pdf"
)

func init() {
	verbs["dossier"] = (*play).dossier
	verbs["no_dossier"] = (*play).noDossier
}

var font = sync.OnceValues(func() (*pdf.Font, error) { return pdf.Load("") })

// dossier takes the file for the court and holds it against its index: "dossier
// E papers=6".
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
	papers := 0
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
		if strings.HasSuffix(x.Name, ".pdf") && bytes.HasPrefix(data, []byte("%PDF")) {
			papers++
		}
	}
	if want := f["papers"]; strconv.Itoa(papers) != want || len(z.File) != 2*papers+2 {
		p.fail("%d papers of %d files, want %s:\n%s", papers, len(z.File), want, index)
	}
	if _, err := p.CourtDossier(p.Context(), p.as("finance"), p.id(w[0])); why(err) != "access.forbidden" {
		p.fail("finance: %v", err)
	}
}

// noDossier: papers are missing, so there is no file.
func (p *play) noDossier(w []string) {
	p.Font = font
	if _, err := p.CourtDossier(p.Context(), p.as("enforcement"), p.id(w[0])); why(err) != "casework.dossier_lacks" {
		p.fail("%v", err)
	}
}
