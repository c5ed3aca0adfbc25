package intake

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/insurance"
	"bujiao/internal/record"
)

//go:embed columns.yaml
var columnsYAML []byte

// column is what a column of a file means to us.
type column uint8

const (
	colUnnamed column = iota // a heading without text; its cells must be empty
	colIgnored
	colMend // added by a mend file
	colMonth
	colRecord
	colPerson
	colIDNumber
	colBirth
	colSex
	colArea
	colEmployer
	colPayer
	colPopulation
	colScheme
	colFrom
	colTo
	colWage
	colBase
	colEmployerPaid
	colPersonPaid
	colPaidOn
	colCause
	colKnownOn
	colTier
	colCategory
	colUnitType
	colInjuryClass
	colInjuryRate
	columnCount
)

var columnCodes = [columnCount]string{
	colMonth: "month", colRecord: "record", colPerson: "person", colIDNumber: "id_number", colBirth: "birth", colSex: "sex",
	colArea: "area", colEmployer: "employer", colPayer: "payer", colPopulation: "population", colScheme: "scheme",
	colFrom: "from", colTo: "to", colWage: "wage", colBase: "base", colEmployerPaid: "employer_paid",
	colPersonPaid: "person_paid", colPaidOn: "paid_on", colCause: "cause", colKnownOn: "known_on", colTier: "tier", colCategory: "category",
	colUnitType: "unit_type", colInjuryClass: "injury_class", colInjuryRate: "injury_rate",
}

func (c column) String() string { return columnCodes[c] }

// heading is what the text of a header cell stands for. A rank above zero
// gives way to any lower rank of the same column.
type heading struct {
	col  column
	rank int
}

// vocabulary is columns.yaml made ready for lookups.
type vocabulary struct {
	codes    []string           // by column
	kinds    []string           // by column: "", day, number
	headings map[string]heading // by folded text
	names    []string           // every heading as written, in the file's order
	required []column

	records     words[record.Kind]
	payers      words[insurance.Payer]
	schemes     words[insurance.Scheme]
	causes      words[insurance.Cause]
	sexes       words[insurance.Sex]
	unitTypes   words[insurance.UnitType]
	populations words[string]
}

// words maps the folded spellings of a closed set of values.
type words[T any] map[string]T

// find looks the text up as it stands first: files that use our own codes
// then cost no folding.
func (w words[T]) find(s string) (T, bool) {
	if v, ok := w[s]; ok {
		return v, true
	}
	v, ok := w[fold(s)]
	return v, ok
}

// memo finds words and remembers the last: files repeat themselves.
type memo[T any] struct {
	words words[T]
	text  string
	value T
}

func (m *memo[T]) find(s string) (T, bool) {
	if s == m.text && s != "" {
		return m.value, true
	}
	v, ok := m.words.find(s)
	if ok {
		m.text, m.value = s, v
	}
	return v, ok
}

var known = mustVocabulary(columnsYAML)

// mustVocabulary panics on a broken embedded file, which no input can cause.
func mustVocabulary(b []byte) *vocabulary {
	v, err := loadVocabulary(b)
	if err != nil {
		panic("columns.yaml: " + err.Error())
	}
	return v
}

type columnsFile struct {
	Columns []struct {
		Code     string   `yaml:"code"`
		Kind     string   `yaml:"kind"`
		Required bool     `yaml:"required"`
		Names    []string `yaml:"names"`
		Else     []string `yaml:"else"`
	} `yaml:"columns"`
	Ignored []string                       `yaml:"ignored"`
	Mend    []string                       `yaml:"mend"`
	Values  map[string]map[string][]string `yaml:"values"`
}

func loadVocabulary(b []byte) (*vocabulary, error) {
	var f columnsFile
	if err := yaml.Unmarshal(b, &f); err != nil {
		return nil, err
	}
	v, err := newVocabulary(&f, columnCodes[:])
	if err != nil {
		return nil, err
	}
	return v, v.values(f.Values)
}

// newVocabulary takes the headings of a file of columns; codes are all that it
// must have, in the order of their numbers.
func newVocabulary(f *columnsFile, codes []string) (*vocabulary, error) {
	v := &vocabulary{codes: codes, kinds: make([]string, len(codes)), headings: map[string]heading{}}
	byCode := map[string]column{}
	for c, code := range codes {
		if code != "" {
			byCode[code] = column(c)
		}
	}
	for _, c := range f.Columns {
		col, ok := byCode[c.Code]
		if !ok {
			return nil, fmt.Errorf("column %q is unknown or stands twice", c.Code)
		}
		delete(byCode, c.Code)
		v.kinds[col] = c.Kind
		if c.Required {
			v.required = append(v.required, col)
		}
		for _, n := range append([]string{c.Code}, c.Names...) {
			if err := v.name(n, heading{col: col}); err != nil {
				return nil, err
			}
		}
		for i, n := range c.Else {
			if err := v.name(n, heading{col: col, rank: i + 1}); err != nil {
				return nil, err
			}
		}
	}
	if len(byCode) > 0 {
		return nil, fmt.Errorf("columns without a line: %v", byCode)
	}
	for _, n := range f.Ignored {
		if err := v.name(n, heading{col: colIgnored}); err != nil {
			return nil, err
		}
	}
	for _, n := range f.Mend {
		if err := v.name(n, heading{col: colMend}); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (v *vocabulary) name(text string, h heading) error {
	k := fold(text)
	if old, ok := v.headings[k]; ok && old != h {
		return fmt.Errorf("heading %q stands for two columns", text)
	} else if ok {
		return nil // "employer paid" folds to the code itself
	}
	v.headings[k] = h
	v.names = append(v.names, text)
	return nil
}

func (v *vocabulary) values(m map[string]map[string][]string) (err error) {
	kinds := map[string]record.Kind{}
	for _, k := range []record.Kind{record.Employment, record.Declared, record.Paid, record.Benefit} {
		kinds[string(k)] = k
	}
	kind := func(s string) (record.Kind, error) {
		if k, ok := kinds[s]; ok {
			return k, nil
		}
		return "", fmt.Errorf("unknown record %q", s)
	}
	tag := func(s string) (string, error) {
		if !isTag(s) {
			return "", fmt.Errorf("population %q is not a tag", s)
		}
		return s, nil
	}
	if v.records, err = newWords(m["record"], kind); err != nil {
		return err
	}
	if v.payers, err = newWords(m["payer"], insurance.ParsePayer); err != nil {
		return err
	}
	if v.schemes, err = newWords(m["scheme"], insurance.ParseScheme); err != nil {
		return err
	}
	if v.causes, err = newWords(m["cause"], insurance.ParseCause); err != nil {
		return err
	}
	if v.sexes, err = newWords(m["sex"], insurance.ParseSex); err != nil {
		return err
	}
	if v.unitTypes, err = newWords(m["unit_type"], insurance.ParseUnitType); err != nil {
		return err
	}
	v.populations, err = newWords(m["population"], tag)
	return err
}

func newWords[T comparable](lines map[string][]string, parse func(string) (T, error)) (words[T], error) {
	w := words[T]{}
	for code, spellings := range lines {
		val, err := parse(code)
		if err != nil {
			return nil, err
		}
		w[code] = val
		for _, s := range append(spellings, code) {
			k := fold(s)
			if old, ok := w[k]; ok && old != val {
				return nil, fmt.Errorf("value %q stands for two codes", s)
			}
			w[k] = val
		}
	}
	if len(w) == 0 {
		return nil, fmt.Errorf("a list of values is missing")
	}
	return w, nil
}

// fold makes spellings comparable: lower case, without spaces (also those of
// full width), underscores and the marks that editors hide in text.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsSpace(r) || isHidden(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// isHidden reports a byte-order mark or a zero-width space.
func isHidden(r rune) bool { return r == '\uFEFF' || r == '\u200B' }

// isTag reports a population tag: lower-case letters, digits and underscores,
// a letter first.
func isTag(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

// isWords reports whether a text is more than ASCII: the name of a residents'
// group of premiums, as an area prints it.
func isWords(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return true
		}
	}
	return false
}
