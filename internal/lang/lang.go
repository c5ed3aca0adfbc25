// Package lang holds every sentence that the program says, in Chinese and in
// English, under the keys that faults and commands use.
//
// Texts live in texts/*.yaml, one file a package, and are compiled in. A key
// that stands twice, lacks a language or differs in its placeholders is an
// error when the catalogue is read, so that it can never reach a user. The
// package never shows the hidden cause of a fault, and never invents a text.
package lang

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"go.yaml.in/yaml/v3"

	"bujiao/internal/fault"
)

// The languages. Whatever is not English is Chinese.
const (
	Chinese = "zh"
	English = "en"
)

//go:embed texts/*.yaml
var files embed.FS

// Sentence is a text in both languages with {placeholders}.
type Sentence struct {
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`
}

// Catalogue maps keys to sentences.
type Catalogue map[string]Sentence

// built is read once; the embedded files are checked by tests, so a fault in
// them is a broken build and not a condition of a run.
var built = sync.OnceValue(func() Catalogue {
	c, err := Read(files)
	if err != nil {
		panic(err)
	}
	return c
})

// Read reads all texts/*.yaml of a tree. An error names the file and the key.
func Read(fsys fs.FS) (Catalogue, error) {
	names, err := fs.Glob(fsys, "texts/*.yaml")
	if err != nil {
		return nil, err
	}
	out := Catalogue{}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		part := Catalogue{}
		if err := yaml.Unmarshal(data, &part); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for key, s := range part {
			if _, dup := out[key]; dup {
				return nil, fmt.Errorf("%s: key %s stands in two files", name, key)
			}
			if err := s.check(); err != nil {
				return nil, fmt.Errorf("%s: key %s: %w", name, key, err)
			}
			out[key] = s
		}
	}
	return out, nil
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func (s Sentence) check() error {
	if s.ZH == "" || s.EN == "" {
		return errors.New("a language is missing")
	}
	if !slices.Equal(names(s.ZH), names(s.EN)) {
		return errors.New("the languages have different placeholders")
	}
	return nil
}

// names lists the placeholders of a text, each once, sorted.
func names(text string) []string {
	list := placeholder.FindAllString(text, -1)
	slices.Sort(list)
	return slices.Compact(list)
}

// Has reports whether there is a text for the key.
func Has(key string) bool { _, ok := built()[key]; return ok }

// Text returns the sentence of the key in the language ("zh" or "en") with its
// {placeholders} filled; an argument that has a word of its own in the language
// (event.zh beside event) is shown by it. A key without a text is returned as it is, with its
// arguments, so that nothing is lost.
func Text(lang, key string, args map[string]string) string {
	s, ok := built()[key]
	if !ok {
		return fault.New(fault.Internal, key, args).Error()
	}
	text := s.ZH
	if lang == English {
		text = s.EN
	}
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		name := strings.Trim(p, "{}")
		if v, ok := args[name+"."+lang]; ok {
			return plain(v)
		}
		if v, ok := args[name]; ok {
			return plain(v)
		}
		return p
	})
}

// plain takes out of an argument what would steer a terminal or turn the text
// around: control and format characters, of which a code or a name has none.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return '\ufffd'
		}
		return r
	}, s)
}

// Fault renders an error for a person: the sentence of the outermost fault,
// followed by those of faults it wraps. Causes that are no faults are never
// shown; an error without any fault is an internal error.
func Fault(lang string, err error) string {
	var said []string
	for err != nil {
		var f *fault.Error
		if !errors.As(err, &f) {
			break
		}
		said = append(said, Text(lang, f.Key, f.Args))
		err = f.Cause
	}
	if len(said) == 0 {
		return Text(lang, "cli.internal", nil)
	}
	return strings.Join(said, " ")
}
