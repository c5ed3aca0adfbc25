package cases_test

import (
	"fmt"
	"io/fs"
	"maps"
	"strconv"
	"strings"
	"testing/fstest"

	"bujiao/internal/counter"
	"bujiao/internal/law"
	"bujiao/internal/registry"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

func init() {
	maps.Copy(verbs, map[string]func(*play, []string){
		"place":     (*play).place,
		"window":    (*play).window,
		"rename":    (*play).rename,
		"batch":     (*play).batch,
		"card_area": (*play).cardArea,
	})
}

// place lists a place of the area: "place foto photo_studio from=2026-01-01 to=2026-05-31".
func (p *play) place(w []string) {
	f, _ := p.fields(w[2:])
	ref, err := p.OpenOffice(p.Context(), p.as("clerk"), counter.NewOffice{Name: w[0], Address: "路1号", Kind: w[1], Territory: []string{storetest.Area}, SlotMinutes: 30, AheadDays: 14,
		OfferDays: 1, From: p.date(f["from"])})
	p.must(err)
	p.ids[w[0]] = ref.ID
	if f["to"] != "" {
		last := p.date(f["to"])
		_, err := p.ChangeOffice(p.Context(), p.as("clerk"), ref.ID, counter.OfficeChange{To: &last, Reason: "x"})
		p.must(err)
	}
}

// window opens a window for services: "window icbc card_at_once".
func (p *play) window(w []string) {
	_, err := p.OpenWindow(p.Context(), p.as("clerk"), p.id(w[0]), counter.NewWindow{Number: 1, Services: w[1:], From: p.today})
	p.must(err)
}

// rename books another name of a person: "rename li".
func (p *play) rename(w []string) {
	name := "王晓明"
	_, err := p.ChangePerson(p.Context(), p.as("clerk"), p.id(w[0]), registry.PersonChange{From: p.today, Name: &name, Reason: "x"})
	p.must(err)
}

// batch holds a batch of cards against what became of it: "batch B 2 1 1 0" sent,
// made, spoiled, missing.
func (p *play) batch(w []string) {
	b, err := p.CardBatch(p.Context(), p.as("clerk"), w[0])
	p.must(err)
	got := fmt.Sprint(b.Sent, b.Made, b.Spoiled, b.Missing)
	if want := strings.Join(w[1:], " "); got != want || len(b.Lines) != b.Sent+b.Back() {
		p.fail("batch %s is %s in %d lines, want %s", w[0], got, len(b.Lines), want)
	}
}

// cardArea puts a row of its own in the place of the area's rows of cards, or
// none: "card_area approved=true lacks=staff channels=service_point", "card_area".
func (p *play) cardArea(w []string) {
	tree := p.packs()
	delete(tree, "cn-"+storetest.Area+"/cards.yaml")
	if len(w) > 0 {
		f, _ := p.fields(w)
		approved, err := strconv.ParseBool(f["approved"])
		p.must(err)
		tree["cn-"+storetest.Area+"/cards.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, `card_areas: [{name: x, approved: %t, lacks: [%s], channels: [%s], reckoned: submission, text: {zh: 甲, en: a}, status: verified, basis: b}]`,
			approved, f["lacks"], f["channels"])}
	}
	laws, err := law.Open(tree)
	p.must(err)
	p.Laws = laws
}

// packs copies the packs of the program, to be changed.
func (p *play) packs() fstest.MapFS {
	p.Helper()
	tree := fstest.MapFS{}
	p.must(fs.WalkDir(packs.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(packs.FS, name)
		tree[name] = &fstest.MapFile{Data: data}
		return err
	}))
	return tree
}
