package office

import (
	"testing"

	"bujiao/internal/casework"
	"bujiao/internal/law"
	"bujiao/packs"
)

// What tables name is there, and nothing is there that no table names: facts of
// the books, effects, papers and terms.
func TestTablesNameWhatIsThere(t *testing.T) {
	tables, err := casework.Tables()
	if err != nil {
		t.Fatal(err)
	}
	laws, err := law.Open(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	book, err := laws.Book("110000")
	if err != nil {
		t.Fatal(err)
	}
	r := book.Read(0, false)
	const day = 739950 // in 2026
	facts, effects := map[string]bool{}, map[string]bool{}
	for kind, table := range tables {
		for _, f := range table.Facts {
			if f.From == "books" {
				facts[f.Name] = true
				if caseFacts[f.Name] == nil {
					t.Errorf("%s: nobody knows the fact %s", kind, f.Name)
				}
			}
		}
		for _, m := range table.Moves {
			for _, e := range m.Effects {
				effects[e] = true
				if caseEffects[e] == nil {
					t.Errorf("%s: nobody does %s", kind, e)
				}
			}
			for _, p := range m.Papers {
				if r.Template(p, day) == nil {
					t.Errorf("%s: no wording of the paper %s", kind, p)
				}
			}
		}
		for _, d := range table.Duties() {
			if x, _ := r.Duty(d, "", day); x == nil {
				t.Errorf("%s: no term %s in the packs", kind, d)
			}
		}
	}
	for name := range caseFacts {
		if !facts[name] {
			t.Errorf("no table asks for the fact %s", name)
		}
	}
	for name := range caseEffects {
		if !effects[name] {
			t.Errorf("no table wants %s", name)
		}
	}
	for kind := range casePapers {
		if tables[kind] == nil {
			t.Errorf("papers of %s, which is no kind", kind)
		}
	}
}
