package law

import (
	"cmp"
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// Level says how grave a finding is.
type Level string

// An error makes answers wrong or unprovable; a warning may be as it must be
// (a hole is a value that nobody found).
const (
	LintError   Level = "error"
	LintWarning Level = "warning"
)

// Finding is one thing that Lint says of a pack. What is the sentence as a
// fault, so that it can be said in both languages.
type Finding struct {
	File  string       `json:"file"`
	Line  int          `json:"line"`
	Row   string       `json:"row,omitempty"`
	Level Level        `json:"level"`
	Kind  string       `json:"kind"`
	What  *fault.Error `json:"-"`
	Text  string       `json:"text"` // set by whoever shows it
}

// Lint reads the packs of the areas (all, if none is named) and of the levels
// above them and reports what is wrong or doubtful in them, errors first, then
// by file and line. It needs no pack to be correct: what cannot be read is a
// finding.
func Lint(lib *Library, areas ...string) ([]Finding, error) {
	if len(areas) == 0 {
		areas = lib.Areas()
	}
	l := &linter{lib: lib, tests: lib.testDays()}
	for _, area := range areas {
		if lib.dirs[area] == "" {
			return nil, lib.unknownArea(area)
		}
		l.area(area)
	}
	slices.SortStableFunc(l.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return l.found, nil
}

// linter is one run over the packs.
type linter struct {
	lib    *Library
	tests  map[string]days // of all tests, by area
	found  []Finding
	chain  []*level // of the area at hand, its own first
	people map[string]bool
	routes map[string]bool
	papers map[string]bool
}

func (l *linter) report(h *Head, lv Level, kind string, args fault.Args) {
	f := Finding{File: h.File, Line: h.Line, Row: h.ID, Level: lv, Kind: kind, What: fault.New(fault.Invalid, "law.lint_"+kind, args)}
	l.found = append(l.found, f)
}

// area checks the pack of an area; its parents are checked as areas of their own.
func (l *linter) area(area string) {
	if _, err := l.lib.Book(area); err != nil {
		l.unreadable(area, err)
	}
	l.chain = l.lib.chain(area)
	if len(l.chain) == 0 {
		return
	}
	l.people = map[string]bool{"": true, "employee": true, "flexible": true}
	l.routes, l.papers = map[string]bool{}, map[string]bool{}
	for _, lv := range l.chain {
		for _, p := range lv.set.Populations {
			l.people[p.Name] = true
		}
		for _, r := range lv.set.Routes {
			l.routes[r.Name] = true
		}
		for _, p := range lv.set.Papers {
			l.papers[p.Name] = true
		}
		for _, p := range lv.set.PaperKinds {
			l.papers[p.Name] = true
		}
	}
	l.codes(l.lib.dirs[area])
	own := l.chain[0].set
	own.Each(l.row)
	for _, x := range own.lists() {
		l.series(x)
	}
	l.boundaries(own)
}

// unreadable reports a pack that cannot be opened.
func (l *linter) unreadable(area string, err error) {
	h := &Head{File: l.lib.dirs[area]}
	var f *fault.Error
	if !errors.As(err, &f) {
		f = fault.Wrap(fault.Internal, "law.packs_unreadable", nil, err)
	}
	l.report(h, LintError, "unreadable", nil)
	l.found[len(l.found)-1].What = f
}

// chain returns the levels of an area that can be read, its own first; nil if
// its own cannot.
func (l *Library) chain(area string) []*level {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []*level
	for code := area; code != "" && len(out) < 6; {
		lv, err := l.level(code)
		if err != nil {
			return out
		}
		out = append(out, lv)
		code = lv.set.Pack.Parent
	}
	return out
}

// row checks what can be said of one row alone.
func (l *linter) row(r Row) {
	h := r.head()
	l.texts(h, reflect.ValueOf(r).Elem())
	if h.Kind == "pack" || h.Kind == "tests" {
		return
	}
	if h.Basis == "" && len(h.Source) == 0 {
		l.report(h, LintError, "no_basis", nil)
	}
	for _, id := range h.Source {
		if !l.hasSource(id) {
			l.report(h, LintError, "unknown_source", fault.Args{"source": id})
		}
	}
	if h.Status == Assumed && h.ADR == "" {
		l.report(h, LintError, "no_adr", nil)
	}
	for _, expr := range conditionsOf(r) {
		if holds, needs, err := Eval(expr, Facts{}); expr != "" && err == nil && !holds && len(needs) == 0 {
			l.report(h, LintError, "never_holds", fault.Args{"condition": expr})
		}
	}
	l.values(h, r)
}

func (l *linter) hasSource(id string) bool {
	for _, lv := range l.chain {
		if _, ok := lv.set.Sources[id]; ok {
			return true
		}
	}
	return false
}

// values checks the fields of the lists that have some of their own.
func (l *linter) values(h *Head, r Row) {
	population := func(name string) {
		if !l.people[name] {
			l.report(h, LintError, "unknown_population", fault.Args{"name": name})
		}
	}
	months := func(m FeeMonths) {
		if m.FeeTo != 0 && m.FeeTo < m.FeeFrom {
			l.report(h, LintError, "empty_range", fault.Args{"from": m.FeeFrom.String(), "to": m.FeeTo.String()})
		}
	}
	switch x := r.(type) {
	case *Base:
		population(x.Population)
		if x.Floor != nil && x.Ceiling != nil && *x.Floor > *x.Ceiling {
			l.report(h, LintError, "floor_above_ceiling", nil)
		}
	case *Rate:
		population(x.Population)
		for _, s := range x.Schemes {
			if len(x.Includes) > 0 && x.Includes.Has(s) {
				l.report(h, LintError, "includes_itself", nil)
			}
		}
	case *Flexible:
		population(x.Population)
	case *Example:
		population(x.Population)
	case *Population:
		for _, name := range x.Implies {
			population(name)
		}
	case *RoundingRule:
		if x.Rounding.Check() != nil {
			l.report(h, LintError, "bad_rounding", nil)
		}
	case *Duty:
		if field := x.wrong(); field != "" {
			l.report(h, LintError, "bad_duty", fault.Args{"field": field})
		}
	case *Competence:
		if field := x.wrong(); field != "" {
			l.report(h, LintError, "bad_competence", fault.Args{"field": field})
		}
	case *Choice:
		if field := x.wrong(); field != "" {
			l.report(h, LintError, "bad_choice", fault.Args{"field": field})
		}
	case *ResidentSupport:
		if field := x.wrong(); field != "" {
			l.report(h, LintError, "bad_resident_support", fault.Args{"field": field})
		}
	case *CardArea:
		if field := x.wrong(); field != "" {
			l.report(h, LintError, "bad_card_area", fault.Args{"field": field})
		}
	case *InterestCredit:
		if field := x.wrong(); field != "" {
			l.report(h, LintError, "bad_credit", fault.Args{"field": field})
		}
	case *Window:
		if field := x.wrong(); field != "" {
			l.report(h, LintError, "bad_window", fault.Args{"field": field})
		}
		if l.hasDeadline(x) {
			l.report(h, LintError, "deadline_twice", nil)
		}
	case *BankLayout:
		if field := x.wrong(); field != "" {
			l.report(h, LintError, "bad_layout", fault.Args{"field": field})
		}
	case *Allocation:
		if field := x.wrong(); field != "" {
			l.report(h, LintError, "bad_allocation", fault.Args{"field": field})
		}
	case *Template:
		if what := x.wrong(); what != "" {
			l.report(h, LintError, "bad_template", fault.Args{"what": what})
		}
	case *FeeExemption:
		months(x.FeeMonths)
	case *VerdictRule:
		months(x.FeeMonths)
	case *Route:
		months(x.FeeMonths)
	case *Paper:
		months(x.FeeMonths)
		for _, name := range x.Routes {
			if !l.routes[name] {
				l.report(h, LintError, "unknown_route", fault.Args{"name": name})
			}
		}
		for _, name := range x.Substitutes {
			if !l.papers[name] {
				l.report(h, LintError, "unknown_paper", fault.Args{"name": name})
			}
		}
		l.proofs(h, x.Proves)
	case *PaperKind:
		l.proofs(h, x.Proves)
	case *MedicalGapRule:
		if x.MaxMonths > 0 && x.MaxMonths < x.MinMonths {
			l.report(h, LintError, "empty_range", fault.Args{"from": itoa(x.MinMonths), "to": itoa(x.MaxMonths)})
		}
	}
}

// proofs checks what a paper is said to prove.
func (l *linter) proofs(h *Head, proves []string) {
	for _, p := range proves {
		if !slices.Contains(Proofs, p) {
			l.report(h, LintError, "unknown_proof", fault.Args{"name": p})
		}
	}
}

// hasDeadline reports whether a late-fee rule of the pack gives a last day of
// payment for months of a window that gives one too: it has one place.
func (l *linter) hasDeadline(x *Window) bool {
	for _, r := range l.chain[0].set.LateFeeRules {
		apart := (x.To != 0 && calendar.Date(x.To) < calendar.Date(r.From)) || (r.To != 0 && calendar.Date(r.To) < calendar.Date(x.From))
		if x.Pays && r.Deadline != nil && !apart {
			return true
		}
	}
	return false
}

// texts finds every sentence of a row, however deep, that lacks a language.
func (l *linter) texts(h *Head, v reflect.Value) {
	if t, ok := v.Interface().(Text); ok {
		if t.ZH == "" || t.EN == "" {
			l.report(h, LintError, "no_text", nil)
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Type != reflect.TypeFor[yaml.Node]() {
				l.texts(h, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			l.texts(h, v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			l.texts(h, v.Elem())
		}
	}
}

// codes finds area codes without quotes: YAML reads them as numbers, and one
// that starts with a zero as another number.
func (l *linter) codes(dir string) {
	files, err := fs.Glob(l.lib.fsys, dir+"/*.yaml")
	if err != nil {
		return // the pattern is ours and well formed
	}
	for _, file := range files {
		data, err := fs.ReadFile(l.lib.fsys, file)
		var doc yaml.Node
		if err != nil || yaml.Unmarshal(data, &doc) != nil {
			continue // reported as unreadable
		}
		walkPairs(&doc, func(key, value *yaml.Node) {
			if (key.Value == "area" || key.Value == "parent") && value.Kind == yaml.ScalarNode && value.Tag == "!!int" {
				l.report(&Head{File: file, Line: value.Line}, LintError, "unquoted_code", fault.Args{"code": value.Value})
			}
		})
	}
}

func walkPairs(n *yaml.Node, f func(key, value *yaml.Node)) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			f(n.Content[i], n.Content[i+1])
		}
	}
	for _, c := range n.Content {
		walkPairs(c, f)
	}
}

// payers renders payers for the key of a series.
func payersKey[T ~string](list []T) string {
	parts := make([]string, len(list))
	for i, p := range list {
		parts[i] = string(p)
	}
	slices.Sort(parts)
	return strings.Join(parts, "+")
}
