package law

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sort"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/fault"
)

// National is the code of the national base.
const National = "000000"

// Library holds the packs of a directory tree. Packs are read when they are
// first asked for and kept; a Library is safe for concurrent use.
type Library struct {
	fsys fs.FS
	dirs map[string]string // area -> folder

	mu   sync.Mutex
	sets map[string]*level
	book map[string]*Book
}

// level is one folder: its rows and its digest.
type level struct {
	set    *Set
	digest string
	above  *level
}

// source finds a source of the pack or of one above it.
func (lv *level) source(id string) (Source, bool) {
	for x := lv; x != nil; x = x.above {
		if s, ok := x.set.Sources[id]; ok {
			return s, true
		}
	}
	return Source{}, false
}

// Open lists the packs of a tree: folder cn is the national base, cn-CODE an
// area. It reads nothing yet.
func Open(fsys fs.FS) (*Library, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "law.packs_unreadable", nil, err)
	}
	l := &Library{fsys: fsys, dirs: map[string]string{}, sets: map[string]*level{}, book: map[string]*Book{}}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if e.Name() == "cn" {
			l.dirs[National] = "cn"
		} else if code, ok := strings.CutPrefix(e.Name(), "cn-"); ok {
			l.dirs[code] = e.Name()
		}
	}
	if l.dirs[National] == "" {
		return nil, fault.New(fault.Invalid, "law.no_national_pack", nil)
	}
	return l, nil
}

// Areas lists the codes in order, the national base first.
func (l *Library) Areas() []string {
	out := make([]string, 0, len(l.dirs))
	for a := range l.dirs {
		out = append(out, a)
	}
	sort.Strings(out)
	return out
}

// Book returns the law of an area: its own rows, the rows it adopts, and the
// rules of the levels above. An unknown area is an Invalid fault that lists
// the areas there are.
func (l *Library) Book(area string) (*Book, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b := l.book[area]; b != nil {
		return b, nil
	}
	if l.dirs[area] == "" {
		return nil, l.unknownArea(area)
	}
	var chain []*level
	for code := area; code != ""; {
		lv, err := l.level(code)
		if err != nil {
			return nil, err
		}
		chain = append(chain, lv)
		code = lv.set.Pack.Parent
		if len(chain) > 5 {
			return nil, packFault(lv.set.Pack.File, 0, "the chain of parents does not end")
		}
	}
	b, err := newBook(area, chain)
	if err != nil {
		return nil, err
	}
	l.book[area] = b
	return b, nil
}

// Policy pins the packs of several areas at once.
func (l *Library) Policy(areas []string) (Policy, error) {
	var names, digests []string
	for _, a := range areas {
		b, err := l.Book(a)
		if err != nil {
			return Policy{}, err
		}
		names, digests = append(names, b.Policy.Pack), append(digests, b.Policy.Digest)
	}
	if len(digests) == 1 {
		return Policy{names[0], digests[0]}, nil
	}
	sum := sha256.Sum256([]byte(strings.Join(digests, "\n")))
	return Policy{strings.Join(names, ","), hex.EncodeToString(sum[:])}, nil
}

func (l *Library) unknownArea(area string) error {
	var names []string
	for _, a := range l.Areas() {
		if lv, err := l.level(a); err == nil {
			names = append(names, a+" "+lv.set.Pack.Name.ZH+" "+lv.set.Pack.Name.EN)
		} else {
			names = append(names, a)
		}
	}
	return fault.New(fault.Invalid, "law.unknown_area", fault.Args{"area": clip(area), "areas": strings.Join(names, ", ")})
}

// clip keeps a code that a user typed as short as codes are: of a citizen number
// in its place only the area is shown.
func clip(s string) string {
	for i, c := range s {
		if c > 'z' {
			return "..." // no code, but perhaps a name
		}
		if i == 6 {
			return s[:i] + "..."
		}
	}
	return s
}

func (l *Library) level(area string) (*level, error) {
	if lv := l.sets[area]; lv != nil {
		return lv, nil
	}
	dir := l.dirs[area]
	if dir == "" {
		return nil, packFault("", 0, "parent "+area+" has no pack")
	}
	lv, err := readLevel(l.fsys, dir)
	if err != nil {
		return nil, err
	}
	card := lv.set.Pack
	if card.Code != area {
		return nil, packFault(dir+"/pack.yaml", 0, "area does not fit the folder's name")
	}
	if card.Parent == area {
		return nil, packFault(dir+"/pack.yaml", 0, "the pack is its own parent")
	}
	if card.Parent != "" {
		parent, err := l.level(card.Parent)
		if err != nil {
			return nil, err
		}
		lv.above = parent
	}
	if err := lv.finish(dir); err != nil {
		return nil, err
	}
	l.sets[area] = lv
	return lv, nil
}

// packFault is an error of a pack's author: file, line, what.
func packFault(file string, line int, what string) error {
	return fault.New(fault.Invalid, "law.bad_pack", fault.Args{"file": file, "line": fmt.Sprint(line), "what": what})
}

func readLevel(fsys fs.FS, dir string) (*level, error) {
	var files []string
	err := fs.WalkDir(fsys, dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(p, ".yaml") {
			files = append(files, p)
		}
		return err
	})
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "law.packs_unreadable", nil, err)
	}
	sort.Strings(files)
	sum := sha256.New()
	all := &Set{Sources: map[string]Source{}}
	for _, f := range files {
		data, err := fs.ReadFile(fsys, f)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "law.packs_unreadable", nil, err)
		}
		fmt.Fprintf(sum, "%s %d\n", f, len(data))
		sum.Write(data)
		if err := merge(all, f, data); err != nil {
			return nil, err
		}
	}
	if all.Pack == nil {
		return nil, packFault(dir, 0, "there is no pack.yaml with a pack card")
	}
	return &level{set: all, digest: hex.EncodeToString(sum.Sum(nil))}, nil
}

// merge adds the rows of one file.
func merge(all *Set, file string, data []byte) (err error) {
	defer func() { // the YAML library may panic on hostile documents
		if p := recover(); p != nil {
			err = packFault(file, 0, "the file cannot be read as YAML")
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var s Set
	if err := dec.Decode(&s); err != nil {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return packFault(file, 0, err.Error())
	}
	if s.Pack != nil {
		if all.Pack != nil {
			return packFault(file, 0, "a second pack card")
		}
		all.Pack = s.Pack
		all.Pack.File = file
	}
	for id, src := range s.Sources {
		if _, dup := all.Sources[id]; dup {
			return packFault(file, 0, "source "+id+" is given twice")
		}
		all.Sources[id] = src
	}
	lines := rowLines(data)
	into := all.lists()
	for i, l := range s.lists() {
		n := 0
		l.each(func(r Row) {
			if n < len(lines[l.kind]) {
				r.head().Line = lines[l.kind][n]
			}
			r.head().File = file
			into[i].add(r)
			n++
		})
	}
	return nil
}

// rowLines finds the line of each row, for messages.
func rowLines(data []byte) map[string][]int {
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	out := map[string][]int{}
	m := doc.Content[0]
	for i := 0; i+1 < len(m.Content); i += 2 {
		for _, row := range m.Content[i+1].Content {
			out[m.Content[i].Value] = append(out[m.Content[i].Value], row.Line)
		}
	}
	return out
}

// finish names the rows, resolves sources and checks what must hold in any
// pack: a status, unique ids, conditions that compile.
func (lv *level) finish(dir string) error {
	s := lv.set
	seen := map[string]*Head{}
	s.Pack.Kind, s.Pack.ID, s.Pack.Area, s.Pack.Status = "pack", dir+"/card", s.Pack.Code, Verified
	for _, l := range s.lists() {
		var err error
		l.each(func(r Row) {
			if err == nil {
				err = lv.finishRow(r, l.kind, dir, seen)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (lv *level) finishRow(r Row, kind, dir string, seen map[string]*Head) error {
	h := r.head()
	h.Kind, h.Area = kind, lv.set.Pack.Code
	if h.ID == "" {
		h.ID = dir + "/" + kind + "/" + r.key()
	}
	if h.Status == "" && kind == "tests" {
		h.Status = Verified
	}
	if !h.Status.Valid() {
		return packFault(h.File, h.Line, fmt.Sprintf("row %s: status %q is none of verified, recalled, disputed, conflicting, seed, assumed", h.ID, h.Status))
	}
	if h.Boundary != "" && !h.Boundary.Valid() {
		return packFault(h.File, h.Line, fmt.Sprintf("row %s: boundary_status %q is not a status", h.ID, h.Boundary))
	}
	if h.To != 0 && h.From != 0 && int32(h.To) < int32(h.From) {
		return packFault(h.File, h.Line, "row "+h.ID+" ends before it starts")
	}
	if other := seen[h.ID]; other != nil {
		return packFault(h.File, h.Line, fmt.Sprintf("row %s is given twice (also line %d of %s)", h.ID, other.Line, other.File))
	}
	seen[h.ID] = h
	for _, id := range h.Source {
		if src, ok := lv.source(id); ok { // lint reports the others
			h.Docs = append(h.Docs, src.Doc)
		}
	}
	for _, expr := range conditionsOf(r) {
		if err := CheckCondition(expr); err != nil {
			return packFault(h.File, h.Line, fmt.Sprintf("row %s: condition %q: %v", h.ID, expr, err))
		}
	}
	return nil
}
