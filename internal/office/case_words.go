package office

import (
	"maps"
	"slices"

	"bujiao/internal/casework"
	"bujiao/internal/fault"
)

// printable refuses words that no paper can show: a paper with a character that
// the font lacks would be issued and never printed. An office without a font
// prints nothing, and cannot tell.
func (s *caseStep) printable() error {
	if s.o.Font == nil {
		return nil
	}
	words := casework.Values{"reason": s.in.Reason}
	for name, v := range s.in.Data {
		if f := s.desk.Table.Fact(name); f != nil && (f.Type == "text" || f.Type == casework.Words) {
			words[name] = v
		}
	}
	for _, name := range slices.Sorted(maps.Keys(words)) {
		if words[name] == "" {
			continue
		}
		font, err := s.o.Font()
		if fault.KindOf(err) == fault.Unavailable {
			return nil
		} else if err != nil {
			return err
		}
		code, err := font.Lacks(words[name])
		if err != nil {
			return err
		}
		if code != "" {
			return fault.New(fault.Invalid, "casework.no_glyph", fault.Args{"field": name, "code": code})
		}
	}
	return nil
}
